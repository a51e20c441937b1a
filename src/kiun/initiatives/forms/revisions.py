"""The ledger narrowed down, two days to compare, and the reason for taking a revision back."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.goals.models import Plan
from kiun.goals.queries import current_plan, visible_plans
from kiun.initiatives.models import RevisionSource
from kiun.initiatives.queries.ledger import LedgerFilter
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput

# Midnight of the first and of the last day that Python knows is no moment in every time zone.
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2199, 12, 31)


class ComparableDayField(DayField):
    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("Choose a day between 1950 and 2199."))
        return day


class LedgerFilterForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    source = forms.ChoiceField(label=_("How it came about"), required=False)
    since = ComparableDayField(label=_("From"), widget=DateInput)
    until = ComparableDayField(label=_("Until"), widget=DateInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["source"].choices = [("", pgettext_lazy("filter", "all")), *RevisionSource.choices]

    def wanted(self) -> LedgerFilter:
        """What could be understood of the form; a wrong date narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        return LedgerFilter(
            words=chosen.get("q") or "",
            source=chosen.get("source") or "",
            since=chosen.get("since"),
            until=chosen.get("until"),
        )


class ComparisonForm(forms.Form):
    """Two days of one plan; with `other`, two editions as they are today."""

    plan = AnyChoiceField(label=_("Plan"), queryset=None, empty_label=None)
    old = ComparableDayField(label=_("Old: as of"), required=True, widget=DateInput)
    new = ComparableDayField(label=_("New: as of"), required=True, widget=DateInput)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        chosen = current_plan(actor) or visible_plans(actor).first()
        standard = {
            "plan": chosen.pk if chosen else "",
            "old": fiscal_year_of(actor.on).start.isoformat(),
            "new": actor.on.isoformat(),
        }
        super().__init__({**standard, **{name: value for name, value in data.items() if value}})
        fields: Any = self.fields
        fields["plan"].queryset = visible_plans(actor)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        old, new = cleaned.get("old"), cleaned.get("new")
        if old and new and new < old:
            self.add_error("new", _("The new day lies before the old one. Exchange them."))
        return cleaned

    @property
    def chosen_plan(self) -> Plan | None:
        plan: Plan | None = self.cleaned_data.get("plan")
        return plan


class UndoForm(forms.Form):
    reason = forms.CharField(label=_("Why it is taken back"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
