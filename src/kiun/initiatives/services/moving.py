"""Moving an initiative in time, with its work and, if asked, with those that wait for it."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import UNFINISHED, Initiative, InitiativeStatus, Milestone, Phase, Task
from kiun.initiatives.queries.moving import Effect, Move, Moved, effect_of
from kiun.initiatives.services.revisions import enter_revision
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import OwnedModel


@transaction.atomic
def move_initiative(
    *,
    actor: Actor,
    initiative: Initiative,
    move: Move,
    reason: str = "",
    seen: int | None = None,
    shown: str | None = None,
) -> Effect:
    """`shown` is the fingerprint of the effect that the person has looked at: nothing else is ever carried out. What
    was approved changes as one revision; tasks stand in the record of changes, as always.
    """
    stored = Initiative.objects.select_for_update().get(pk=initiative.pk)
    require(actor, "initiatives.change_initiative", stored)
    ensure_unchanged(stored, seen)
    check_move(stored, move)
    effect = effect_of(actor, stored, move)
    if shown is not None and shown != effect.fingerprint:
        raise DomainError(_("The plan has changed since this effect was shown. Please look at the new one below."))
    rows = Initiative.objects.select_for_update().in_bulk([one.key for one in effect.moved])
    agreed: list[Change] = []
    others: list[Change] = []
    for one in effect.moved:
        row = rows[one.key]
        plan, tasks = shift(row, one, reason)
        (agreed if row.status == InitiativeStatus.APPROVED else others).extend(plan)
        others += tasks
    enter_revision(actor=actor, changes=agreed, reason=reason)
    record(actor, *others)
    return effect


def shift(row: Initiative, moved: Moved, reason: str) -> tuple[list[Change], list[Change]]:
    """What changes of the plan (the initiative, its phases and milestones), and of its tasks."""
    plan = [*_set_dates(row, moved, reason), *_shift_plan(row, moved, reason)]
    return plan, shift_tasks(row, moved.days, reason)


def check_move(initiative: Initiative, move: Move) -> None:
    if not initiative.is_open:
        raise DomainError(_("This initiative has ended: it can no longer be moved."))
    if move.ends_on < move.starts_on:
        raise DomainError(_("The initiative ends before it begins."), field="ends_on")
    if (move.starts_on, move.ends_on) == (initiative.starts_on, initiative.ends_on):
        raise DomainError(_("Choose other days than the present ones."), field="starts_on")


def _set_dates(row: Initiative, moved: Moved, reason: str) -> Iterable[Change]:
    yield _changed(row, reason, starts_on=moved.new[0], ends_on=moved.new[1])


def _shift_plan(row: Initiative, moved: Moved, reason: str) -> list[Change]:
    days = timedelta(days=moved.days)
    if not days:
        return []
    phases = Phase.objects.filter(initiative=row, reached_on__isnull=True)
    milestones = Milestone.objects.filter(initiative=row, reached_on__isnull=True)
    return [
        *(_changed(one, reason, starts_on=one.starts_on + days, ends_on=one.ends_on + days) for one in phases),
        *(_changed(one, reason, due_on=one.due_on + days) for one in milestones),
    ]


def shift_tasks(row: Initiative, by: int, reason: str) -> list[Change]:
    """So many days later. With one statement for all: an initiative may have hundreds."""
    days = timedelta(days=by)
    if not days:
        return []
    tasks = list(Task.objects.select_for_update().filter(initiative=row, status__in=UNFINISHED))
    changes = [_with_dates(task, reason, starts_on=task.starts_on + days, due_on=task.due_on + days) for task in tasks]
    Task.objects.bulk_update(tasks, ["starts_on", "due_on"])
    return changes


def _changed(row: OwnedModel, reason: str, **dates: date) -> Change:
    change = _with_dates(row, reason, **dates)
    row.save(update_fields=list(dates))
    return change


def _with_dates(row: OwnedModel, reason: str, **dates: date) -> Change:
    before = snapshot(row, only=dates)
    for name, day in dates.items():
        setattr(row, name, day)
    return change_of(row, Verb.CHANGED, before, reason)
