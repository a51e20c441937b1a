"""A table of many initiatives: the priority of each, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.initiatives.models import Initiative, Priority
from kiun.initiatives.services.priorities import Priorities
from kiun.kernel.keys import key_in

LONGEST_REASON = 300


@dataclass(frozen=True, kw_only=True)
class PriorityRow:
    initiative: Initiative
    priority: int
    reason: str
    seen_priority: int
    seen_reason: str


class PriorityTable(forms.Form):
    """Each row keeps what it was filled in from, so that only what this person changed is saved."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for the change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One for all that you changed. It stands in the ledger of the plan."),
    )

    def __init__(self, data: Any, *, initiatives: Sequence[Initiative]) -> None:
        super().__init__(data)
        self.rows = [self._row(initiative) for initiative in initiatives]

    def _row(self, initiative: Initiative) -> PriorityRow:
        stored = (initiative.priority, initiative.priority_reason)
        if not self.is_bound or f"p{initiative.pk}" not in self.data:
            return PriorityRow(
                initiative=initiative,
                priority=stored[0],
                reason=stored[1],
                seen_priority=stored[0],
                seen_reason=stored[1],
            )
        return PriorityRow(
            initiative=initiative,
            priority=_priority(self.data.get(f"p{initiative.pk}"), stored[0]),
            reason=self.data.get(f"r{initiative.pk}", "").strip(),
            seen_priority=_priority(self.data.get(f"sp{initiative.pk}"), stored[0]),
            seen_reason=self.data.get(f"sr{initiative.pk}", ""),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            if len(row.reason) > LONGEST_REASON:
                self.add_error(
                    None, _("The reason for “%(name)s” is longer than 300 characters.") % {"name": row.initiative}
                )
        changed = [key for key, one in self.chosen.items() if one.has_changed]
        approved = {row.initiative.pk for row in self.rows if row.initiative.needs_reason}
        if not cleaned.get("reason") and approved.intersection(changed):
            self.add_error("reason", _("Please write why the approved plan changes."))
        return cleaned

    @property
    def chosen(self) -> dict[int, Priorities]:
        return {
            row.initiative.pk: Priorities(
                priority=row.priority,
                reason=row.reason,
                seen_priority=row.seen_priority,
                seen_reason=row.seen_reason,
            )
            for row in self.rows
        }


def _priority(written: object, otherwise: int) -> int:
    key = key_in(written)
    return key if key in Priority.values else otherwise
