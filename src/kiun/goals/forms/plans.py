from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.goals.models import Challenge, Plan, Policy
from kiun.municipality.forms.fields import AnyChoiceField, TreeChoiceField
from kiun.municipality.queries import current_departments
from kiun.ui.fields import FiscalYearField

STATUS_HELP = _("Once an edition is in force, the earlier edition ends, so that nothing counts twice.")
REASON_HELP = _("It will stand in the history, for whoever asks later.")


class PlanForm(VersionedForm, forms.ModelForm[Plan]):
    first_year = FiscalYearField(label=_("First fiscal year"), help_text=_("For example 令和8年度 or 2026."))
    last_year = FiscalYearField(label=_("Last fiscal year"))
    predecessor = AnyChoiceField(label=_("Earlier edition"), queryset=None, required=False, empty_label=_("none"))
    summary = forms.CharField(
        label=_("What the plan is for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In the words of those whom it concerns: residents read it too."),
    )
    reason = forms.CharField(label=_("Reason for the change"), required=False, max_length=1000, help_text=REASON_HELP)

    class Meta:
        model = Plan
        fields = ["name", "edition", "first_year", "last_year", "predecessor", "status", "is_public", "summary"]
        help_texts = {"status": STATUS_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["edition"].help_text = _("For example 第2期 or 令和8年度改訂版. The same plan may have several.")
        fields["predecessor"].queryset = Plan.objects.exclude(pk=self.instance.pk)
        if self.instance.pk:
            self.remember_version(self.instance)
        else:
            del fields["reason"]


class EditionForm(forms.ModelForm[Plan]):
    """The next edition: what is open in the earlier one is taken over."""

    first_year = FiscalYearField(label=_("First fiscal year"), help_text=_("For example 令和8年度 or 2026."))
    last_year = FiscalYearField(label=_("Last fiscal year"))

    class Meta:
        model = Plan
        fields = ["name", "edition", "first_year", "last_year", "status"]
        help_texts = {"status": STATUS_HELP}


class PolicyForm(VersionedForm, forms.ModelForm[Policy]):
    parent = TreeChoiceField(label=_("Belongs to"), queryset=None, required=False, empty_label=_("top of the tree"))

    class Meta:
        model = Policy
        fields = ["name", "code", "parent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policies = Policy.objects.filter(plan=self.instance.plan_id)
        fields: Any = self.fields
        if self.instance.pk:
            self.remember_version(self.instance)
            policies = policies.exclude(path__startswith=self.instance.path)
        fields["parent"].queryset = policies


class ChallengeForm(VersionedForm, forms.ModelForm[Challenge]):
    text = forms.CharField(
        label=_("Challenge"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What troubles whom today? For example: 窓口で平均25分待たせている。"),
    )
    background = forms.CharField(
        label=_("Background"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How it is known: figures, voices, surveys."),
    )
    policy = TreeChoiceField(label=_("Policy"), queryset=None, required=False, empty_label=_("none yet"))
    department = TreeChoiceField(label=_("Department"), queryset=None, required=False, empty_label=_("not decided yet"))

    class Meta:
        model = Challenge
        fields = ["text", "background", "policy", "department"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["policy"].queryset = Policy.objects.filter(plan=self.instance.plan_id)
        fields["department"].queryset = current_departments()
        if self.instance.pk:
            self.remember_version(self.instance)
