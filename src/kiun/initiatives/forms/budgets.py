from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.initiatives.forms.figures import AmountField
from kiun.initiatives.forms.lines import LineForm, line_form_set
from kiun.initiatives.models import Budget, CarryOver, Fund, InitiativeStatus, Stage
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField
from kiun.ui.fields import DayField, FiscalYearField
from kiun.ui.widgets import DateInput, LongSelect

YEAR_HELP = _("For example 令和8年度 or 2026.")


class BudgetForm(VersionedForm, forms.ModelForm[Budget]):
    year = FiscalYearField(label=_("Fiscal year"), help_text=YEAR_HELP)
    fund = forms.ChoiceField(label=_("Fund"), choices=Fund.choices)
    stage = forms.ChoiceField(label=_("Budget"), choices=Stage.choices, widget=forms.RadioSelect)
    number = forms.IntegerField(
        label=_("Number of the supplementary budget"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("2 for 第2号. Empty for the initial budget."),
    )
    amount = AmountField(label=_("Amount"), required=True)
    decided_on = DayField(label=_("Decided on"), widget=DateInput)
    note = forms.CharField(label=_("Remarks"), required=False, max_length=200)

    class Meta:
        model = Budget
        fields = ["year", "fund", "stage", "number", "amount", "decided_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.remember_version(self.instance)


class CarryOverForm(VersionedForm, forms.ModelForm[CarryOver]):
    year = FiscalYearField(
        label=_("Fiscal year it comes from"), help_text=_("It may be spent in the fiscal year after this one.")
    )
    fund = forms.ChoiceField(label=_("Fund"), choices=Fund.choices)
    amount = AmountField(label=_("Amount"), required=True)
    initiative = AnyChoiceField(
        label=_("Initiative"), queryset=None, required=False, empty_label=_("none in particular"), widget=LongSelect
    )
    note = forms.CharField(label=_("Remarks"), required=False, max_length=200)

    class Meta:
        model = CarryOver
        fields = ["year", "fund", "amount", "initiative", "note"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["initiative"].queryset = approved_initiatives(actor)
        if self.instance.pk:
            self.remember_version(self.instance)


def approved_initiatives(actor: Actor) -> Any:
    rows = visible_initiatives(actor).filter(status__in=[InitiativeStatus.APPROVED, InitiativeStatus.DONE])
    return rows.order_by("order", "pk")


class CommitmentChoiceForm(forms.Form):
    """Whose money is going to be committed."""

    initiative = AnyChoiceField(label=_("Initiative"), queryset=None, widget=LongSelect)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["initiative"].queryset = approved_initiatives(actor).filter(status=InitiativeStatus.APPROVED)


class CommitmentLineForm(LineForm):
    year = FiscalYearField(label=_("Fiscal year"))
    fund = forms.ChoiceField(label=_("Fund"), choices=[("", ""), *Fund.choices])
    limit = AmountField(label=_("Limit"), required=True)
    note = forms.CharField(label=_("Remarks"), required=False, max_length=200)

    field_order = ["year", "fund", "limit", "note"]


CommitmentLines = line_form_set(CommitmentLineForm)
