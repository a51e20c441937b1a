from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SELECTED = mark_safe(" selected")


class DateInput(forms.DateInput):
    """The browser's own calendar; it speaks ISO whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class LongSelect(forms.Select):
    """A choice without groups among hundreds: Django renders each option with two templates, which for 500 departments
    takes longer than the rest of a page.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        shown = self.get_context(name, value, attrs)["widget"]
        options = (option for _group, options, _place in shown["optgroups"] for option in options)
        rows = ((option["value"], SELECTED if option["selected"] else "", option["label"]) for option in options)
        listed = format_html_join("\n", '<option value="{}"{}>{}</option>', rows)
        return format_html('<select name="{}"{}>\n{}\n</select>', name, flatatt(shown["attrs"]), listed)


class TextRows(forms.Widget):
    """Several texts under one name, one line each, with empty lines at the end; a script adds more while they fill."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, empty: int = 2) -> None:
        super().__init__(attrs)
        self.empty = empty

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [text for value in values if (text := str(value).strip())]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        shared = self.build_attrs(self.attrs, attrs)
        first_id = shared.pop("id", None)
        # Only the first line is what the label points to.
        lines = [*(value or []), *[""] * self.empty]
        rows = (
            (name, text, flatatt({**shared, "id": first_id} if place == 0 and first_id else shared))
            for place, text in enumerate(lines)
        )
        listed = format_html_join("\n", '<li><input type="text" name="{}" value="{}"{}></li>', rows)
        return format_html('<ul class="k-rows" data-rows>{}</ul>', listed)
