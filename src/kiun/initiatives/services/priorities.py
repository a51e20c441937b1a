"""Priorities of many initiatives at once, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.services.revisions import enter_revision
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require


@dataclass(frozen=True, kw_only=True)
class Priorities:
    """What somebody saw, and what they made of it."""

    priority: int
    reason: str
    seen_priority: int
    seen_reason: str

    @property
    def has_changed(self) -> bool:
        return (self.priority, self.reason) != (self.seen_priority, self.seen_reason)


@transaction.atomic
def set_priorities(*, actor: Actor, chosen: Mapping[int, Priorities], reason: str) -> int:
    """How many were changed. All or none: a row that somebody else has changed meanwhile is named."""
    wanted = {key: one for key, one in chosen.items() if one.has_changed}
    rows = list(Initiative.objects.select_for_update().filter(pk__in=wanted))
    _check(actor, rows, wanted)
    changes = {row.pk: _changed(row, wanted[row.pk], reason) for row in rows}
    approved = [changes[row.pk] for row in rows if row.status == InitiativeStatus.APPROVED]
    enter_revision(actor=actor, changes=approved, reason=reason)
    record(actor, *(changes[row.pk] for row in rows if row.status != InitiativeStatus.APPROVED))
    return len(rows)


def _check(actor: Actor, rows: Sequence[Initiative], wanted: Mapping[int, Priorities]) -> None:
    for row in rows:
        require(actor, "initiatives.change_initiative", row)
        seen = wanted[row.pk]
        if (row.priority, row.priority_reason) != (seen.seen_priority, seen.seen_reason):
            raise DomainError(
                _("Somebody else has changed the priority of “%(name)s” meanwhile. Nothing was saved: look again.")
                % {"name": row}
            )


def _changed(row: Initiative, chosen: Priorities, reason: str) -> Change:
    before = snapshot(row)
    row.priority, row.priority_reason = chosen.priority, chosen.reason
    row.full_clean(exclude=["municipality"])
    row.save(update_fields=["priority", "priority_reason"])
    return change_of(row, Verb.CHANGED, before, reason)
