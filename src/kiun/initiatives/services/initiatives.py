from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.queries import history_of
from kiun.activity.services.conflicts import ensure_unchanged
from kiun.goals.models import Goal
from kiun.initiatives.models import (
    OPEN_STATUSES,
    Initiative,
    InitiativeStatus,
    Revision,
    RevisionSource,
    ServedGoal,
)
from kiun.initiatives.queries.served_goals import say_goals
from kiun.initiatives.services.blockers import end_blockers_with_initiative
from kiun.initiatives.services.people import check_person
from kiun.initiatives.services.revisions import Decided, decided_alone, enter_revision
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership

GOALS = "goals"
CHOSEN = (InitiativeStatus.APPROVED, InitiativeStatus.DONE)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An initiative that was written down, and what has to be told of it; a revision only where it was approved."""

    change: Change
    is_revision: bool


@transaction.atomic
def save_initiative(
    *,
    actor: Actor,
    initiative: Initiative,
    goals: Sequence[Goal],
    reason: str = "",
    seen: int | None = None,
    source: RevisionSource = RevisionSource.PERSON,
    decided: Decided | None = None,
) -> Initiative:
    """Save a proposal, or an approved initiative with the reason for its change: that becomes a revision."""
    stored = store_initiative(actor=actor, initiative=initiative, goals=goals, reason=reason, seen=seen)
    if stored.is_revision:
        enter_revision(actor=actor, changes=[stored.change], reason=reason, source=source, decided=decided)
    else:
        record(actor, stored.change)
    return initiative


@transaction.atomic
def store_initiative(
    *, actor: Actor, initiative: Initiative, goals: Sequence[Goal], reason: str = "", seen: int | None = None
) -> Stored:
    """For a caller that tells several changes together."""
    stored = Initiative.objects.select_for_update().get(pk=initiative.pk) if initiative.pk else None
    if stored:
        require(actor, "initiatives.change_initiative", stored)
        ensure_unchanged(stored, seen)
        _check_open(stored)
    else:
        check_place_of_proposal(actor, initiative)
    check_initiative(actor, initiative, goals, owners={stored.owner_id} if stored else set())
    before = {**snapshot(stored), GOALS: say_goals(_served(stored))} if stored else None
    initiative.municipality = actor.municipality
    initiative.full_clean(exclude=["municipality"])
    initiative.save()
    _serve(initiative, goals)
    change = _change(initiative, goals, before, reason)
    return Stored(change=change, is_revision=bool(stored and stored.status == InitiativeStatus.APPROVED))


def _change(initiative: Initiative, goals: Sequence[Goal], before: dict[str, object] | None, reason: str) -> Change:
    """With the goals it serves as a field like any other."""
    old = dict(before or {})
    new = {**snapshot(initiative), GOALS: say_goals(goals)}
    names = [name for name in new if old.get(name) != new[name]]
    return Change(
        object_type=initiative._meta.label_lower,
        object_id=initiative.pk,
        label=str(initiative),
        verb=Verb.CHANGED if before else Verb.CREATED,
        before={name: old[name] for name in names if name in old},
        after={name: new[name] for name in names},
        reason=reason,
    )


def _served(initiative: Initiative) -> list[Goal]:
    return [served.goal for served in initiative.served_goals.select_related("goal")]


def _serve(initiative: Initiative, goals: Sequence[Goal]) -> None:
    initiative.served_goals.exclude(goal__in=goals).delete()
    kept = {served.goal_id: served for served in initiative.served_goals.all()}
    for order, goal in enumerate(goals):
        served = kept.get(goal.pk) or ServedGoal(municipality=initiative.municipality, initiative=initiative, goal=goal)
        served.order = order
        served.save()


def _check_open(stored: Initiative) -> None:
    if not stored.is_open:
        raise DomainError(_("This initiative has ended and stays as it was. Reopen it before you change it."))


def check_place_of_proposal(actor: Actor, initiative: Initiative) -> None:
    """A department proposes work of its own; work for another department is the DX office's to enter."""
    require(actor, "initiatives.propose_initiative")
    paths = tuple(post.department.path for post in actor.memberships if post.department)
    if actor.user is None or actor.is_admin or initiative.department.path.startswith(paths):
        return
    raise DomainError(
        _("Choose your own department. Work of another department is entered by that department or the DX office."),
        field="department",
    )


def check_initiative(
    actor: Actor, initiative: Initiative, goals: Sequence[Goal], *, owners: AbstractSet[int | None]
) -> None:
    """Whoever is among `owners` was in charge before and may stay so."""
    if not goals:
        raise DomainError(_("Choose at least one goal that this work serves."), field="goals")
    if any(goal.plan_id != initiative.plan_id for goal in goals):
        raise DomainError(_("All goals must be of the same plan as the initiative."), field="goals")
    if initiative.policy and initiative.policy.plan_id != initiative.plan_id:
        raise DomainError(_("This policy belongs to another plan. Choose one of this plan."), field="policy")
    if initiative.ends_on < initiative.starts_on:
        raise DomainError(_("The initiative ends before it begins."), field="ends_on")
    check_person(initiative.owner, before=owners, on=actor.on, field="owner")
    if initiative.status in CHOSEN:
        refuse_second_choice(initiative)


