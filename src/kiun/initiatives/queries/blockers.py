"""支障 that wait for somebody's decision."""

from django.db.models import F, QuerySet

from kiun.initiatives.models import OPEN_STATUSES, UNFINISHED, Blocker, Initiative, Task
from kiun.initiatives.queries.tasks import open_blockers
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor
from kiun.municipality.models import Role


def blockers_to_decide(actor: Actor) -> QuerySet[Blocker]:
    """Those that this person must decide, the soonest needed first."""
    return _waiting().filter(decider__in=actor.membership_ids)


def blockers_for_leadership(actor: Actor) -> QuerySet[Blocker]:
    """Those that the mayor and the executives must decide, of the work that this person sees."""
    waiting = _waiting().filter(decider__role=Role.EXECUTIVE)
    return waiting.filter(task__initiative__in=visible_initiatives(actor))


def waiting_blockers(task: Task) -> list[Blocker]:
    """Of one task, the oldest first."""
    rows = open_blockers().filter(task=task).select_related("decider__user", "task__initiative__department")
    return list(rows.order_by("raised_on", "pk"))


def waiting_blockers_of(initiative: Initiative) -> list[Blocker]:
    """Of all its tasks."""
    rows = open_blockers().filter(task__initiative=initiative, task__status__in=UNFINISHED)
    return list(rows.select_related("task", "decider__user").order_by("raised_on", "pk"))


def _waiting() -> QuerySet[Blocker]:
    waiting = open_blockers().filter(task__status__in=UNFINISHED, task__initiative__status__in=OPEN_STATUSES)
    rows = waiting.select_related("task__initiative", "raised_by__user", "decider__user")
    return rows.order_by(F("needed_by").asc(nulls_last=True), "raised_on", "pk")
