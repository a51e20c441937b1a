from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.goals.forms.fields import value_in
from kiun.goals.forms.goals import chosen_department
from kiun.goals.models import Direction, Indicator, Series
from kiun.kernel.tabular import Quantity
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import PostChoiceField, TreeChoiceField
from kiun.municipality.queries import current_departments, offered_posts
from kiun.ui.fields import DayField, QuantityField
from kiun.ui.widgets import DateInput

TERMS = ("unit", "direction", "is_cumulative", "definition", "baseline", "baseline_on", "target", "deadline")
LONGEST_GRACE = 400


class TermsForm(forms.Form):
    """What may be compared with what: the part of the contract that a series holds."""

    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("For example %, 件, 分."))
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, widget=forms.RadioSelect)
    baseline = QuantityField(label=_("Baseline"))
    baseline_on = DayField(label=_("Baseline as of"), help_text=_("For example 令和6年度末 or 2025-03-31."))
    target = QuantityField(label=_("Target value"))
    deadline = DayField(label=_("Deadline"), help_text=_("For example 令和10年度末 or 2029-03-31."))
    is_cumulative = forms.BooleanField(
        label=_("Cumulative"), required=False, help_text=_("It only grows: each value includes those before.")
    )
    definition = forms.CharField(
        label=_("How it is calculated"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is counted, what is not, out of which whole."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("baseline", "target"):
            quantity = cleaned.get(name)
            if isinstance(quantity, Quantity):
                try:
                    cleaned[name] = value_in(quantity, cleaned.get("unit", ""))
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned

    @property
    def terms(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TERMS}


class IndicatorForm(TermsForm, VersionedForm, forms.ModelForm[Indicator]):
    department = TreeChoiceField(
        label=_("Department in charge"), queryset=None, required=False, empty_label=_("not decided yet")
    )
    grace_days = forms.IntegerField(
        label=_("Days until it is entered"),
        min_value=0,
        max_value=LONGEST_GRACE,
        initial=60,
        help_text=_(
            "Counted from the day that the value is of, mostly the end of the period. Afterwards the value counts as "
            "late, and reminders go out."
        ),
    )
    reason = forms.CharField(
        label=_("Reason for the change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when the baseline, target, deadline, unit, direction or definition changes."),
    )

    class Meta:
        model = Indicator
        fields = ["name", "code", "department", "cadence", "grace_days", "origin", "collected_when", "is_public"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        if (instance := kwargs.get("instance")) and instance.pk:
            series = Series.objects.get(indicator=instance, is_current=True)
            kwargs["initial"] = {name: getattr(series, name) for name in TERMS} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.actor = actor
        fields: Any = self.fields
        fields["department"].queryset = current_departments()
        fields["origin"].help_text = _("For example 電子申請システムの月次集計.")
        fields["collected_when"].help_text = _("For example 翌月10日ごろ.")
        if self.instance.pk:
            self.remember_version(self.instance)


class NewIndicatorForm(IndicatorForm):
    owner = PostChoiceField(
        label=_("Owner"),
        queryset=None,
        empty_label=_("choose a person"),
        help_text=_("Answers for the number and is reminded of it."),
    )
    deputy = PostChoiceField(label=_("Deputy"), queryset=None, required=False, empty_label=_("nobody"))
    started_on = DayField(label=_("Valid from"), required=True, widget=DateInput)

    class Meta(IndicatorForm.Meta):
        fields = [*IndicatorForm.Meta.fields, "owner", "deputy"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        fields: Any = self.fields
        del fields["reason"]
        for name in ("owner", "deputy"):
            fields[name].queryset = offered_posts(actor, chosen_department(self))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("owner") and cleaned.get("owner") == cleaned.get("deputy"):
            self.add_error("deputy", _("Choose another person as deputy."))
        return cleaned


class OwnershipForm(VersionedForm):
    department = TreeChoiceField(
        label=_("Show the people of"), queryset=None, required=False, empty_label=_("DX office only")
    )
    owner = PostChoiceField(label=_("Owner"), queryset=None)
    deputy = PostChoiceField(label=_("Deputy"), queryset=None, required=False, empty_label=_("nobody"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)

    def __init__(self, *args: Any, actor: Actor, indicator: Indicator, **kwargs: Any) -> None:
        initial = {name: getattr(indicator, f"{name}_id") for name in ("department", "owner", "deputy")}
        super().__init__(*args, **{**kwargs, "initial": initial | (kwargs.get("initial") or {})})
        fields: Any = self.fields
        fields["department"].queryset = current_departments()
        posts = offered_posts(actor, chosen_department(self), indicator.owner_id, indicator.deputy_id)
        fields["owner"].queryset = fields["deputy"].queryset = posts
        self.remember_version(indicator)
