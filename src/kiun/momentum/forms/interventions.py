"""What shall be done, where, from when, and what is expected of it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.forms.versioned import VersionedForm
from kiun.momentum.models import Intervention, Wave
from kiun.momentum.queries.interventions import deciding_waves, measurable_departments, scores_in_the_last_wave
from kiun.momentum.remedies import Remedy
from kiun.momentum.wording import name_of_wave
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField
from kiun.municipality.models import Department
from kiun.ui.fields import DayField
from kiun.ui.figures import figure
from kiun.ui.widgets import DateInput

STEPS = [
    (0, _("everywhere at the same time")),
    (1, _("one a month")),
    (2, _("one every two months")),
    (3, _("one a quarter")),
]


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Departments with what the last wave said of them."""

    scores: Mapping[int, float] = {}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, obj: Department) -> str:
        name = f"{'　' * obj.depth}{obj.name}"
        score = self.scores.get(obj.pk)
        return name if score is None else _("%(name)s: %(score)s") % {"name": name, "score": figure(round(score))}


class WaveField(AnyChoiceField):
    def label_from_instance(self, obj: Wave) -> str:
        return name_of_wave(obj)


class InterventionForm(VersionedForm):
    title = forms.CharField(label=pgettext_lazy("intervention", "Title"), max_length=120)
    description = forms.CharField(
        label=_("What is done"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    starts_on = DayField(label=_("First day"), required=True, widget=DateInput)
    treated = UnitsField(label=_("Departments in which it is done"))
    compared = UnitsField(
        label=_("Departments to compare with"),
        required=False,
        help_text=_("Similar ones in which it is not done. Without them nobody can tell whether it came by itself."),
    )
    step_months = forms.TypedChoiceField(label=_("How it spreads"), choices=STEPS, coerce=int, widget=forms.RadioSelect)
    expected_effect = forms.DecimalField(
        label=_("Expected effect"), min_value=0, max_value=100, max_digits=4, decimal_places=1
    )
    evaluated_with = WaveField(label=_("Wave that decides"))

    def __init__(
        self, row: Intervention, data: QueryDict | None, *, actor: Actor, remedy: Remedy, unit: int | None = None
    ) -> None:
        """`unit`: the department whose page a new one is begun from."""
        self.row, self.remedy = row, remedy
        super().__init__(data, initial=_initial(row, remedy, unit))
        self.remember_version(row)
        departments = measurable_departments()
        own, scores = _own(departments, actor), scores_in_the_last_wave(remedy.dimension)
        if not actor.sees_all:
            # Scores of other departments are for their heads.
            scores = {one.pk: scores[one.pk] for one in own if one.pk in scores}
        self._offer("treated", own, scores)
        self._offer("compared", departments, scores)
        self.fields["evaluated_with"].queryset = deciding_waves()  # type: ignore[attr-defined]

    def _offer(self, name: str, departments: "QuerySet[Department]", scores: Mapping[int, float]) -> None:
        field = self.fields[name]
        assert isinstance(field, UnitsField)
        field.scores = scores
        field.queryset = departments

    def fill(self) -> Intervention:
        chosen = self.cleaned_data
        for name in ("title", "description", "starts_on", "step_months", "expected_effect", "evaluated_with"):
            setattr(self.row, name, chosen[name])
        return self.row

    def chosen_units(self) -> list[Department]:
        return list(self.cleaned_data["treated"])

    def chosen_others(self) -> list[Department]:
        """Where units begin one after another, those to come are what the others are compared with."""
        return [] if self.cleaned_data["step_months"] else list(self.cleaned_data["compared"])


def _own(departments: "QuerySet[Department]", actor: Actor) -> "QuerySet[Department]":
    if actor.is_admin:
        return departments
    found = departments.none()
    for path in actor.headed_paths:
        found |= departments.filter(path__startswith=path)
    return found


def _initial(row: Intervention, remedy: Remedy, unit: int | None) -> dict[str, Any]:
    if row.pk is None:
        return {
            "title": str(remedy.title),
            "description": str(remedy.what),
            "step_months": 0,
            "expected_effect": 5,
            "treated": [unit] if unit else [],
        }
    units = list(row.units.all())
    return {
        "title": row.title,
        "description": row.description,
        "starts_on": row.starts_on,
        "step_months": row.step_months,
        "expected_effect": row.expected_effect,
        "evaluated_with": row.evaluated_with_id,
        "treated": [unit.department_id for unit in units if unit.is_treated],
        "compared": [unit.department_id for unit in units if not unit.is_treated],
    }


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is not carried out"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("What we learnt"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class LinkForm(forms.Form):
    label = forms.CharField(label=_("What it is"), max_length=200)
    path = forms.CharField(label=_("Address of its page in Kiun"), max_length=300)
