"""What a task waits for before it can begin."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from kiun.initiatives.models import UNFINISHED, LinkKind, Task, TaskLink, TaskStatus
from kiun.initiatives.working_days import working_day_after

STILL_HOLDS = Q(kind=LinkKind.FINISH_START, before__status__in=UNFINISHED) | Q(
    kind=LinkKind.START_START, before__status=TaskStatus.TODO
)


def free_tasks(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Not begun, and all that they waited for is done or has begun. Tasks that wait for nothing are not told."""
    links = TaskLink.objects.filter(after=OuterRef("pk"))
    return tasks.filter(Exists(links), ~Exists(links.filter(STILL_HOLDS)), status=TaskStatus.TODO)


def earliest_start(links: Iterable[TaskLink]) -> date | None:
    """The first day on which a task may begin by what is planned, or known, of its predecessors."""
    days = [_earliest_after(link) for link in links if link.before.status != TaskStatus.CANCELLED]
    return max(days, default=None)


def _earliest_after(link: TaskLink) -> date:
    if link.kind == LinkKind.START_START:
        return working_day_after(link.before.starts_on, link.lag_days)
    return working_day_after(link.before.finished_on or link.before.due_on, link.lag_days + 1)
