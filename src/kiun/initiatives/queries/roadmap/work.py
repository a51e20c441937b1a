"""What an opened initiative shows below its bar: its tasks and what comes before what."""

from dataclasses import dataclass
from datetime import date

from kiun.initiatives.models import UNFINISHED, Task, TaskLink, TaskStatus
from kiun.initiatives.queries.roadmap.rows import Link

# The page of the initiative holds the rest.
MOST_TASKS = 80


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """A task."""

    key: int
    name: str
    person: str
    starts_on: date
    due_on: date
    status: str
    percent: int

    @property
    def is_done(self) -> bool:
        return self.status == TaskStatus.DONE

    def is_late(self, on: date) -> bool:
        return self.status in UNFINISHED and self.due_on < on


@dataclass(frozen=True, kw_only=True)
class OpenedWork:
    tasks: tuple[WorkRow, ...] = ()
    links: tuple[Link, ...] = ()
    more: int = 0


def opened_work(initiative: int) -> OpenedWork:
    """Two queries; what was dropped is left out."""
    fields = ("pk", "name", "responsible__user__name", "starts_on", "due_on", "status", "percent")
    tasks = Task.objects.filter(initiative=initiative).exclude(status=TaskStatus.CANCELLED)
    rows = list(tasks.order_by("starts_on", "order", "pk").values_list(*fields))
    shown = tuple(
        WorkRow(key=key, name=name, person=person, starts_on=starts_on, due_on=due_on, status=status, percent=percent)
        for key, name, person, starts_on, due_on, status, percent in rows[:MOST_TASKS]
    )
    keys = {row.key for row in shown}
    links = TaskLink.objects.filter(before__initiative=initiative, after__initiative=initiative).order_by("pk")
    return OpenedWork(
        tasks=shown,
        links=tuple(
            Link(*row)
            for row in links.values_list("before", "after", "kind", "lag_days")
            if row[0] in keys and row[1] in keys
        ),
        more=len(rows) - len(shown),
    )
