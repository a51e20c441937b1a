"""Tasks in columns by their state, as many cards as an eye can take in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from kiun.initiatives.models import Task, TaskStatus
from kiun.initiatives.queries.tasks import TaskRow, task_rows
from kiun.municipality.actors import Actor

CARDS_IN_COLUMN = 25
# What was done long ago is in the list.
STAYS_DONE = timedelta(days=30)
COLUMNS = (TaskStatus.TODO, TaskStatus.DOING, TaskStatus.DONE)


@dataclass(frozen=True, kw_only=True)
class Column:
    status: TaskStatus
    rows: Sequence[TaskRow]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


def board_of(tasks: QuerySet[Task], actor: Actor) -> list[Column]:
    parts = {status: _of_column(tasks, status, actor) for status in COLUMNS}
    totals = {status: part.count() for status, part in parts.items()}
    shown = [task for part in parts.values() for task in part[:CARDS_IN_COLUMN]]
    rows = task_rows(shown, actor)
    return [
        Column(status=status, rows=[row for row in rows if row.task.status == status], total=totals[status])
        for status in COLUMNS
    ]


def _of_column(tasks: QuerySet[Task], status: TaskStatus, actor: Actor) -> QuerySet[Task]:
    if status == TaskStatus.DONE:
        return tasks.filter(status=status, finished_on__gte=actor.on - STAYS_DONE).order_by("-finished_on", "-pk")
    return tasks.filter(status=status).order_by("due_on", "priority", "pk")
