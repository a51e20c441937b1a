"""How far the work is: weighted by the estimates of its tasks; what was dropped does not count."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, Sum

from kiun.initiatives.models import UNFINISHED, Task, TaskStatus

IS_BLOCKED = Q(status__in=UNFINISHED, blockers__isnull=False, blockers__resolved_on__isnull=True)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`percent` is None while there are no tasks."""

    tasks: int = 0
    done: int = 0
    late: int = 0
    blocked: int = 0
    percent: int | None = None

    @property
    def is_wrong(self) -> bool:
        return bool(self.late or self.blocked)


def progress_of(initiatives: Collection[int], on: date) -> Mapping[int, Progress]:
    """By the keys of the initiatives; those without tasks are told as such."""
    tasks = Task.objects.filter(initiative__in=initiatives).exclude(status=TaskStatus.CANCELLED)
    rows = (
        tasks.order_by()
        .values("initiative")
        .annotate(
            all=Count("pk"),
            done=Count("pk", filter=Q(status=TaskStatus.DONE)),
            late=Count("pk", filter=Q(status__in=UNFINISHED, due_on__lt=on)),
            work=Sum("estimate"),
            finished=Sum(F("estimate") * F("percent")),
        )
    )
    blocked = dict(
        Task.objects.filter(IS_BLOCKED, initiative__in=initiatives)
        .order_by()
        .values_list("initiative")
        .annotate(Count("pk", distinct=True))
    )
    found = {
        row["initiative"]: Progress(
            tasks=row["all"],
            done=row["done"],
            late=row["late"],
            blocked=blocked.get(row["initiative"], 0),
            percent=_whole(row["finished"], row["work"]),
        )
        for row in rows
    }
    return {key: found.get(key, Progress()) for key in initiatives}


def _whole(finished: object, work: object) -> int | None:
    """Rounded down: 100 % is said only when everything is done."""
    return int(float(str(finished)) / float(str(work))) if work else None
