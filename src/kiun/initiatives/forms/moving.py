"""Moving an initiative: the same form for whoever drags its bar and for whoever types the days."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.queries.moving import Move
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput


class MoveForm(VersionedForm):
    starts_on = DayField(label=_("Begins on"), required=True, widget=DateInput)
    ends_on = DayField(label=_("Ends on"), required=True, widget=DateInput)
    with_work = forms.BooleanField(
        label=_("Its unfinished tasks, phases and milestones go along, by as many days as the end"),
        required=False,
        initial=True,
    )
    with_followers = forms.BooleanField(
        label=_("Initiatives that wait for it are moved as far as necessary"), required=False
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, *, initiative: Initiative) -> None:
        super().__init__(data, initial={"starts_on": initiative.starts_on, "ends_on": initiative.ends_on})
        self.remember_version(initiative)
        self.is_approved = initiative.status == InitiativeStatus.APPROVED

    def ask_for_reason(self) -> None:
        """Only once the effect is shown: whoever merely looks needs none."""
        self.fields["reason"].required = self.is_approved
        if self.is_approved:
            self.fields["reason"].help_text = _("It becomes a revision of the plan, with this reason.")

    @property
    def move(self) -> Move | None:
        """None while a day is missing or cannot be read; without a reason the effect is the same."""
        chosen = getattr(self, "cleaned_data", {})
        if not chosen.get("starts_on") or not chosen.get("ends_on"):
            return None
        return Move(
            starts_on=chosen["starts_on"],
            ends_on=chosen["ends_on"],
            with_work=chosen["with_work"],
            with_followers=chosen["with_followers"],
        )
