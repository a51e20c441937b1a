"""How the roadmap is shown; the address holds it, so that it can be kept, passed on and printed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.forms.conditions import ConditionsForm
from kiun.initiatives.forms.filters import EVERY, MINE, offered_policies
from kiun.initiatives.queries.roadmap import RoadmapFilter, people_named
from kiun.initiatives.queries.standing import Standing
from kiun.initiatives.roadmap.lanes import Lanes
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import POST_CHOICES_ID, TreeChoiceField
from kiun.municipality.queries import current_departments
from kiun.municipality.queries.people import LONGEST_LABEL
from kiun.ui.links import town_url
from kiun.ui.timelines import Zoom


def _states() -> Iterable[tuple[str, object]]:
    yield "", _("all but stopped ones")
    yield from Standing.choices


class RoadmapForm(ConditionsForm):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    policy = TreeChoiceField(label=_("Policy"), queryset=None, required=False, empty_label=EVERY)
    department = TreeChoiceField(label=_("Department"), queryset=None, required=False, empty_label=EVERY)
    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=[("", EVERY), (MINE, _("mine"))])
    person = forms.CharField(label=_("Person"), required=False, max_length=LONGEST_LABEL)
    state = forms.ChoiceField(label=_("State"), required=False, choices=_states)
    late = forms.BooleanField(label=_("late ones only"), required=False)
    lanes = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[(one.value, one.value) for one in Lanes]
    )
    zoom = forms.ChoiceField(required=False, widget=forms.HiddenInput, choices=[(one.value, one.value) for one in Zoom])
    view = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["policy"].queryset = offered_policies(actor)
        if not actor.is_town_staff:
            # Who works where is the town's own matter.
            del fields["department"], fields["whose"], fields["person"]
            return
        fields["department"].queryset = current_departments()
        fields["person"].widget.attrs.update(
            {
                "list": POST_CHOICES_ID,
                "autocomplete": "off",
                "hx-get": town_url(actor.municipality, "initiatives:person_choices"),
                "hx-trigger": "input changed delay:200ms, focus once",
                "hx-target": f"#{POST_CHOICES_ID}",
                # What the form around it does is not what this field does.
                "hx-swap": "innerHTML",
                "hx-push-url": "false",
                "hx-sync": "this:replace",
            }
        )

    def filter_for(self, actor: Actor) -> RoadmapFilter:
        """An impossible choice in the address narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        department, policy = chosen.get("department"), chosen.get("policy")
        return RoadmapFilter(
            words=chosen.get("q") or "",
            state=chosen.get("state") or "",
            department_path=department.path if department else "",
            policy_path=policy.path if policy else "",
            posts=self._posts(actor),
            only_late=bool(chosen.get("late")),
        )

    def _posts(self, actor: Actor) -> frozenset[int]:
        if self.cleaned_data.get("whose") == MINE:
            return actor.membership_ids
        typed = self.cleaned_data.get("person") or ""
        return people_named(actor, typed) if typed else frozenset()

    @property
    def by(self) -> Lanes:
        return Lanes(self.cleaned_data.get("lanes") or Lanes.POLICY)

    @property
    def scale(self) -> Zoom:
        return Zoom(self.cleaned_data.get("zoom") or Zoom.YEAR)

    @property
    def is_table(self) -> bool:
        return self.cleaned_data.get("view") == "table"
