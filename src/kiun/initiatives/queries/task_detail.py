"""One task with everything around it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kiun.activity.models import Attachment, AuditEntry
from kiun.activity.queries import attachments_of, history_of
from kiun.initiatives.models import (
    Blocker,
    ChecklistItem,
    Comment,
    ReviewDecision,
    Task,
    TaskHelper,
    TaskLink,
    TaskStatus,
)
from kiun.initiatives.queries.reviews.visible import visible_decisions
from kiun.initiatives.queries.tasks import TaskRow, task_rows
from kiun.initiatives.queries.visible import visible_tasks
from kiun.initiatives.queries.waiting import earliest_start
from kiun.municipality.actors import Actor

HISTORY_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class BlockerLine:
    blocker: Blocker
    may_decide: bool
    may_withdraw: bool
    is_mine: bool
    is_unfinished: bool

    @property
    def may_reopen(self) -> bool:
        """Not once the task has ended: nothing stands in its way then."""
        is_allowed = self.may_withdraw if self.blocker.is_withdrawn else self.may_decide
        return is_allowed and self.is_unfinished

    @property
    def is_open(self) -> bool:
        return self.blocker.resolved_on is None


@dataclass(frozen=True, kw_only=True)
class TaskPage:
    """`before` and `after` hold what the person may see; `unseen` counts the others."""

    task: Task
    row: TaskRow
    helpers: list[TaskHelper]
    steps: list[ChecklistItem]
    blockers: list[BlockerLine]
    comments: list[Comment]
    before: list[TaskLink]
    after: list[TaskLink]
    unseen: int
    # What a review decided and this task carries out.
    decision: ReviewDecision | None
    files: list[Attachment]
    history: list[AuditEntry]

    @cached_property
    def open_blockers(self) -> list[BlockerLine]:
        return [line for line in self.blockers if line.is_open]

    @cached_property
    def holding(self) -> list[TaskLink]:
        return [link for link in self.before if link.holds]

    @cached_property
    def earliest_start(self) -> date | None:
        """Only where the plan says that the task begins before what it waits for allows."""
        earliest = earliest_start(self.before)
        begins_too_early = earliest is not None and self.task.starts_on < earliest
        return earliest if begins_too_early and self.task.status == TaskStatus.TODO else None


def task_page(task: Task, actor: Actor, may: Callable[[str, Blocker], bool]) -> TaskPage:
    """`may` answers whether the person has that right about an obstacle."""
    blockers = list(task.blockers.select_related("decider__user", "raised_by__user", "resolved_by__user"))
    comments = task.comments.select_related("author__user", "author__department")
    before = list(task.links_before.select_related("before__initiative"))
    after = list(task.links_after.select_related("after__initiative"))
    visible = _visible(actor, {link.before_id for link in before} | {link.after_id for link in after})
    seen_before = [link for link in before if link.before_id in visible]
    seen_after = [link for link in after if link.after_id in visible]
    return TaskPage(
        task=task,
        row=task_rows([task], actor)[0],
        helpers=list(task.helpers.select_related("helper__user", "helper__department")),
        steps=list(task.checklist.all()),
        blockers=_lines(blockers, actor, may),
        comments=list(comments.prefetch_related("mentions__post__user")),
        before=seen_before,
        after=seen_after,
        unseen=len(before) + len(after) - len(seen_before) - len(seen_after),
        decision=visible_decisions(actor).filter(task=task).select_related("item__review").first(),
        files=list(attachments_of(task).select_related("added_by__user")),
        history=list(history_of(task, *blockers)[:HISTORY_SHOWN]),
    )


def _visible(actor: Actor, tasks: Collection[int]) -> set[int]:
    return set(visible_tasks(actor).filter(pk__in=tasks).values_list("pk", flat=True))


def _lines(blockers: Collection[Blocker], actor: Actor, may: Callable[[str, Blocker], bool]) -> list[BlockerLine]:
    """The open ones first."""
    lines = [
        BlockerLine(
            blocker=blocker,
            may_decide=may("initiatives.decide_blocker", blocker),
            may_withdraw=may("initiatives.withdraw_blocker", blocker),
            is_mine=blocker.decider_id in actor.membership_ids,
            is_unfinished=blocker.task.is_unfinished,
        )
        for blocker in blockers
    ]
    return sorted(lines, key=lambda line: not line.is_open)
