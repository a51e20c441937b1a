"""Forms of a questionnaire: its name, its sections, and an item with what its kind of answer needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.forms.versioned import VersionedForm
from kiun.kernel.tabular import Quantity
from kiun.surveys.forms.lines import LinesField
from kiun.surveys.item_facts import GIVES, OF_ALL, PARTS, conditions_of, facts_of
from kiun.surveys.models import UNKNOWN, Item, ItemKind, Questionnaire, Section
from kiun.surveys.queries.questionnaires import answers_to
from kiun.ui.fields import QuantityField

# An answer to one of these says whom a later question concerns.
BRANCHING = (ItemKind.SCALE, ItemKind.SINGLE, ItemKind.MULTIPLE)
LEAST_CHOICES = 2
POINTS = [(5, _("5 points")), (7, _("7 points"))]


class QuestionnaireForm(VersionedForm, forms.ModelForm[Questionnaire]):
    class Meta:
        model = Questionnaire
        fields = ["name", "note", "origin"]
        help_texts = {
            "note": _("Whom it suits, and what is done with the answers."),
            "origin": _("Who has written the questions, and whether they have been tested. It is shown to staff."),
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.remember_version(self.instance)

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class SectionForm(VersionedForm, forms.ModelForm[Section]):
    class Meta:
        model = Section
        fields = ["title", "text", "title_en", "text_en"]
        help_texts = {"title": _("A short one, for example 窓口について. It may stay empty.")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "text_en": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.remember_version(self.instance)


class SectionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return obj.title or str(_("(section without a title)"))


@dataclass(frozen=True, kw_only=True)
class Condition:
    """An earlier item with the answers that can be asked for; `boxes` are (value, words, is chosen)."""

    number: int
    text: str
    boxes: tuple[tuple[str, str, bool], ...]

    @property
    def is_chosen(self) -> bool:
        return any(is_chosen for _value, _words, is_chosen in self.boxes)


class ItemForm(VersionedForm):
    """Only what the kind of answer needs is asked for."""

    section = SectionField(label=_("Section"), queryset=None, empty_label=None)
    text = forms.CharField(
        label=pgettext_lazy("survey", "Question"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    help = forms.CharField(
        label=_("Explanation"),
        max_length=500,
        required=False,
        help_text=_("What is meant, what is counted and what is not."),
    )
    is_required = forms.BooleanField(label=_("It must be answered"), required=False)
    offers_unknown = forms.BooleanField(
        label=_("Offer “I do not know”"),
        required=False,
        help_text=_("Whoever has to guess gives answers that mislead."),
    )
    points = forms.TypedChoiceField(label=_("Steps"), choices=POINTS, coerce=int, widget=forms.RadioSelect, initial=5)
    low = forms.CharField(label=_("What the lowest step means"), max_length=40, required=False)
    high = forms.CharField(label=_("What the highest step means"), max_length=40, required=False)
    choices = LinesField(label=_("Answers to choose from, one a line"))
    rows = LinesField(label=_("Rows of the table, one a line"), most=20)
    least = QuantityField(label=_("Smallest value"))
    most = QuantityField(label=_("Largest value"))
    decimals = forms.IntegerField(label=_("Digits after the point"), min_value=0, max_value=6, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("For example 分, 回, 人."))
    only_if = forms.MultipleChoiceField(label=_("Whom it is asked"), required=False)
    text_en = forms.CharField(label=_("Question in English"), max_length=300, required=False)
    help_en = forms.CharField(label=_("Explanation in English"), max_length=500, required=False)
    low_en = forms.CharField(label=_("The lowest step in English"), max_length=40, required=False)
    high_en = forms.CharField(label=_("The highest step in English"), max_length=40, required=False)
    choices_en = LinesField(label=_("The answers in English, line for line"), parallel=True, required=False)
    rows_en = LinesField(label=_("The rows in English, line for line"), most=20, parallel=True, required=False)

    def __init__(self, *args: Any, item: Item, earlier: Sequence[Item] = (), **kwargs: Any) -> None:
        self.item, self.earlier = item, [one for one in earlier if one.kind in BRANCHING]
        section = item.section_id or kwargs.get("initial", {}).get("section")
        kwargs["initial"] = {**facts_of(item), "section": section}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        wanted = {*OF_ALL, *PARTS[item.kind], "section", "only_if", "seen"}
        for name in [name for name in fields if name not in wanted]:
            del fields[name]
        fields["section"].queryset = Section.objects.filter(questionnaire=item.questionnaire_id)
        fields["only_if"].choices = [(value, words) for one in self.conditions() for value, words, _chosen in one.boxes]
        self._fit_to(item)
        if item.pk:
            self.remember_version(item)

    def _fit_to(self, item: Item) -> None:
        fields: Any = self.fields
        if item.is_text:
            del fields["offers_unknown"]
        if item.kind in (ItemKind.MULTIPLE, ItemKind.RANKING):
            fields["most"] = forms.IntegerField(
                label=_("At most so many answers"), min_value=1, max_value=50, required=False
            )
        elif item.is_text:
            fields["most"] = forms.IntegerField(
                label=_("At most so many letters"), min_value=1, max_value=2000, required=False
            )
        if not self.earlier:
            del fields["only_if"]

    def conditions(self) -> tuple[Condition, ...]:
        chosen = self["only_if"].value() if self.is_bound else conditions_of(self.item.only_if)
        return tuple(
            Condition(
                number=number,
                text=one.text,
                boxes=tuple(
                    (value, words, value in (chosen or []))
                    for key, words in [*answers_to(one), (UNKNOWN, str(_("I do not know")))]
                    if key != UNKNOWN or one.offers_unknown
                    for value in [f"{one.key}{GIVES}{key}"]
                ),
            )
            for number, one in enumerate(self.earlier, start=1)
        )

    def _take_over(self, data: QueryDict, name: str, before: Any, after: Any) -> bool:
        is_taken = super()._take_over(data, name, before, after)
        if is_taken and name == "only_if" and name in self.fields:
            data.setlist(name, list(after))
        return is_taken

    def clean_choices(self) -> list[str]:
        found: list[str] = self.cleaned_data["choices"]
        if len(found) < LEAST_CHOICES:
            raise ValidationError(_("Write at least two different answers to choose from, one a line."))
        return found

    def clean_only_if(self) -> list[str]:
        found: list[str] = self.cleaned_data["only_if"]
        if len({value.partition(GIVES)[0] for value in found}) > 1:
            raise ValidationError(_("Choose answers to one earlier question only."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("least", "most"):
            if isinstance(quantity := cleaned.get(name), Quantity):
                cleaned[name] = "" if quantity.value is None else format(quantity.value.normalize(), "f")
        for name in LINES:
            if len(cleaned.get(f"{name}_en", [])) > len(cleaned.get(name, [])):
                self.add_error(f"{name}_en", _("There are more lines than in Japanese."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


LINES = ("choices", "rows")
