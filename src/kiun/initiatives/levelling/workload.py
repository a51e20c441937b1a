"""The tasks of a department as a project for `analysis.planning.schedule`, with the time that people have for them.

Rules that the page states too:
- What has not begun may begin later than planned, never earlier; what is under way, and the work of the same people for
  others, stays where it is.
- Whoever answers for a task and whoever helps do the same part of what is left of it, evenly over its days. A task that
  needs more of somebody's day than there is takes longer.
- A day of somebody is whole but for absences. Where fixed work alone is more than that, nothing is put on top of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
from django.db.models import Q

from kiun.analysis.planning import Activity, Link, LinkKind, Project, Resource, WorkingCalendar
from kiun.initiatives import models
from kiun.initiatives.models import UNFINISHED, Absence, Task, TaskHelper, TaskLink, TaskStatus
from kiun.initiatives.queries.workforce import counted_tasks
from kiun.initiatives.working_days import days_off_in
from kiun.municipality.models import Department, Membership

# Of somebody's day; one part is the smallest that is planned with.
WHOLE = 100
YEARS_AHEAD = 12
KINDS = {
    models.LinkKind.FINISH_START: LinkKind.FINISH_START,
    models.LinkKind.START_START: LinkKind.START_START,
}


@dataclass(frozen=True)
class Span:
    """In working days from today: begins on `start`, lasts `days`, and takes `share` parts of each person's day."""

    start: int
    days: int
    share: int


@dataclass(frozen=True)
class Workload:
    """`tasks` may move; `spans` are theirs as planned. `people` are posts by the id of their resource: one person is
    one, in whatever posts. `overfull` are the days on which fixed work alone is more than such a person has time for.
    """

    project: Project
    calendar: WorkingCalendar
    tasks: Mapping[int, Task]
    spans: Mapping[int, Span]
    people: Mapping[str, Membership]
    overfull: Mapping[str, Sequence[date]]


def workload_of(department: Department, today: date) -> Workload:
    tasks = {task.pk: task for task in _movable(department)}
    calendar = WorkingCalendar(today, days_off_in(range(today.year, today.year + YEARS_AHEAD)))
    crews = _crews(tasks)
    people = {_id_of(post): post for crew in crews.values() for post in crew}
    fixed = {task.pk: task for task in _fixed(tasks, people.values())}
    crews |= _crews(fixed)
    spans = {key: _span(task, len(crews[key]), calendar) for key, task in {**tasks, **fixed}.items()}
    demands = {key: _demands(spans[key], crews[key], people) for key in spans}
    activities = [
        Activity(
            id=str(key),
            duration=span.days,
            demands=demands[key],
            earliest=span.start,
            fixed_start=span.start if key in fixed else None,
        )
        for key, span in spans.items()
    ]
    days = _days_of(people, [(spans[key], demands[key]) for key in fixed], calendar)
    return Workload(
        project=Project(tuple(activities), tuple(_links(tasks, spans)), tuple(map(_resource, days))),
        calendar=calendar,
        tasks=tasks,
        spans={key: spans[key] for key in tasks},
        people=people,
        overfull={one.person: [calendar.day(int(day)) for day in one.overfull] for one in days if one.overfull.size},
    )


def _movable(department: Department) -> Iterable[Task]:
    rows = counted_tasks().filter(department=department, status=TaskStatus.TODO)
    return rows.select_related("initiative", "responsible__user").order_by("starts_on", "priority", "pk")


def _fixed(tasks: Mapping[int, Task], posts: Iterable[Membership]) -> Iterable[Task]:
    """Whatever else keeps these people, and what the tasks wait for."""
    users = [post.user_id for post in posts]
    works = Q(responsible__user__in=users) | Q(
        pk__in=TaskHelper.objects.filter(helper__user__in=users).order_by().values("task")
    )
    awaited = Q(pk__in=TaskLink.objects.filter(after__in=list(tasks)).order_by().values("before"))
    rows = counted_tasks().filter(works | awaited, status__in=UNFINISHED).exclude(pk__in=list(tasks))
    return rows.select_related("responsible__user").order_by("pk")