def refuse_second_choice(initiative: Initiative) -> None:
    """Of alternatives at most one is carried out."""
    if not initiative.alternative_to:
        return
    others = Initiative.objects.filter(alternative_to=initiative.alternative_to, status__in=CHOSEN)
    if other := others.exclude(pk=initiative.pk).first():
        raise DomainError(
            _("“%(other)s” of the alternatives “%(group)s” is chosen already. Stop it before you choose this one.")
            % {"other": other, "group": initiative.alternative_to},
            field="alternative_to",
        )


@transaction.atomic
def approve_initiative(*, actor: Actor, initiative: Initiative, reason: str) -> Revision | None:
    """採択: from now on the plan counts with it, and its changes are revisions."""
    require(actor, "initiatives.approve_initiative", initiative)
    stored = Initiative.objects.select_for_update().get(pk=initiative.pk)
    if stored.status != InitiativeStatus.PROPOSED:
        raise DomainError(_("This initiative has been decided on already."))
    refuse_second_choice(stored)
    decided = decided_alone(actor, is_own=_is_drafted_by(actor, stored))
    return _set_status(actor, stored, InitiativeStatus.APPROVED, reason, decided=decided)


def _is_drafted_by(actor: Actor, proposal: Initiative) -> bool:
    """Whoever entered it, not whoever it is entered for."""
    begun = history_of(proposal).filter(object_type=proposal._meta.label_lower, verb=Verb.CREATED)
    return actor.user is not None and begun.filter(user=actor.user).exists()


@transaction.atomic
def end_initiative(
    *,
    actor: Actor,
    initiative: Initiative,
    status: InitiativeStatus,
    on: date,
    reason: str,
    source: RevisionSource = RevisionSource.PERSON,
    decided: Decided | None = None,
) -> Revision | None:
    """Completed, or stopped: its history stays, its people and its money are free, and nobody is asked to decide about
    it any more.
    """
    require(actor, "initiatives.end_initiative", initiative)
    stored = Initiative.objects.select_for_update().get(pk=initiative.pk)
    if not stored.is_open:
        raise DomainError(_("This initiative has ended already."))
    if stored.status == InitiativeStatus.PROPOSED and status == InitiativeStatus.DONE:
        raise DomainError(_("A proposal cannot be completed. Approve it first, or drop it."), field="status")
    if not reason.strip():
        raise DomainError(_("Please write why it ends."), field="reason")
    if on > actor.on:
        raise DomainError(_("Write the day on which it ended, today at the latest."), field="on")
    if status == InitiativeStatus.STOPPED and stored.status == InitiativeStatus.APPROVED:
        require(actor, "initiatives.approve_initiative", stored)
    end_blockers_with_initiative(actor=actor, initiative=stored, reason=reason)
    return _set_status(actor, stored, status, reason, ended_on=on, source=source, decided=decided)


@transaction.atomic
def reopen_initiative(*, actor: Actor, initiative: Initiative, reason: str) -> Revision | None:
    """Undo of an end: it goes on as what it was before."""
    require(actor, "initiatives.approve_initiative", initiative)
    stored = Initiative.objects.select_for_update().get(pk=initiative.pk)
    if stored.is_open:
        raise DomainError(_("This initiative is open."))
    if not reason.strip():
        raise DomainError(_("Please write why it goes on."), field="reason")
    status = _status_before_end(stored)
    if status == InitiativeStatus.APPROVED:
        refuse_second_choice(stored)
    return _set_status(actor, stored, status, reason)


def _status_before_end(ended: Initiative) -> InitiativeStatus:
    """A proposal that was dropped becomes a proposal again, not part of the plan."""
    ends = history_of(ended).filter(after__status=ended.status)
    told = ends.values_list("before__status", flat=True).first()
    return InitiativeStatus(told) if told in OPEN_STATUSES else InitiativeStatus.APPROVED


def _set_status(
    actor: Actor,
    stored: Initiative,
    status: InitiativeStatus,
    reason: str,
    *,
    ended_on: date | None = None,
    source: RevisionSource = RevisionSource.PERSON,
    decided: Decided | None = None,
) -> Revision | None:
    """A proposal that is dropped, or taken up again, was never part of the plan: that is no revision."""
    change = put_status(stored, status, reason, ended_on=ended_on)
    if InitiativeStatus.APPROVED in (change.before["status"], status):
        return enter_revision(actor=actor, changes=[change], reason=reason, source=source, decided=decided)
    record(actor, change)
    return None


def put_status(stored: Initiative, status: InitiativeStatus, reason: str, *, ended_on: date | None = None) -> Change:
    """The change alone; whoever calls writes it down."""
    before = snapshot(stored)
    stored.status, stored.ended_on = status, ended_on
    stored.save(update_fields=["status", "ended_on"])
    return change_of(stored, Verb.CHANGED, before, reason)


@transaction.atomic
def hand_over_initiatives(*, actor: Actor, rows: Collection[Initiative], to: Membership, reason: str) -> None:
    """A 人事異動 is no revision of the plan: who answers changes, not what was agreed."""
    changes = []
    for initiative in rows:
        before = snapshot(initiative, only=["owner"])
        initiative.owner = to
        initiative.save(update_fields=["owner"])
        changes.append(change_of(initiative, Verb.CHANGED, before, reason))
    record(actor, *changes)
