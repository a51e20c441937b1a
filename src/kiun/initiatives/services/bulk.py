"""The same change to many tasks at once: another person, or all dates moved. All or nothing."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import Task, TaskStatus
from kiun.initiatives.queries.task_rights import changeable_tasks
from kiun.initiatives.services.people import check_person
from kiun.initiatives.services.task_notices import tell_new_responsible
from kiun.initiatives.services.tasks import check_postponement
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record
from kiun.municipality.models import Membership

FIELDS = ("responsible", "starts_on", "due_on")
MOST_DAYS = 366
MOST_TASKS = 500


@transaction.atomic
def change_tasks(
    *, actor: Actor, tasks: Sequence[int], responsible: Membership | None = None, days: int = 0, reason: str = ""
) -> int:
    """`tasks` are their keys; answers how many have changed."""
    if responsible is None and not days:
        raise DomainError(_("Choose another person, or write by how many days the dates move."))
    if abs(days) > MOST_DAYS:
        raise DomainError(_("Move dates by at most %(days)s days.") % {"days": MOST_DAYS}, field="days")
    rows = _rows(actor, tasks)
    check_person(responsible, before={row.responsible_id for row in rows}, on=actor.on, field="responsible")
    changes, given = [], []
    for row in rows:
        before, stored_due = snapshot(row, only=FIELDS), row.due_on
        if responsible and row.responsible_id != responsible.pk:
            row.responsible = responsible
            given.append(row)
        _move(row, days)
        check_postponement(row, stored_due, reason)
        changes.append(change_of(row, Verb.CHANGED, before, reason))
    Task.objects.bulk_update(rows, FIELDS)
    record(actor, *changes)
    tell_new_responsible(actor, given)
    return sum(1 for change in changes if change.after)


def _move(task: Task, days: int) -> None:
    """A task that has begun keeps the day on which it began."""
    if task.status == TaskStatus.TODO:
        task.starts_on += timedelta(days=days)
    task.due_on = max(task.due_on + timedelta(days=days), task.starts_on)


def _rows(actor: Actor, tasks: Sequence[int]) -> list[Task]:
    wanted = set(tasks)
    if not wanted:
        raise DomainError(_("Choose the tasks first."))
    if len(wanted) > MOST_TASKS:
        raise DomainError(_("Change at most %(count)s tasks at once.") % {"count": MOST_TASKS})
    rows = changeable_tasks(actor).filter(pk__in=wanted).select_related("initiative", "responsible__user")
    found = list(rows.select_for_update(of=("self",)))
    if len(found) != len(wanted):
        raise DomainError(_("Some of these tasks are not yours to change, or are gone. Choose again."))
    return found
