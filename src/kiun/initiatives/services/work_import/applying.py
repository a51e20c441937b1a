"""Writing down what a file changes: through the same services as the forms, told once for all rows together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiun.goals.models import Goal
from kiun.initiatives.models import Initiative, RevisionSource, Task
from kiun.initiatives.services.initiatives import Stored, store_initiative
from kiun.initiatives.services.revisions import enter_revision
from kiun.initiatives.services.task_links import Predecessor, set_predecessors
from kiun.initiatives.services.task_notices import tell_new_responsible, tell_what_may_begin
from kiun.initiatives.services.tasks import store_task
from kiun.initiatives.services.work_import.differences import RowDifference, WantedLink, WorkDifference
from kiun.municipality.actors import Actor, record
from kiun.municipality.models import Membership

# These are no fields of the row itself.
APART = ("goals", "helpers", "before")


@dataclass
class Application:
    """New rows are known by the number of their row until they have a key."""

    actor: Actor
    difference: WorkDifference
    reason: str
    new_initiatives: dict[int, Initiative] = field(default_factory=dict)
    new_tasks: dict[int, Task] = field(default_factory=dict)

    def run(self) -> None:
        stored = [self._initiative(row) for row in self.difference.initiatives]
        self._tell_initiatives(stored)
        saved = [self._task(row) for row in self.difference.tasks]
        for row, (task, _before) in zip(self.difference.tasks, saved, strict=True):
            if row.is_new and row.changes_field("before"):
                set_predecessors(self.actor, task, self._predecessors(row.value("before")))
        self._tell_people(saved)

    def _initiative(self, row: RowDifference) -> Stored:
        initiative = Initiative.objects.get(pk=row.stored.pk) if row.stored else Initiative()
        goals: Sequence[Goal] = row.value("goals") or [
            served.goal for served in initiative.served_goals.select_related("goal")
        ]
        _write(initiative, row)
        if row.is_new:
            initiative.plan, initiative.policy = goals[0].plan, goals[0].policy
        stored = store_initiative(actor=self.actor, initiative=initiative, goals=goals, reason=self.reason)
        if row.is_new:
            self.new_initiatives[row.row.record.row] = initiative
        return stored

    def _tell_initiatives(self, stored: Sequence[Stored]) -> None:
        """All that was approved is one entry of the ledger."""
        revised = [one.change for one in stored if one.is_revision]
        enter_revision(actor=self.actor, changes=revised, reason=self.reason, source=RevisionSource.IMPORT)
        record(self.actor, *(one.change for one in stored if not one.is_revision))

    def _task(self, row: RowDifference) -> tuple[Task, Task | None]:
        task = self._written_task(row)
        helpers: Sequence[Membership] | None = row.value("helpers")
        before = row.value("before") if not row.is_new else None
        stored = store_task(
            actor=self.actor,
            task=task,
            helpers=helpers,
            # Those of new tasks follow when all are there.
            predecessors=None if before is None else self._predecessors(before),
            reason=self.reason,
        )
        if row.is_new:
            self.new_tasks[row.row.record.row] = task
        return task, stored

    def _written_task(self, row: RowDifference) -> Task:
        if row.stored:
            task = Task.objects.select_related("initiative", "responsible__user").get(pk=row.stored.pk)
        else:
            where = row.initiative
            initiative = self.new_initiatives[where] if isinstance(where, int) else where
            task = Task(initiative=initiative)
        _write(task, row)
        if row.is_new and not row.changes_field("department"):
            task.department = task.responsible.department or task.initiative.department
        return task

    def _predecessors(self, wanted: Sequence[WantedLink]) -> list[Predecessor]:
        keys = [link.before.pk for link in wanted if link.before.pk]
        known: Mapping[int, Task] = Task.objects.select_related("initiative__department").in_bulk(keys)
        return [
            Predecessor(
                task=known[link.before.pk] if link.before.pk else self.new_tasks[link.before.row],
                kind=link.kind,
                lag_days=link.lag_days,
            )
            for link in wanted
        ]

    def _tell_people(self, saved: Sequence[tuple[Task, Task | None]]) -> None:
        given = [task for task, before in saved if before is None or before.responsible_id != task.responsible_id]
        tell_new_responsible(self.actor, given)
        for task, before in saved:
            if before and before.status != task.status:
                tell_what_may_begin(self.actor, task)


def _write(target: Any, row: RowDifference) -> None:
    for change in row.changes:
        if change.column.field not in APART:
            setattr(target, change.column.field, change.value)