def _crews(tasks: Mapping[int, Task]) -> dict[int, list[Membership]]:
    """Who works on each: one post for each person."""
    found: dict[int, dict[int, Membership]] = {
        key: {task.responsible.user_id: task.responsible} for key, task in tasks.items()
    }
    for row in TaskHelper.objects.filter(task__in=list(tasks)).select_related("helper__user").order_by("pk"):
        found[row.task_id].setdefault(row.helper.user_id, row.helper)
    return {key: list(crew.values()) for key, crew in found.items()}


def _id_of(post: Membership) -> str:
    return str(post.user_id)


def _span(task: Task, people: int, calendar: WorkingCalendar) -> Span:
    """What is left of it, from today at the earliest."""
    left = float(task.estimate) * (WHOLE - task.percent) / WHOLE / people
    start = calendar.number(max(task.starts_on, calendar.first))
    planned = calendar.number(task.due_on + timedelta(days=1)) - start if task.due_on >= calendar.first else 0
    days = max(planned, ceil(left), 1)
    return Span(start, days, min(max(ceil(left * WHOLE / days), 1), WHOLE))


def _demands(span: Span, crew: Iterable[Membership], people: Mapping[str, Membership]) -> dict[str, int]:
    return {_id_of(post): span.share for post in crew if _id_of(post) in people}


def _links(tasks: Mapping[int, Task], spans: Mapping[int, Span]) -> Iterable[Link]:
    """Before what stays where it is, nothing can be put; the page of the task says when its order does not hold."""
    for row in TaskLink.objects.filter(after__in=list(tasks), before__in=list(spans)).order_by("pk"):
        yield Link(str(row.before_id), str(row.after_id), KINDS[models.LinkKind(row.kind)], row.lag_days)


@dataclass(frozen=True)
class _Days:
    """Of one person, by working days from today: parts `free` of absences, and `needed` for fixed work."""

    person: str
    free: np.ndarray
    needed: np.ndarray

    @property
    def overfull(self) -> np.ndarray:
        return np.flatnonzero(self.needed > self.free)


def _days_of(
    people: Mapping[str, Membership], taken: Iterable[tuple[Span, Mapping[str, int]]], calendar: WorkingCalendar
) -> list[_Days]:
    away = _absences(people, calendar)
    busy: dict[str, list[Span]] = defaultdict(list)
    for span, demands in taken:
        for person in demands:
            busy[person].append(span)
    return [_days(person, away[person], busy[person]) for person in people]


def _absences(people: Mapping[str, Membership], calendar: WorkingCalendar) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = defaultdict(list)
    rows = Absence.objects.filter(post__user__in=list(people), ends_on__gte=calendar.first)
    for user, first, last, percent in rows.values_list("post__user", "starts_on", "ends_on", "percent"):
        start = calendar.number(max(first, calendar.first))
        days = calendar.number(last + timedelta(days=1)) - start
        found[str(user)].append(Span(start, days, percent))
    return found


def _days(person: str, away: Collection[Span], busy: Collection[Span]) -> _Days:
    last = max((span.start + span.days for span in (*away, *busy)), default=0)
    free, needed = np.full(last + 1, WHOLE), np.zeros(last + 1, int)
    for span in away:
        free[span.start : span.start + span.days] -= span.share
    for span in busy:
        needed[span.start : span.start + span.days] += span.share
    return _Days(person, np.maximum(free, 0), needed)


def _resource(days: _Days) -> Resource:
    units = np.maximum(days.free, days.needed)
    changes = [0, *(np.flatnonzero(np.diff(units)) + 1)]
    return Resource(days.person, int(units[0]), tuple((int(day), int(units[day])) for day in changes[1:]))
