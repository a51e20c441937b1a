"""What the list of initiatives is narrowed down to; the address holds it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.goals.models import PlanStatus
from kiun.goals.queries import visible_policies
from kiun.initiatives.forms.conditions import ConditionsForm
from kiun.initiatives.models import Priority
from kiun.initiatives.queries.listing import EVERYTHING, InitiativeFilter
from kiun.initiatives.queries.standing import Standing
from kiun.kernel.keys import key_in
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import TreeChoiceField
from kiun.municipality.queries import current_departments

MINE = "me"
EVERY = pgettext_lazy("filter", "all")


def _states() -> Iterable[tuple[str, object]]:
    yield "", _("under way or proposed")
    yield from Standing.choices
    yield EVERYTHING, _("all, ended ones too")


class InitiativeFilterForm(ConditionsForm):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=_states)
    department = TreeChoiceField(label=_("Department"), queryset=None, required=False, empty_label=EVERY)
    policy = TreeChoiceField(label=_("Policy"), queryset=None, required=False, empty_label=EVERY)
    owner = forms.ChoiceField(label=_("Owner"), required=False, choices=[("", EVERY), (MINE, _("me"))])
    priority = forms.TypedChoiceField(
        label=_("Priority"), required=False, choices=[("", EVERY), *Priority.choices], coerce=int, empty_value=None
    )
    goal = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["department"].queryset = current_departments()
        fields["policy"].queryset = offered_policies(actor)

    def filter_for(self, actor: Actor) -> InitiativeFilter:
        """An impossible choice in the address narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        department, policy = chosen.get("department"), chosen.get("policy")
        return InitiativeFilter(
            words=chosen.get("q") or "",
            state=chosen.get("state") or "",
            department_path=department.path if department else "",
            policy_path=policy.path if policy else "",
            goal=key_in(chosen.get("goal")),
            owners=actor.membership_ids if chosen.get("owner") == MINE else frozenset(),
            priority=chosen.get("priority"),
        )

    @property
    def sorting(self) -> str:
        return str(self.cleaned_data.get("sort") or "")


def offered_policies(actor: Actor) -> Any:
    return visible_policies(actor).exclude(plan__status=PlanStatus.CLOSED)
