"""What a plan file says, before anything is compared or stored. A field that the file leaves blank is not stated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from kiun.kernel.tabular import Cell, CellProblem


class Severity(StrEnum):
    """An error holds the import up until the cell is mended or its row is left out; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class RowProblem:
    severity: Severity
    sheet: str
    row: int  # 0: the file or the sheet as a whole
    cell: str
    what: str
    how: str

    @property
    def row_key(self) -> str:
        return row_key(self.sheet, self.row)

    @property
    def where(self) -> str:
        return " ".join(part for part in (self.sheet, self.cell) if part)

    @classmethod
    def of_cell(cls, severity: Severity, cell: Cell, what: object, how: object = "") -> Self:
        return cls(severity, cell.sheet, cell.row, cell.ref, str(what), str(how))

    @classmethod
    def of_sheet(cls, severity: Severity, problem: CellProblem) -> Self:
        digits = problem.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return cls(severity, problem.sheet, int(digits or 0), problem.cell, problem.what, problem.how)


def row_key(sheet: str, row: int) -> str:
    return f"{sheet}!{row}"


@dataclass(frozen=True)
class Place:
    """Where an entry stands; `cells` gives the cell of each stated field, to show a difference where it was written."""

    sheet: str
    row: int
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)

    def cell(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, kw_only=True)
class PolicyEntry:
    path: tuple[str, ...]
    code: str = ""
    key: int | None = None
    place: Place

    @property
    def name(self) -> str:
        return self.path[-1]


@dataclass(frozen=True, kw_only=True)
class ChallengeEntry:
    text: str
    policy: tuple[str, ...]
    place: Place


@dataclass(frozen=True, kw_only=True)
class ReadingEntry:
    """`value=None`: it cannot be judged (評価できない)."""

    on: date
    value: Decimal | None
    note: str
    cell: str


@dataclass(frozen=True, kw_only=True)
class IndicatorEntry:
    """`stated`: field → value, as far as the file says something; departments and people by the words of the file.
    `inferred` holds what follows from the numbers and counts only where nothing is stored yet.
    """

    name: str
    stated: Mapping[str, Any]
    inferred: Mapping[str, Any] = field(default_factory=dict)
    readings: tuple[ReadingEntry, ...] = ()
    key: int | None = None
    place: Place


@dataclass(frozen=True, kw_only=True)
class GoalEntry:
    """`is_derived`: the file has no words for the goal; they were made from its indicator."""

    text: str
    is_derived: bool = False
    policy: tuple[str, ...] | None
    challenge: str = ""
    stated: Mapping[str, Any]
    indicators: tuple[IndicatorEntry, ...] = ()
    key: int | None = None
    place: Place


@dataclass(frozen=True)
class PlanFacts:
    """What titles and columns say about the plan as a whole."""

    name: str = ""
    first_year: int | None = None
    last_year: int | None = None
    is_public: bool = False


@dataclass(frozen=True)
class PlanDocument:
    facts: PlanFacts = PlanFacts()
    policies: tuple[PolicyEntry, ...] = ()
    challenges: tuple[ChallengeEntry, ...] = ()
    goals: tuple[GoalEntry, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    # Departments as they are named, with the first place that names each.
    departments: Mapping[str, Place] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[RowProblem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == Severity.ERROR)

    @property
    def indicators(self) -> tuple[IndicatorEntry, ...]:
        return tuple(indicator for goal in self.goals for indicator in goal.indicators)
