"""私の仕事: what one person has to do, each thing once, under the most pressing reason for looking at it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from kiun.initiatives.models import Blocker, ChecklistItem, Mention, Task, TaskLink, TaskStatus
from kiun.initiatives.queries.blockers import blockers_to_decide
from kiun.initiatives.queries.mentions import unanswered_mentions
from kiun.initiatives.queries.reviews.decisions import errands_of
from kiun.initiatives.queries.tasks import TaskRow, still_open, task_rows, with_people, works_on
from kiun.initiatives.queries.waiting import STILL_HOLDS
from kiun.municipality.actors import Actor

SOON = timedelta(days=14)
MOST_TASKS = 200
MOST_MENTIONS = 30


@dataclass(frozen=True, kw_only=True)
class MyTask:
    """`next_step` is the first one that is not ticked; `as_helper`: somebody else answers for it."""

    row: TaskRow
    next_step: ChecklistItem | None
    as_helper: bool


@dataclass(kw_only=True)
class MyWork:
    """`held` waits for a decision or for another task; `free` has waited and can begin; `more` is not shown at all."""

    today: date
    to_decide: list[Blocker] = field(default_factory=list)
    asked: list[Mention] = field(default_factory=list)
    # What a review gave to this person outside any initiative, with its state.
    errands: list[Any] = field(default_factory=list)
    late: list[MyTask] = field(default_factory=list)
    due_today: list[MyTask] = field(default_factory=list)
    held: list[MyTask] = field(default_factory=list)
    free: list[MyTask] = field(default_factory=list)
    to_begin: list[MyTask] = field(default_factory=list)
    soon: list[MyTask] = field(default_factory=list)
    later: list[MyTask] = field(default_factory=list)
    done_today: list[MyTask] = field(default_factory=list)
    more: int = 0

    @property
    def pressing(self) -> int:
        """What the person can do something about today."""
        waiting = (self.to_decide, self.asked, self.errands, self.late, self.due_today, self.free, self.to_begin)
        return sum(len(part) for part in waiting)

    @property
    def is_empty(self) -> bool:
        return not (self.pressing or self.held or self.soon or self.later)


def my_work(actor: Actor) -> MyWork:
    tasks = my_open_tasks(actor)
    rows = task_rows(tasks.order_by("due_on", "priority", "pk")[:MOST_TASKS], actor)
    work = MyWork(
        today=actor.on,
        to_decide=list(blockers_to_decide(actor)),
        asked=list(unanswered_mentions(actor.membership_ids)[:MOST_MENTIONS]),
        errands=list(errands_of(actor)),
        more=tasks.count() - len(rows) if len(rows) == MOST_TASKS else 0,
    )
    _sort_in(work, rows, actor)
    work.done_today = [_as_mine(row, actor) for row in task_rows(_done_today(actor), actor)]
    return work


def _done_today(actor: Actor) -> QuerySet[Task]:
    done = Task.objects.filter(works_on(actor.membership_ids), status=TaskStatus.DONE, finished_on=actor.on)
    return with_people(done).order_by("due_on", "pk")[:MOST_TASKS]


def my_open_tasks(actor: Actor) -> QuerySet[Task]:
    return with_people(still_open(Task.objects.filter(works_on(actor.membership_ids))))


def _sort_in(work: MyWork, rows: Iterable[TaskRow], actor: Actor) -> None:
    found = list(rows)
    keys = [row.task.pk for row in found]
    linked = set(TaskLink.objects.filter(after__in=keys).values_list("after", flat=True))
    waiting = set(TaskLink.objects.filter(STILL_HOLDS, after__in=keys).values_list("after", flat=True))
    steps = _next_steps(keys)
    for row in found:
        mine = _as_mine(row, actor, steps.get(row.task.pk))
        _place(work, row, is_linked=row.task.pk in linked, is_waiting=row.task.pk in waiting).append(mine)


def _as_mine(row: TaskRow, actor: Actor, next_step: ChecklistItem | None = None) -> MyTask:
    return MyTask(row=row, next_step=next_step, as_helper=row.task.responsible_id not in actor.membership_ids)


def _place(work: MyWork, row: TaskRow, *, is_linked: bool, is_waiting: bool) -> list[MyTask]:
    is_new = row.task.status == TaskStatus.TODO
    begins = row.task.starts_on <= work.today
    if row.is_late:
        return work.late
    if row.task.due_on == work.today:
        return work.due_today
    if row.is_blocked or (is_new and is_waiting and begins):
        return work.held
    if is_new and is_linked and not is_waiting:
        return work.free
    if is_new and begins:
        return work.to_begin
    return work.soon if row.task.due_on <= work.today + SOON else work.later


def _next_steps(tasks: Collection[int]) -> dict[int, ChecklistItem]:
    steps = ChecklistItem.objects.filter(task__in=tasks, is_done=False).order_by("-order", "-pk")
    return {step.task_id: step for step in steps}
