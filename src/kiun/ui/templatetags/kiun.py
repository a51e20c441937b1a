"""Tags and filters of every page; a builtin, so that no template has to load them."""

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from kiun.ui import controls, dates, figures, icons, links, meters, sparklines, statuses

register = template.Library()

PART_END = re.compile(r"(?<=[・·、,]) ?")


@register.filter
def wareki(value: date | datetime | None) -> str:
    return dates.long_date(value) if value else ""


@register.filter
def wareki_short(value: date | datetime | None) -> str:
    return dates.short_date(value) if value else ""


@register.filter
def month(value: date | None) -> str:
    return dates.long_month(value) if value else ""


@register.filter
def fiscal_year(value: date | int | None) -> str:
    return dates.fiscal_year_label(value) if value else ""


@register.filter
def figure(value: object, unit: str = "") -> str:
    return figures.figure(value, unit)


@register.filter
def signed(value: object, unit: str = "") -> str:
    return figures.signed(value, unit)


@register.filter
def percent(value: object) -> str:
    return figures.percent(value)


@register.filter
def yen(value: object) -> str:
    return figures.yen(value)


@register.filter
def initial(name: object) -> str:
    """The sign of a person without a picture."""
    return str(name).strip()[:1]


@register.filter
def part_by_part(text: object) -> SafeString:
    """「職員402・住民854・企業28」 breaks after a dot, never inside a part."""
    parts = PART_END.split(str(text))
    return format_html_join("\u200b", '<span class="k-part">{}</span>', ((part,) for part in parts if part))


@register.simple_tag
def between_sentences() -> str:
    return dates.between_sentences()


@register.simple_tag
def when(moment: datetime | date | None) -> SafeString | str:
    """A day, or a day with its time, readable by people and machines."""
    if not moment:
        return ""
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), dates.long_date(moment))
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    text = f"{dates.long_date(local)} {dates.clock_time(local)}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)


@register.filter
def message_kind(message: Message) -> str:
    return {"success": "success", "warning": "warning", "error": "error"}.get(message.level_tag, "info")


@register.filter
def plain_number(value: object) -> str:
    """For attributes that a machine reads: no separators."""
    number = figures.as_decimal(value)
    return "" if number is None else f"{number:f}"


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int]:
    """Zero stands for a gap."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in elided]


@register.simple_tag
def ui_words() -> dict[str, str]:
    """What the scripts say, in the language of the page."""
    return {
        "copied": _("Copied"),
        "updated": _("The page was brought up to date."),
        "unsaved": _("What you typed is not saved yet."),
        "confirm": _("Yes, go on"),
        "cancel": _("Leave it as it is"),
        "failed": _("That did not work. Please check the connection and try again."),
    }


@register.simple_tag(takes_context=True)
def town_url(context: Context, name: str, *args: Any, **kwargs: Any) -> str:
    return links.town_url(context["request"].town, name, *args, **kwargs)


@register.simple_tag
def icon(name: str, extra_class: str = "") -> SafeString:
    return icons.draw_icon(name, extra_class)


@register.simple_tag
def shape(name: str) -> SafeString:
    return icons.draw_shape(name)


@register.simple_tag
def status_chip(status: str, label: str = "") -> SafeString:
    return statuses.draw_chip(statuses.STATUSES[str(status)], label=label)


@register.simple_tag
def status_shape(status: str) -> SafeString:
    return icons.draw_shape(statuses.STATUSES[str(status)].shape)


@register.filter
def status_tone(status: str) -> str:
    return statuses.STATUSES[str(status)].tone if status else ""


@register.filter
def status_word(status: str) -> str:
    return str(statuses.STATUSES[str(status)].word)


@register.simple_tag
def outlook_chip(outlook: str, low: object = None, high: object = None, label: str = "") -> SafeString:
    """`low` and `high` are the interval of the probability in percent."""
    note = (
        ""
        if low in (None, "") or high in (None, "")
        else _("%(low)s–%(high)s%%")
        % {
            "low": figures.figure(low),
            "high": figures.figure(high),
        }
    )
    return statuses.draw_chip(statuses.OUTLOOKS[str(outlook)], label=label, note=note)


@register.simple_tag
def live_region(version_url: str, version: object) -> SafeString:
    return format_html('data-live="{}" data-live-version="{}"', version_url, version)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The address's query with some parameters changed; None takes one away."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value is not None and value != "":
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


@register.simple_tag(takes_context=True)
def sort_link(context: Context, field: str) -> dict[str, str]:
    """Where a click on the column's head leads, and how the column is sorted now."""
    now = context["request"].GET.get("sort", "")
    ascending, descending = now == field, now == f"-{field}"
    return {
        "url": query(context, sort=f"-{field}" if ascending else field, page=None),
        "aria": "ascending" if ascending else "descending" if descending else "",
        "icon": "arrow-up" if ascending else "arrow-down" if descending else "sort",
    }


@register.simple_tag
def field_view(
    field: BoundField, label: Any = "", help_text: Any = "", size: str = "", attrs: Any = None
) -> controls.FieldView:
    return controls.view_of(field, label=label, help_text=help_text, size=size, attrs=attrs)


@register.simple_tag
def sparkline_view(points: Any, target: Any = None) -> sparklines.Sparkline:
    return sparklines.draw(points, target)


@register.simple_tag
def meter_view(value: Any, maximum: Any = 100, low: Any = None, high: Any = None) -> meters.Meter:
    return meters.scale(value, maximum, low, high)


@register.simple_tag
def share_view(parts: Any) -> tuple[meters.Share, ...]:
    return meters.shares(parts)


@register.simple_tag
def languages() -> list[dict[str, Any]]:
    now = get_language() or "ja"
    return [
        {"code": code, "name": get_language_info(code)["name_local"], "is_current": now.startswith(code)}
        for code in ("ja", "en")
    ]


@register.simple_tag(takes_context=True)
def language_url(context: Context, code: str) -> str:
    request = context.get("request")
    url = reverse("ui:language", args=[code])
    return f"{url}?{urlencode({'next': request.get_full_path()})}" if request else url


@register.simple_tag
def build_file(name: str) -> str:
    return staticfiles_storage.url(f"kiun/build/{name}")
