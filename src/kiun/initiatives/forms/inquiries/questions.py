from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.goals.forms.fields import value_in
from kiun.goals.models import Indicator, PlanStatus
from kiun.goals.queries import visible_indicators
from kiun.initiatives.models import Question, QuestionKind
from kiun.initiatives.models.inquiries import YEN
from kiun.kernel.tabular import Quantity
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField
from kiun.ui.fields import DayField, QuantityField
from kiun.ui.widgets import DateInput, LongSelect

MOST_CHOICES, LONGEST_CHOICE = 50, 100
LIMITS = ("least", "most")
# What a kind of answer needs besides the words of the question.
PARTS = {
    QuestionKind.NUMBER: ("unit", *LIMITS),
    QuestionKind.MONEY: LIMITS,
    QuestionKind.CHOICE: ("choices",),
    QuestionKind.INDICATOR: ("indicator", "as_of"),
}
OPTIONAL_PARTS = {"unit", *LIMITS, "choices", "indicator", "as_of"}


class ChoicesField(forms.CharField):
    """One answer a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_CHOICES:
            raise ValidationError(_("Write at most %(limit)s answers.") % {"limit": MOST_CHOICES})
        if any(len(line) > LONGEST_CHOICE for line in found):
            raise ValidationError(_("Write each answer with at most %(limit)s characters.") % {"limit": LONGEST_CHOICE})
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class IndicatorField(AnyChoiceField):
    widget = LongSelect

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.department}）" if obj.department else obj.name


class QuestionForm(VersionedForm, forms.ModelForm[Question]):
    """Only what the kind of answer needs is asked for."""

    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("For example 件, 人, %, 時間."))
    least = QuantityField(label=_("Smallest value"))
    most = QuantityField(label=_("Largest value"))
    choices = ChoicesField(label=_("Answers to choose from, one a line"))
    indicator = IndicatorField(label=_("Indicator"), queryset=None, empty_label=_("choose an indicator"))
    as_of = DayField(
        label=_("As of"),
        required=True,
        widget=DateInput,
        help_text=_("Only the department in charge is asked. The approved answer becomes the value of that day."),
    )

    class Meta:
        model = Question
        fields = ["text", "note", *OPTIONAL_PARTS, "example", "is_optional"]
        labels = {
            "text": _("Question"),
            "note": _("Explanation"),
            "example": _("Example of an answer"),
            "is_optional": _("It may stay empty"),
        }
        help_texts = {
            "note": _("What is counted and what is not, and of which time."),
            "example": _("It stands on the sheet of examples. Without it, one that shows the form is made."),
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    field_order = ["text", "note", "indicator", "as_of", "unit", "least", "most", "choices", "example", "is_optional"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        wanted = PARTS.get(QuestionKind(self.instance.kind), ())
        for name in OPTIONAL_PARTS - set(wanted):
            del fields[name]
        if "indicator" in fields:
            self._offer_indicators(actor)
        if not self.instance.round.is_draft:
            for name in ("indicator", "as_of", "unit"):
                fields.pop(name, None)
        if self.instance.pk:
            self.remember_version(self.instance)

    def _offer_indicators(self, actor: Actor) -> None:
        offered = visible_indicators(actor).filter(goal__plan__status=PlanStatus.CURRENT, department__isnull=False)
        fields: Any = self.fields
        rows = Indicator.objects.filter(pk__in=offered.values("pk")).select_related("department")
        fields["indicator"].queryset = rows.order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in LIMITS:
            if isinstance(quantity := cleaned.get(name), Quantity):
                unit = YEN if self.instance.kind == QuestionKind.MONEY else cleaned.get("unit", self.instance.unit)
                try:
                    cleaned[name] = value_in(quantity, unit)
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned

    def question(self) -> Question:
        """With the unit of the indicator, so that the answer is checked by it; once sent, it stays."""
        question = self.instance
        if question.indicator and question.round.is_draft:
            question.unit = question.indicator.series.get(is_current=True).unit
        return question
