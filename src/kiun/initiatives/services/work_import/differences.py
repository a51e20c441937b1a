"""What a file would change: computed for the preview, and again, from the same file, for the confirmation."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from kiun.initiatives.models import UNFINISHED, Initiative, InitiativeStatus, LinkKind, Task
from kiun.initiatives.work_files.columns import WorkColumn
from kiun.initiatives.work_files.reading import FileRow
from kiun.kernel.tabular import CellProblem


@dataclass(frozen=True)
class FieldChange:
    """`before` and `after` as cells say them; `value` is what is written down."""

    column: WorkColumn
    cell: str
    before: str
    after: str
    value: Any


@dataclass(frozen=True)
class TaskRef:
    """A task that is there, or one that the file brings (the number of its row)."""

    pk: int | None
    row: int


@dataclass(frozen=True)
class WantedLink:
    before: TaskRef
    kind: LinkKind
    lag_days: int


@dataclass(frozen=True, kw_only=True)
class RowDifference:
    """`stored` is None for what is new. `initiative` of a task is one that is there or the row of a new one."""

    row: FileRow
    label: str
    stored: Initiative | Task | None
    changes: tuple[FieldChange, ...]
    initiative: Initiative | int | None = None

    @property
    def is_new(self) -> bool:
        return self.stored is None

    @property
    def sheet(self) -> str:
        return self.row.place[0]

    @property
    def number(self) -> int:
        return self.row.place[1]

    def value(self, field: str, otherwise: Any = None) -> Any:
        return next((change.value for change in self.changes if change.column.field == field), otherwise)

    def changes_field(self, field: str) -> bool:
        return any(change.column.field == field for change in self.changes)

    @property
    def needs_reason(self) -> bool:
        """What was approved changes, or what was promised in it is put off."""
        if isinstance(self.stored, Initiative):
            return self.stored.needs_reason
        if self.stored is None or self.stored.initiative.status != InitiativeStatus.APPROVED:
            return False
        due = self.value("due_on", self.stored.due_on)
        return due > self.stored.due_on and self.value("status", self.stored.status) in UNFINISHED


@dataclass(frozen=True, kw_only=True)
class WorkDifference:
    initiatives: Sequence[RowDifference]
    tasks: Sequence[RowDifference]
    problems: Sequence[CellProblem]
    unchanged: int

    @property
    def rows(self) -> Sequence[RowDifference]:
        return [*self.initiatives, *self.tasks]

    @property
    def is_empty(self) -> bool:
        return not self.rows

    @property
    def can_be_applied(self) -> bool:
        return not self.problems and not self.is_empty

    @property
    def needs_reason(self) -> bool:
        return any(row.needs_reason for row in self.rows)

    @cached_property
    def counts(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for kind, rows in (("initiatives", self.initiatives), ("tasks", self.tasks)):
            for row in rows:
                found[f"{kind}_{'new' if row.is_new else 'changed'}"] += 1
        return found

    @cached_property
    def digest(self) -> str:
        """Of all that a person sees and agrees to."""
        told = [
            (row.row.kind, row.stored.pk if row.stored else row.label, change.column.field, change.before, change.after)
            for row in self.rows
            for change in row.changes
        ]
        return sha256(repr(told).encode()).hexdigest()
