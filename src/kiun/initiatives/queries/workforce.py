"""Reads from the tables what `allocation` calculates with: in columns, because a town has thousands of tasks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Case, CharField, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

from kiun.initiatives.models import (
    UNFINISHED,
    Absence,
    Capacity,
    InitiativeStatus,
    PeopleNeed,
    Task,
    TaskHelper,
    TaskStatus,
)
from kiun.initiatives.queries.allocation import (
    MONTHS_IN_QUARTER,
    Absences,
    Demand,
    Lines,
    Needs,
    Shares,
    Steps,
    Tasks,
    demand_of,
    lines_of,
)
from kiun.initiatives.queries.windows import Keys, Window

WHOLE = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Workforce:
    """Who is needed and who is there, in the whole town, over the months of a window."""

    window: Window
    demand: Demand
    steps: Steps
    absences: Absences

    def lines(self, departments: Collection[int] | None = None) -> Lines:
        """`None`: of all departments."""
        every = lines_of(self.window, self.demand, self.steps, self.absences)
        return every if departments is None else every.where(np.isin(every.departments, list(departments)))


def workforce(window: Window) -> Workforce:
    tasks, own = _tasks()
    return Workforce(
        window=window,
        demand=demand_of(window, tasks, _shares(tasks, own), _needs()),
        steps=_steps(),
        absences=_absences(window),
    )


@dataclass(frozen=True)
class PutOff:
    """How much later an initiative would begin, and its unfinished tasks be done; earlier where negative."""

    months: int
    task_days: int


def before_and_after(window: Window, changes: Mapping[int, PutOff]) -> tuple[Workforce, Workforce]:
    """As the plan stands, and as it would stand with initiatives put off; read once."""
    tasks, own = _tasks()
    shares, needs, steps, absences = _shares(tasks, own), _needs(), _steps(), _absences(window)
    later = _later(changes, tasks.initiatives, "task_days", "D") * (tasks.remaining > 0)
    moved = replace(tasks, starts=tasks.starts + later, dues=tasks.dues + later)
    begun = replace(needs, starts=needs.starts + _later(changes, needs.initiatives, "months", "M"))
    return (
        Workforce(window=window, demand=demand_of(window, tasks, shares, needs), steps=steps, absences=absences),
        Workforce(window=window, demand=demand_of(window, moved, shares, begun), steps=steps, absences=absences),
    )


def _later(changes: Mapping[int, PutOff], initiatives: Keys, field: str, unit: str) -> NDArray[np.timedelta64]:
    days = np.zeros(len(initiatives), np.int64)
    for key, change in changes.items():
        days[initiatives == key] = getattr(change, field)
    return days.astype(f"timedelta64[{unit}]")


def counted_tasks() -> QuerySet[Task]:
    """Those of approved initiatives that were not dropped."""
    return Task.objects.filter(initiative__status=InitiativeStatus.APPROVED).exclude(status=TaskStatus.CANCELLED)


def counted_needs() -> QuerySet[PeopleNeed]:
    """Of the modes that were chosen for approved initiatives."""
    return PeopleNeed.objects.filter(mode__is_chosen=True, mode__initiative__status=InitiativeStatus.APPROVED)


def _columns(rows: Iterable[Sequence[Any]], count: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) or [()] * count


def _keys(values: Iterable[int]) -> Keys:
    return np.fromiter(values, np.int64)


def _days(values: Sequence[str]) -> NDArray[np.datetime64]:
    return np.array(values, "datetime64[D]")


def _as_text(field: str) -> Cast:
    """Days as ISO text: numpy reads them faster than Django makes dates of them."""
    return Cast(field, CharField())


def _key_or_none(field: str) -> Coalesce:
    return Coalesce(F(field), Value(0), output_field=IntegerField())


# The part of a task's estimate that is still to be done.
REMAINING = Case(
    When(
        status__in=UNFINISHED,
        then=Cast("estimate", FloatField()) * (Value(float(WHOLE)) - F("percent")) / Value(float(WHOLE)),
    ),
    default=Value(0.0),
    output_field=FloatField(),
)


def _tasks() -> tuple[Tasks, tuple[Keys, Keys, Keys]]:
    """The tasks, and for each its department, skill and the post responsible."""
    rows = counted_tasks().order_by("pk")
    keys, initiatives, departments, skills, posts, starts, dues, remaining = _columns(
        rows.values_list(
            "pk",
            "initiative_id",
            "department_id",
            _key_or_none("skill_id"),
            "responsible_id",
            _as_text("starts_on"),
            _as_text("due_on"),
            REMAINING,
        ),
        8,
    )
    tasks = Tasks(
        keys=_keys(keys),
        initiatives=_keys(initiatives),
        starts=_days(starts),
        dues=_days(dues),
        remaining=np.array(remaining, np.float64),
    )
    return tasks, (_keys(departments), _keys(skills), _keys(posts))


def _shares(tasks: Tasks, own: tuple[Keys, Keys, Keys]) -> Shares:
    """The responsible person and each helper do the same part: in the task's department, or in the helper's own.

    A helper without a department, such as a partner, is not of the town hall's people.
    """
    departments, skills, posts = own
    helped, helpers, places = map(
        _keys,
        _columns(
            TaskHelper.objects.filter(task__in=counted_tasks().filter(status__in=UNFINISHED))
            .order_by("task_id", "pk")
            .values_list("task_id", "helper_id", _key_or_none("helper__department_id")),
            3,
        ),
    )
    rows = np.searchsorted(tasks.keys, helped)
    every = np.concatenate([np.arange(len(tasks.keys)), rows])
    people = np.bincount(every, minlength=len(tasks.keys))
    return Shares(
        tasks=every,
        departments=np.concatenate([departments, places]),
        skills=np.concatenate([skills, skills[rows]]),
        posts=np.concatenate([posts, helpers]),
        weights=1 / people[every],
    )


def _needs() -> Needs:
    keys, initiatives, departments, skills, starts, first_quarters, quarters, fte = _columns(
        counted_needs()
        .order_by("pk")
        .values_list(
            "pk",
            "mode__initiative_id",
            "department_id",
            _key_or_none("skill_id"),
            _as_text("mode__initiative__starts_on"),
            "first_quarter",
            "quarters",
            Cast("fte", FloatField()),
        ),
        8,
    )
    later = ((_keys(first_quarters) - 1) * MONTHS_IN_QUARTER).astype("timedelta64[M]")
    return Needs(
        keys=_keys(keys),
        initiatives=_keys(initiatives),
        departments=_keys(departments),
        skills=_keys(skills),
        starts=_days(starts).astype("datetime64[M]") + later,
        lengths=_keys(quarters) * MONTHS_IN_QUARTER,
        fte=np.array(fte, np.float64),
    )


def _steps() -> Steps:
    departments, skills, starts, fte = _columns(
        Capacity.objects.order_by("month").values_list(
            "department_id", _key_or_none("skill_id"), _as_text("month"), Cast("fte", FloatField())
        ),
        4,
    )
    return Steps(
        departments=_keys(departments), skills=_keys(skills), starts=_days(starts), fte=np.array(fte, np.float64)
    )


def _absences(window: Window) -> Absences:
    rows = Absence.objects.filter(Q(ends_on__gte=window.today), starts_on__lt=window.end)
    departments, skills, posts, starts, ends, parts = _columns(
        rows.order_by("pk").values_list(
            _key_or_none("post__department_id"),
            _key_or_none("skill_id"),
            "post_id",
            _as_text("starts_on"),
            _as_text("ends_on"),
            Cast("percent", FloatField()) / Value(float(WHOLE)),
        ),
        6,
    )
    return Absences(
        departments=_keys(departments),
        skills=_keys(skills),
        posts=_keys(posts),
        starts=_days(starts),
        ends=_days(ends),
        parts=np.array(parts, np.float64),
    )
