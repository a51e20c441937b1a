"""What a list is narrowed down to; the address holds it, so that it can be kept and passed on."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.goals.models import Status
from kiun.goals.queries import GoalFilter
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import TreeChoiceField
from kiun.municipality.queries import current_departments
from kiun.ui.statuses import STATUSES

MINE = "me"
EVERY = pgettext_lazy("filter", "all")


def status_choices() -> Iterable[tuple[str, object]]:
    yield "", EVERY
    yield from ((status.value, STATUSES[status.value].word) for status in Status)


class IndicatorFilterForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    department = TreeChoiceField(label=_("Department"), queryset=None, required=False, empty_label=EVERY)
    owner = forms.ChoiceField(label=_("Owner"), required=False, choices=[("", EVERY), (MINE, _("me"))])
    status = forms.ChoiceField(label=_("State"), required=False, choices=status_choices)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["department"].queryset = current_departments()  # type: ignore[attr-defined]

    def filter_for(self, actor: Actor) -> GoalFilter:
        """An impossible choice in the address narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        department = chosen.get("department")
        return GoalFilter(
            words=chosen.get("q") or "",
            department_path=department.path if department else "",
            owners=actor.membership_ids if chosen.get("owner") == MINE else frozenset(),
            status=chosen.get("status") or "",
            only_vague=bool(chosen.get("vague")),
        )

    @property
    def sorting(self) -> str:
        return str(self.cleaned_data.get("sort") or "")


class GoalFilterForm(IndicatorFilterForm):
    vague = forms.BooleanField(label=_("vague goals only"), required=False)
