from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.goals.models import Goal
from kiun.goals.services.ending import check_end
from kiun.goals.services.lint import read_into
from kiun.goals.services.people import check_people, people_of
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership


@transaction.atomic
def save_goal(*, actor: Actor, goal: Goal, reason: str = "", seen: int | None = None) -> Goal:
    """Save a new or edited goal. A vague one is saved as it is, and counted as vague."""
    stored = Goal.objects.select_for_update().get(pk=goal.pk) if goal.pk else None
    require(actor, "goals.change_goal" if stored else "goals.add_goal", stored)
    if stored:
        ensure_unchanged(stored, seen)
    goal.municipality = actor.municipality
    goal.full_clean(exclude=["municipality"])
    _check_place(goal)
    check_people(goal, before=people_of(stored), on=actor.on)
    before = snapshot(stored) if stored else None
    read_into(goal, actor.on)
    goal.save()
    record(actor, change_of(goal, Verb.CHANGED if stored else Verb.CREATED, before, reason))
    return goal


def _check_place(goal: Goal) -> None:
    if goal.policy and goal.policy.plan_id != goal.plan_id:
        raise DomainError(_("This policy belongs to another plan. Choose one of this plan."), field="policy")
    if goal.challenge and goal.challenge.plan_id != goal.plan_id:
        raise DomainError(_("This challenge belongs to another plan. Choose one of this plan."), field="challenge")


@transaction.atomic
def end_goal(*, actor: Actor, goal: Goal, on: date, reason: str) -> None:
    require(actor, "goals.change_goal", goal)
    if not reason:
        raise DomainError(_("Please write why this goal ends."), field="reason")
    check_end(on, today=actor.on)
    before = snapshot(goal)
    goal.ended_on = on
    goal.save(update_fields=["ended_on"])
    record(actor, change_of(goal, Verb.CHANGED, before, reason))


@transaction.atomic
def hand_over_goals(*, actor: Actor, rows: Collection[Goal], to: Membership, reason: str) -> None:
    changes = []
    for goal in rows:
        before = snapshot(goal, only=["owner"])
        goal.owner = to
        goal.save(update_fields=["owner"])
        changes.append(change_of(goal, Verb.CHANGED, before, reason))
    record(actor, *changes)
