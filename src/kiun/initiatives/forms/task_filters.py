"""What a list of tasks is narrowed down to; the address holds it, so that it can be kept and passed on."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.forms.conditions import ConditionsForm
from kiun.initiatives.models import Skill, TaskStatus
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.queries.tasks import BLOCKED, EVERY, LATE, OPEN, STRANDED, TaskFilter
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, TreeChoiceField
from kiun.municipality.queries import current_departments
from kiun.ui.widgets import LongSelect

ALL = pgettext_lazy("filter", "all")
MINE = "me"


def states() -> Iterable[tuple[str, Any]]:
    yield OPEN, _("not finished")
    yield LATE, pgettext_lazy("filter", "late")
    yield BLOCKED, pgettext_lazy("filter", "held up")
    yield STRANDED, _("person has left the post")
    yield from TaskStatus.choices
    yield EVERY, ALL


class TaskFilterForm(ConditionsForm):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    initiative = AnyChoiceField(
        label=_("Initiative"), queryset=None, required=False, empty_label=ALL, widget=LongSelect
    )
    department = TreeChoiceField(label=_("Department"), queryset=None, required=False, empty_label=ALL)
    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=[("", ALL), (MINE, _("mine"))])
    person = forms.CharField(label=_("Person responsible"), required=False, max_length=80)
    skill = AnyChoiceField(label=_("Skill needed"), queryset=None, required=False, empty_label=ALL)
    state = forms.ChoiceField(label=_("State"), required=False, choices=states, initial=OPEN)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["initiative"].queryset = visible_initiatives(actor).only("municipality", "name")
        fields["department"].queryset = current_departments()
        fields["skill"].queryset = Skill.objects.all()

    def filter_for(self, actor: Actor) -> TaskFilter:
        """An impossible choice in the address narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        return TaskFilter(
            words=chosen.get("q") or "",
            initiative=chosen.get("initiative"),
            department=chosen.get("department"),
            skill=chosen.get("skill"),
            person=chosen.get("person") or "",
            posts=actor.membership_ids if chosen.get("whose") == MINE else None,
            state=chosen.get("state") or OPEN,
        )

    @property
    def sorting(self) -> str:
        return str(self.cleaned_data.get("sort") or "")


class BoardFilterForm(TaskFilterForm):
    """For looks that show every state."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        del self.fields["state"], self.fields["sort"]

    def filter_for(self, actor: Actor) -> TaskFilter:
        return replace(super().filter_for(actor), state=EVERY)
