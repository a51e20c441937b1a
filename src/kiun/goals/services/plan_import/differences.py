"""What would change if the file were applied: shown to a person first, and applied exactly as shown."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from kiun.goals.models import Challenge, Goal, Indicator, Policy, Series
from kiun.goals.plan_files import (
    ChallengeEntry,
    GoalEntry,
    IndicatorEntry,
    Place,
    PolicyEntry,
    ReadingEntry,
    RowProblem,
    Severity,
)
from kiun.goals.services.lint import Lint
from kiun.kernel.changes import json_value
from kiun.municipality.models import Department, Membership


@dataclass(frozen=True)
class NewDepartment:
    """To be created, because the person said so."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class DepartmentQuestion:
    """A department that the town does not have, and what is done about it."""

    name: str
    place: Place
    choice: str
    candidates: tuple[Department, ...]


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: Any
    after: Any
    cell: str = ""

    def as_json(self) -> list[Any]:
        return [self.field, _plain(self.before), _plain(self.after)]


@dataclass(frozen=True)
class ReadingChange:
    entry: ReadingEntry
    before: Decimal | None
    is_new: bool


@dataclass(frozen=True)
class PolicyDifference:
    entry: PolicyEntry
    parent: "PolicyDifference | None"
    stored: Policy | None
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class IndicatorDifference:
    """`changes` has all fields of a new indicator and its series. `owner_note`: who answers, if the file is silent."""

    entry: IndicatorEntry
    stored: Indicator | None
    series: Series | None
    changes: tuple[FieldChange, ...]
    readings: tuple[ReadingChange, ...]
    owner_note: str = ""

    @property
    def is_changed(self) -> bool:
        return self.stored is not None and bool(self.changes or self.readings)


@dataclass(frozen=True)
class GoalDifference:
    entry: GoalEntry
    policy: PolicyDifference | None
    challenge: "Challenge | ChallengeEntry | None"
    stored: Goal | None
    changes: tuple[FieldChange, ...]
    indicators: tuple[IndicatorDifference, ...]
    lint: Lint

    @property
    def is_changed(self) -> bool:
        return self.stored is not None and bool(self.changes)


@dataclass(frozen=True)
class Absent:
    """In the plan, but not in the file; `is_ended` when the person ticked that it ends."""

    row: Goal | Indicator
    is_ended: bool

    @property
    def key(self) -> str:
        return f"{self.row._meta.model_name}:{self.row.pk}"


@dataclass(frozen=True)
class Counts:
    new: int
    changed: int
    unchanged: int
    absent: int

    @property
    def total(self) -> int:
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True)
class PlanDifference:
    policies: tuple[PolicyDifference, ...]
    challenges: tuple[ChallengeEntry, ...]  # new ones
    goals: tuple[GoalDifference, ...]
    absent: tuple[Absent, ...]
    departments: tuple[DepartmentQuestion, ...]
    problems: tuple[RowProblem, ...]

    @property
    def errors(self) -> tuple[RowProblem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == Severity.ERROR)

    @property
    def warnings(self) -> tuple[RowProblem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == Severity.WARNING)

    @cached_property
    def indicators(self) -> tuple[IndicatorDifference, ...]:
        return tuple(indicator for goal in self.goals for indicator in goal.indicators)

    @cached_property
    def goal_counts(self) -> Counts:
        return _counts(self.goals, sum(isinstance(absent.row, Goal) for absent in self.absent))

    @cached_property
    def indicator_counts(self) -> Counts:
        return _counts(self.indicators, sum(isinstance(absent.row, Indicator) for absent in self.absent))

    @property
    def new_rows(self) -> int:
        return self.goal_counts.new + self.indicator_counts.new

    @property
    def changed_rows(self) -> int:
        return self.goal_counts.changed + self.indicator_counts.changed

    @cached_property
    def reading_count(self) -> int:
        return sum(len(indicator.readings) for indicator in self.indicators)

    @cached_property
    def vague_count(self) -> int:
        return sum(goal.lint.is_vague for goal in self.goals)

    @property
    def ended(self) -> tuple[Absent, ...]:
        return tuple(absent for absent in self.absent if absent.is_ended)

    @cached_property
    def is_empty(self) -> bool:
        return not any(True for _line in self._lines())

    @cached_property
    def digest(self) -> str:
        """Two comparisons that would do the same have the same digest: what was agreed to is what is done."""
        digest = hashlib.sha256()
        for line in self._lines():
            digest.update(json.dumps(line, ensure_ascii=False, default=str).encode())
        return digest.hexdigest()

    def _lines(self) -> Iterator[list[Any]]:
        for policy in self.policies:
            if policy.stored is None or policy.changes:
                key = policy.stored.pk if policy.stored else None
                yield ["policy", key, policy.entry.path, policy.entry.code, _changes(policy.changes)]
        for challenge in self.challenges:
            yield ["challenge", challenge.text]
        for goal in self.goals:
            if goal.stored is None or goal.changes:
                yield ["goal", goal.stored.pk if goal.stored else None, _changes(goal.changes)]
            yield from (_indicator_line(one) for one in goal.indicators if one.stored is None or one.is_changed)
        yield from (["end", absent.key] for absent in self.ended)


def _indicator_line(one: IndicatorDifference) -> list[Any]:
    readings = [[change.entry.on, change.entry.value, change.before] for change in one.readings]
    return ["indicator", one.stored.pk if one.stored else None, _changes(one.changes), readings]


def _changes(changes: Sequence[FieldChange]) -> list[list[Any]]:
    return [change.as_json() for change in changes]


def _plain(value: Any) -> Any:
    if isinstance(value, Department | Membership):
        return value.pk
    return str(value) if isinstance(value, NewDepartment) else json_value(value)


def _counts(rows: Sequence[GoalDifference] | Sequence[IndicatorDifference], absent: int) -> Counts:
    new = sum(row.stored is None for row in rows)
    changed = sum(row.is_changed for row in rows)
    return Counts(new, changed, len(rows) - new - changed, absent)
