"""計画の変更 as a ledger: what was approved changes only together with a reason, and with who decided it and how."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import DecidedBy, Revision, RevisionItem, RevisionSource
from kiun.initiatives.services.revision_notices import tell_owners
from kiun.kernel.changes import Change
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record
from kiun.municipality.models import Membership, Municipality, Role


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Who decided on a change, and how; `who` never names somebody who did not act."""

    how: str
    who: Membership | None


def decided_alone(actor: Actor, *, is_own: bool = True) -> Decided:
    """Of a change that a person enters. `is_own`: they wrote what is approved themselves."""
    if actor.membership is None:
        return Decided(how="", who=None)
    if actor.membership.role == Role.EXECUTIVE:
        return Decided(how=DecidedBy.LEADERSHIP, who=actor.membership)
    return Decided(how=DecidedBy.DRAFTER if is_own else DecidedBy.APPROVED, who=actor.membership)


@transaction.atomic
def enter_revision(
    *,
    actor: Actor,
    changes: Sequence[Change],
    reason: str,
    source: RevisionSource = RevisionSource.PERSON,
    decided: Decided | None = None,
    undoes: Revision | None = None,
) -> Revision | None:
    """Write the changes, which the caller has made in the same transaction, into the ledger and the record of changes.
    None when nothing has changed. Unless it is said how it was `decided`, the actor did it alone.
    """
    changes = [change for change in changes if change.before or change.after]
    if not changes:
        return None
    if not reason.strip():
        raise DomainError(_("Please write why the approved plan changes."), field="reason")
    decided = decided or decided_alone(actor)
    revision = Revision(
        municipality=actor.municipality,
        number=_next_number(actor.municipality),
        on=actor.on,
        reason=reason.strip(),
        source=source,
        approver=decided.who,
        decided_by=decided.how,
        made_by=actor.membership,
        undoes=undoes,
    )
    revision.save()
    RevisionItem.objects.bulk_create(
        [
            RevisionItem(
                municipality=actor.municipality,
                revision=revision,
                object_type=change.object_type,
                object_id=change.object_id,
                label=change.label,
                before=dict(change.before),
                after=dict(change.after),
            )
            for change in changes
        ]
    )
    record(actor, *changes)
    tell_owners(actor, revision, changes)
    return revision


def _next_number(town: Municipality) -> int:
    """The town's row is locked, so that two revisions of one moment get different numbers."""
    Municipality.objects.select_for_update().get(pk=town.pk)
    newest: int | None = Revision.objects.aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1
