"""One small form for each kind of assumption."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models import Fund, Initiative, InitiativeStatus, Skill
from kiun.initiatives.what_if.assumptions import (
    Assumption,
    BudgetChange,
    LeaveOut,
    PeopleChange,
    StartLater,
    TakeIn,
)
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, TreeChoiceField
from kiun.municipality.queries import coming_first_of_april, current_departments
from kiun.ui.fields import DayField, FiscalYearField
from kiun.ui.widgets import DateInput, LongSelect

YEARS_AHEAD = 6
# Nobody plans with a tenth of a person, and no department has more.
SMALLEST_CHANGE, LARGEST_CHANGE = Decimal(-999), Decimal(999)


class AssumptionForm(Protocol):
    """What the views need of each."""

    cleaned_data: dict[str, Any]

    def assumption(self) -> Assumption: ...


class BudgetForm(forms.Form):
    title: ClassVar[Any] = _("The budget is different")
    year = FiscalYearField(label=_("Fiscal year"))
    fund = forms.ChoiceField(label=_("Fund"), required=False, choices=[("", _("all funds together")), *Fund.choices])
    percent = forms.IntegerField(
        label=_("Change (%)"),
        min_value=-100,
        max_value=300,
        help_text=_("−20 for 20% less. What is entered as the budget stays as it is."),
    )

    def __init__(self, data: QueryDict | None, *, actor: Actor) -> None:
        self.first = fiscal_year_of(actor.on).year
        super().__init__(data, initial={"year": self.first, "percent": -20})

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not self.first <= year < self.first + YEARS_AHEAD:
            raise ValidationError(_("Choose the present fiscal year or one of the next five."))
        return year

    def assumption(self) -> Assumption:
        chosen = self.cleaned_data
        return BudgetChange(year=chosen["year"], fund=chosen["fund"], percent=chosen["percent"])


class PeopleForm(forms.Form):
    title: ClassVar[Any] = _("People leave or come")
    department = TreeChoiceField(label=_("Department"), queryset=None)
    skill = AnyChoiceField(label=_("Skill"), queryset=None, required=False, empty_label=_("any"), widget=LongSelect)
    month = DayField(label=_("From the month"), required=True, widget=DateInput)
    fte = forms.DecimalField(
        label=_("People (full-time)"),
        min_value=SMALLEST_CHANGE,
        max_value=LARGEST_CHANGE,
        max_digits=5,
        decimal_places=2,
        help_text=_("−2 when two people leave, 1 when one comes."),
    )

    def __init__(self, data: QueryDict | None, *, actor: Actor) -> None:
        super().__init__(data, initial={"month": coming_first_of_april(actor.on), "fte": -1})
        fields: Any = self.fields
        fields["department"].queryset = current_departments()
        fields["skill"].queryset = Skill.objects.all()

    def assumption(self) -> Assumption:
        chosen = self.cleaned_data
        month: date = chosen["month"]
        return PeopleChange(
            department=chosen["department"].pk,
            skill=chosen["skill"].pk if chosen["skill"] else None,
            month=month.replace(day=1).isoformat(),
            fte=str(chosen["fte"]),
        )


class _InitiativeForm(forms.Form):
    status: ClassVar[InitiativeStatus] = InitiativeStatus.APPROVED
    initiative = AnyChoiceField(label=pgettext_lazy("form", "Initiative"), queryset=None, widget=LongSelect)

    def __init__(self, data: QueryDict | None, *, actor: Actor) -> None:
        super().__init__(data)
        self.today = actor.on
        fields: Any = self.fields
        fields["initiative"].queryset = self.offered()

    def offered(self) -> Any:
        return Initiative.objects.filter(status=self.status)


class LaterForm(_InitiativeForm):
    title: ClassVar[Any] = _("An initiative begins later")
    quarters = forms.IntegerField(
        label=_("Quarters later"), min_value=1, max_value=20, initial=4, help_text=_("4 for a year.")
    )

    def offered(self) -> Any:
        """What has begun cannot begin later."""
        return super().offered().filter(starts_on__gt=self.today)

    def assumption(self) -> Assumption:
        return StartLater(initiative=self.cleaned_data["initiative"].pk, quarters=self.cleaned_data["quarters"])


class LeaveOutForm(_InitiativeForm):
    title: ClassVar[Any] = _("An initiative is given up")

    def assumption(self) -> Assumption:
        return LeaveOut(initiative=self.cleaned_data["initiative"].pk)


class TakeInForm(_InitiativeForm):
    title: ClassVar[Any] = _("A proposal is taken in")
    status = InitiativeStatus.PROPOSED

    def assumption(self) -> Assumption:
        return TakeIn(initiative=self.cleaned_data["initiative"].pk)


FORMS: dict[str, type[BudgetForm] | type[PeopleForm] | type[LaterForm] | type[LeaveOutForm] | type[TakeInForm]] = {
    BudgetChange.kind: BudgetForm,
    PeopleChange.kind: PeopleForm,
    StartLater.kind: LaterForm,
    LeaveOut.kind: LeaveOutForm,
    TakeIn.kind: TakeInForm,
}


class AcceptForm(forms.Form):
    shown = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the ledger with everything that changes."),
    )


class AcceptDaysForm(AcceptForm):
    """Of tasks, which stand in no ledger."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("It stands in the history of each task that moves.")
