"""What the pages of the import show: recognised columns, and differences in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.goals.models import Cadence, Direction
from kiun.goals.plan_files import LABELS, TIME_FIELDS, SheetReading
from kiun.goals.services.plan_import import FieldChange, GoalDifference, IndicatorDifference, PlanDifference
from kiun.kernel.tabular import Column, Table
from kiun.ui.dates import long_date
from kiun.ui.figures import figure

STEPS = (
    gettext_lazy("Choose the file"),
    gettext_lazy("Check the columns"),
    gettext_lazy("See what changes"),
    gettext_lazy("Take over"),
)
SAMPLES = 3
SAMPLE_LENGTH = 40
SURE = 0.95
MOST_SHOWN = 200
OPEN_BRANCHES = 5


@dataclass(frozen=True)
class ColumnChoice:
    letter: str
    header: str
    key: str
    is_sure: bool
    samples: Sequence[str]
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SheetChoices:
    number: int
    reading: SheetReading
    columns: Sequence[ColumnChoice]
    pairs: Sequence[tuple[str, str, str]]  # of a sheet with labels and values: label, cell, value

    is_shown: bool  # an unused sheet keeps its columns to itself, unless no other sheet is used either

    @property
    def unsure(self) -> int:
        return sum(not column.is_sure for column in self.columns)


def sheet_choices(readings: Sequence[SheetReading]) -> list[SheetChoices]:
    return [
        SheetChoices(
            number,
            reading,
            [_column_choice(reading.table, column) for column in reading.table.columns] if reading.table else [],
            list(_pairs(reading)),
            reading.is_used or not any(other.is_used for other in readings),
        )
        for number, reading in enumerate(readings)
    ]


def _column_choice(table: Table, column: Column) -> ColumnChoice:
    return ColumnChoice(
        column.letter,
        column.header,
        column.key,
        not column.field or column.confidence >= SURE,
        list(islice(_samples(table, column), SAMPLES)),
        _options(column),
    )


def _samples(table: Table, column: Column) -> Iterator[str]:
    for number in range(table.header_rows[1] + 1, table.sheet.height + 1):
        cell = table.sheet.cell_at(number, column.number)
        if not cell.is_blank and not cell.merged_from:
            yield cell.text if len(cell.text) <= SAMPLE_LENGTH else f"{cell.text[: SAMPLE_LENGTH - 1]}…"


def _options(column: Column) -> list[tuple[str, str]]:
    options = [("", _("leave out"))]
    if column.period:
        label = column.period.label
        options += [(f"{name}@{column.period.key}", f"{LABELS[name]}（{label}）") for name in TIME_FIELDS]
    plain = [(name, str(label)) for name, label in LABELS.items() if name not in _NOT_A_COLUMN]
    return options + plain


# Names of fields that no column has of its own.
_NOT_A_COLUMN = frozenset({"milestones", "text", "code", "name", "policy"})


def _pairs(reading: SheetReading) -> Iterator[tuple[str, str, str]]:
    if reading.case:
        for (name, period), cell in reading.case.pairs.items():
            yield f"{LABELS[name]}{f'（{period.label}）' if period else ''}", cell.ref, cell.text[:SAMPLE_LENGTH]


@dataclass(frozen=True)
class ChangeLine:
    where: str
    of: str
    field: str
    before: str
    after: str


def change_lines(difference: PlanDifference) -> tuple[list[ChangeLine], int]:
    """The first changes of rows that are already there, and how many there are."""
    lines = list(_change_lines(difference))
    return lines[:MOST_SHOWN], len(lines)


def _change_lines(difference: PlanDifference) -> Iterator[ChangeLine]:
    for policy in difference.policies:
        if policy.stored:
            for change in policy.changes:
                yield _line(policy.entry.place.sheet, str(policy.stored), change)
    for goal in difference.goals:
        if goal.stored:
            for change in goal.changes:
                yield _line(goal.entry.place.sheet, str(goal.stored), change)
        yield from (line for one in goal.indicators if one.stored for line in _indicator_lines(one))


def _indicator_lines(one: IndicatorDifference) -> Iterator[ChangeLine]:
    sheet, name = one.entry.place.sheet, str(one.stored)
    for change in one.changes:
        yield _line(sheet, name, change)
    for reading in one.readings:
        before = "—" if reading.is_new else shown("reading", reading.before)
        field = _("Value of %(day)s") % {"day": long_date(reading.entry.on)}
        yield ChangeLine(f"{sheet} {reading.entry.cell}", name, field, before, shown("reading", reading.entry.value))


def _line(sheet: str, of: str, change: FieldChange) -> ChangeLine:
    label = str(LABELS.get(change.field, change.field))
    where = f"{sheet} {change.cell}" if change.cell else sheet
    return ChangeLine(where, of, label, shown(change.field, change.before), shown(change.field, change.after))


def shown(field: str, value: Any) -> str:
    """A value as a person writes it."""
    if value is None or value in ("", (), []):
        return _("cannot be judged") if field == "reading" else "—"
    if field in _WORDS:
        return _WORDS[field](value)
    return _plain(value)


_WORDS: dict[str, Callable[[Any], str]] = {
    "direction": lambda value: str(Direction(value).label),
    "cadence": lambda value: str(Cadence(value).label),
    "milestones": lambda value: "、".join(
        f"{long_date(date.fromisoformat(day))}: {figure(Decimal(number))}" for day, number in value
    ),
    "is_cumulative": lambda value: _("yes") if value else _("no"),
}


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return figure(value)
    if isinstance(value, date):
        return long_date(value)
    return " › ".join(value) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class Branch:
    """New goals below one policy."""

    path: str
    goals: Sequence[GoalDifference]
    is_open: bool


def new_branches(difference: PlanDifference) -> tuple[list[Branch], int]:
    """What would be created, as far as a page can show it, and how many goals that are in all."""
    fresh = [goal for goal in difference.goals if goal.stored is None or any(i.stored is None for i in goal.indicators)]
    groups: dict[str, list[GoalDifference]] = {}
    for goal in fresh[:MOST_SHOWN]:
        groups.setdefault(" › ".join(goal.entry.policy or ()), []).append(goal)
    branches = [Branch(path, goals, number < OPEN_BRANCHES) for number, (path, goals) in enumerate(groups.items())]
    return branches, len(fresh)
