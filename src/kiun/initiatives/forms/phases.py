"""Forms of phases and milestones: one that is changed, or several new ones at once."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.initiatives.models import Initiative, Milestone, Phase, Term
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput

NEW_ROWS = 3
REASON_HELP = _("The initiative is approved: the change becomes an entry in the ledger of the plan.")


class PlanReasonForm(forms.Form):
    """Asks for the reason where the initiative is approved."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=REASON_HELP,
    )

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not initiative.needs_reason:
            del self.fields["reason"]

    @property
    def said_reason(self) -> str:
        return str(self.cleaned_data.get("reason", ""))


class PhaseFields(forms.ModelForm[Phase]):
    name = forms.CharField(
        label=_("Name of the phase"), required=False, max_length=80, help_text=_("For example 試行, 全庁展開.")
    )
    goal = forms.CharField(
        label=_("What shall be true at its end"),
        max_length=300,
        help_text=_("For example 30手続をオンラインで申請できる."),
    )
    starts_on = DayField(label=_("Begins on"), required=True, widget=DateInput)
    ends_on = DayField(label=_("Ends on"), required=True, widget=DateInput)

    class Meta:
        model = Phase
        fields = ["term", "name", "goal", "starts_on", "ends_on"]


class MilestoneFields(forms.ModelForm[Milestone]):
    name = forms.CharField(label=_("Milestone"), max_length=120, help_text=_("For example 業者の決定, 窓口の開設."))
    due_on = DayField(label=_("Planned for"), required=True, widget=DateInput)

    class Meta:
        model = Milestone
        fields = ["name", "due_on", "is_public"]


class PhaseForm(PlanReasonForm, VersionedForm, PhaseFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember_version(self.instance)


class MilestoneForm(PlanReasonForm, VersionedForm, MilestoneFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember_version(self.instance)


class NewParts(PlanReasonForm):
    """A few empty rows; those that stay as they were offered are left out."""

    def __init__(self, data: Any, *, initiative: Initiative, kind: type[Phase | Milestone]) -> None:
        super().__init__(data, initiative=initiative)
        fields: Any = PhaseFields if kind is Phase else MilestoneFields
        proposed: Sequence[dict[str, Any]] = _thirds(initiative) if kind is Phase else [{}] * NEW_ROWS
        self.rows = [
            fields(
                data,
                prefix=f"row{number}",
                instance=kind(),
                initial=initial,
                empty_permitted=True,
                use_required_attribute=False,
            )
            for number, initial in enumerate(proposed)
        ]

    @property
    def parts(self) -> list[Any]:
        return [row.instance for row in self.rows if row.has_changed()]

    def clean(self) -> dict[str, Any]:
        if not any(row.has_changed() for row in self.rows):
            raise forms.ValidationError(_("Fill in at least one row."))
        if not all(row.is_valid() for row in self.rows):
            raise forms.ValidationError(_("Mend what is marked below."))
        return super().clean() or {}


def _thirds(initiative: Initiative) -> list[dict[str, Any]]:
    """The first phases of an initiative: 短期・中期・長期 in equal parts; later ones: one row."""
    first, last = initiative.starts_on, initiative.ends_on
    if initiative.phases.exists():
        return [{"term": Term.SHORT, "starts_on": first, "ends_on": last}]
    third = (last - first) / NEW_ROWS
    begins = [first, *(_month_after(first + third * place) for place in range(1, NEW_ROWS))]
    ends = [*(day - timedelta(days=1) for day in begins[1:]), last]
    if not all(begin <= end for begin, end in zip(begins, ends, strict=True)):
        return [{"term": Term.SHORT, "starts_on": first, "ends_on": last}]
    return [
        {"term": term, "starts_on": begin, "ends_on": end}
        for term, begin, end in zip(Term.values, begins, ends, strict=True)
    ]


def _month_after(day: date) -> date:
    """The first of the month that is nearest."""
    return (day + timedelta(days=15)).replace(day=1)
