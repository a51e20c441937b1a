from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.goals.queries import current_plan
from kiun.kernel.fiscal_year import fiscal_year_of, quarter_of
from kiun.municipality.actors import Actor
from kiun.ui import dates
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput

QUARTERS_OFFERED = 4
TITLE_LENGTH = 120


class ReportForm(forms.Form):
    first = DayField(label=pgettext_lazy("report", "From"), required=True, widget=DateInput)
    last = DayField(label=pgettext_lazy("report", "Until"), required=True, widget=DateInput)
    title = forms.CharField(
        label=pgettext_lazy("report", "Title"),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_internal = forms.BooleanField(
        label=_("With what residents do not see (for use inside the town hall)"),
        required=False,
        help_text=_("Without it, the report can be shown to the council and published."),
    )

    def __init__(self, data: QueryDict | None, *, actor: Actor, initial: dict[str, Any]) -> None:
        first, last = periods_offered(actor.on)[0][1:]
        usual = {"first": first, "last": last, "title": usual_title(actor, first, last)}
        super().__init__(data, initial={**usual, **initial})


def periods_offered(today: date) -> list[tuple[str, date, date]]:
    """(name, first, last) of the fiscal year until today, the year before, and the quarters that have ended."""
    year = fiscal_year_of(today)
    before = year.previous()
    offered = [
        (str(_("%(year)s so far") % {"year": dates.fiscal_year_label(year)}), year.start, today),
        (dates.fiscal_year_label(before), before.start, before.end),
    ]
    quarter = quarter_of(today)
    for _place in range(QUARTERS_OFFERED):
        quarter = quarter.previous()
        offered.append((quarter.label, quarter.start, quarter.end))
    return offered


def usual_title(actor: Actor, first: date, last: date) -> str:
    names = {(begin, end): name for name, begin, end in periods_offered(last)}
    quarter = quarter_of(last)
    name = names.get((first, last)) or (
        quarter.label if (first, last) == (quarter.start, quarter.end) else dates.fiscal_year_label(last)
    )
    plan = current_plan(actor)
    words = {"plan": plan.name if plan else _("the digital plan"), "period": name}
    return str(_("Progress of %(plan)s, %(period)s") % words)[:TITLE_LENGTH]
