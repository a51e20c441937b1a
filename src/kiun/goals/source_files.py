"""A column of an uploaded table as readings of an indicator: chosen once by its header, found again next time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.goals.cadence import period_of
from kiun.goals.models.indicators import LARGEST
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import Period, fiscal_year_of
from kiun.kernel.tabular import (
    UNOBTAINABLE,
    Cell,
    CellProblem,
    Column,
    Quantity,
    Sheet,
    Table,
    Workbook,
    best_table,
    find_table,
    read_workbook,
)

CELLS_NAMED = 20
PROBLEMS_SHOWN = 50
PLACES = Decimal("0.0001")
# Words that help to find the header row of a table nobody has described yet.
GENERAL_WORDS = {
    "date": ("日付", "年月日", "年月", "年度", "月", "日", "時点", "受付日", "申請日", "処理日", "実施日", "date"),
    "value": ("件数", "値", "実績", "実績値", "数", "人数", "割合", "率", "金額", "合計", "value", "count"),
}


class Aggregation(StrEnum):
    EACH = "each"
    SUM = "sum"
    COUNT = "count"
    MEAN = "mean"
    LAST = "last"


AGGREGATION_WORDS = {
    Aggregation.EACH: gettext_lazy("every row is a value of its own day"),
    Aggregation.SUM: gettext_lazy("sum of the rows in each period"),
    Aggregation.COUNT: gettext_lazy("number of rows in each period"),
    Aggregation.MEAN: gettext_lazy("mean of the rows in each period"),
    Aggregation.LAST: gettext_lazy("last row in each period"),
}


@dataclass(frozen=True, kw_only=True)
class ColumnChoice:
    """Columns are named by their headers, so that the next file may order them otherwise."""

    sheet: str
    date: str
    value: str = ""
    only_where: str = ""
    equals: str = ""
    how: Aggregation = Aggregation.EACH

    def as_settings(self) -> dict[str, str]:
        """For `Indicator.source_settings`; `label` is what the history shows."""
        return {**asdict(self), "how": self.how.value, "label": self.label}

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> "ColumnChoice | None":
        if not settings.get("date"):
            return None
        texts = {name: str(settings.get(name, "")) for name in ("sheet", "date", "value", "only_where", "equals")}
        return cls(**texts, how=Aggregation(settings.get("how", Aggregation.EACH)))

    @property
    def label(self) -> str:
        column = self.value or self.date
        where = f"（{self.only_where}＝{self.equals}）" if self.only_where else ""
        return f"{self.sheet}：{column}{where}"

    @property
    def columns(self) -> list[str]:
        return [name for name in (self.date, self.value, self.only_where) if name]


@dataclass(frozen=True)
class FileValue:
    """A reading as the file gives it; `value` None: the cells say that it cannot be had."""

    on: date
    value: Decimal | None
    period: Period
    cells: tuple[str, ...]


@dataclass(frozen=True)
class FileReading:
    values: tuple[FileValue, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    unfinished: int = 0  # rows of a period that is not over
    sheet: str = ""


@dataclass(frozen=True)
class _Row:
    period: Period
    quantity: Quantity
    cell: str


@dataclass
class _Found:
    rows: list[_Row] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def open_file(content: bytes, name: str) -> Workbook:
    return read_workbook(content, name=name)


def tables_of(workbook: Workbook) -> list[Table]:
    """One table for each visible sheet whose header row can be made out, the likeliest first."""
    tables = []
    for sheet in workbook.sheets:
        if not sheet.hidden and sheet.height:
            try:
                tables.append(_without_records(find_table(sheet, GENERAL_WORDS)))
            except DomainError:
                tables.append(_plain_table(sheet))
    if not tables:
        best_table(workbook, GENERAL_WORDS)  # raises the sentence that says what is missing
    return sorted(tables, key=lambda table: -table.score)


def _without_records(table: Table) -> Table:
    """Where every cell is a text (令和8年8月, １，２００件), the first records look like more rows of the header."""
    first, last = table.header_rows
    while last > first and _is_record(table.sheet, last):
        last -= 1
    return table if last == table.header_rows[1] else find_table(table.sheet, GENERAL_WORDS, header_rows=(first, last))


def _is_record(sheet: Sheet, row: int) -> bool:
    cells = [sheet.cell_at(row, column) for column in range(1, sheet.width + 1)]
    return any(map(_is_time, cells)) and any(map(_is_figure, cells))


def _is_time(cell: Cell) -> bool:
    try:
        return not cell.is_blank and bool(cell.period())
    except DomainError:
        return False


def _is_figure(cell: Cell) -> bool:
    try:
        return not _is_time(cell) and cell.quantity().value is not None
    except DomainError:
        return False


def _plain_table(sheet: Sheet) -> Table:
    """Nothing is recognised: the first row with more than one text is taken for the header."""
    rows = enumerate(sheet.rows, start=1)
    header = next((n for n, row in rows if sum(isinstance(value, str) for value in row) > 1), 1)
    return find_table(sheet, GENERAL_WORDS, header_rows=(header, header))


def headers_of(table: Table) -> list[str]:
    return list(dict.fromkeys(column.header for column in table.columns if column.header))


def fitting_table(workbook: Workbook, choice: ColumnChoice) -> Table | None:
    """The sheet that holds all chosen columns, the one of the same name first."""
    fitting = [table for table in tables_of(workbook) if set(choice.columns) <= set(headers_of(table))]
    return next((table for table in fitting if table.sheet.name == choice.sheet), fitting[0] if fitting else None)


def read_column(workbook: Workbook, choice: ColumnChoice, *, cadence: str, unit: str = "", today: date) -> FileReading:
    table = fitting_table(workbook, choice)
    if table is None:
        raise DomainError(
            _("No sheet has all of these columns: %(columns)s.") % {"columns": "、".join(choice.columns)}, field="date"
        )
    found = _rows(table, choice, unit, today)
    values, unfinished = _values(found, choice, cadence, today, table)
    return FileReading(
        values=tuple(sorted(values, key=lambda value: value.on)),
        problems=tuple(found.problems[:PROBLEMS_SHOWN]),
        unfinished=unfinished,
        sheet=table.sheet.name,
    )


def _rows(table: Table, choice: ColumnChoice, unit: str, today: date) -> _Found:
    found = _Found()
    column = {name: _column(table, name) for name in choice.columns}
    for record in _records(table):
        if choice.only_where and _text(table, record, column[choice.only_where]) != choice.equals.strip():
            continue
        when = table.sheet.cell_at(record, column[choice.date].number)
        what = table.sheet.cell_at(record, column[choice.value].number) if choice.value else when
        if when.is_blank or what.is_blank:
            continue
        try:
            period = when.period(context=fiscal_year_of(today))
        except DomainError as error:
            found.problems.append(when.problem(error.message, _("Write a day or a month, such as 2026-10-31.")))
            continue
        if (quantity := _quantity(what, choice, unit, found)) is not None:
            found.rows.append(_Row(period, quantity, what.ref))
    return found


def _records(table: Table) -> Iterator[int]:
    """Rows below the header; totals are left out, since they would be counted twice."""
    for number in range(table.header_rows[1] + 1, table.sheet.height + 1):
        texts = [str(value).strip() for value in table.sheet.rows[number - 1] if value is not None]
        if texts and texts[0] not in {"計", "合計", "小計", "総計"}:
            yield number


def _column(table: Table, header: str) -> Column:
    return next(column for column in table.columns if column.header == header)


def _text(table: Table, record: int, column: Column) -> str:
    return table.sheet.cell_at(record, column.number).text


def _quantity(cell: Cell, choice: ColumnChoice, unit: str, found: _Found) -> Quantity | None:
    """None for a cell that says nothing usable; what is wrong with it is written down."""
    if choice.how == Aggregation.COUNT:
        return Quantity(Decimal(1))
    try:
        quantity = cell.quantity()
    except DomainError as error:
        found.problems.append(cell.problem(error.message, ""))
        return None
    if quantity.value is not None and abs(quantity.value) >= LARGEST:
        what = _("The number “%(text)s” is too large to be kept.") % {"text": cell.text[:40]}
        found.problems.append(cell.problem(what, _("Check the digits and the unit.")))
        return None
    if quantity.unit and unit and _plain(quantity.unit) != _plain(unit):
        found.problems.append(
            cell.problem(
                _("The unit is %(theirs)s, not %(ours)s.") % {"theirs": quantity.unit, "ours": unit},
                _("Write the value in %(unit)s.") % {"unit": unit},
            )
        )
        return None
    return quantity if quantity.value is not None or quantity.marker == UNOBTAINABLE else None


def _plain(unit: str) -> str:
    return unit.replace("％", "%").strip()


def _values(
    found: _Found, choice: ColumnChoice, cadence: str, today: date, table: Table
) -> tuple[list[FileValue], int]:
    if choice.how == Aggregation.EACH:
        return _each(found, today, table)
    groups: dict[Period, list[_Row]] = defaultdict(list)
    unfinished = 0
    for row in found.rows:
        period = period_of(row.period.end, cadence)
        if period.end < today:
            groups[period].append(row)
        else:
            unfinished += 1
    values = [
        FileValue(period.end, _together(rows, choice.how), period, _named(rows)) for period, rows in groups.items()
    ]
    return values, unfinished


def _each(found: _Found, today: date, table: Table) -> tuple[list[FileValue], int]:
    values: dict[date, FileValue] = {}
    unfinished = 0
    for row in found.rows:
        on = row.period.end
        if on > today:
            unfinished += 1
        elif on in values:
            found.problems.append(
                CellProblem(
                    table.sheet.name,
                    row.cell,
                    _("There is another row for %(day)s.") % {"day": on.isoformat()},
                    _("Choose how rows of one period are put together, or keep one row."),
                )
            )
        else:
            values[on] = FileValue(on, _rounded(row.quantity.value), row.period, (row.cell,))
    return list(values.values()), unfinished


def _together(rows: Sequence[_Row], how: Aggregation) -> Decimal | None:
    numbers = [row.quantity.value for row in rows if row.quantity.value is not None]
    if how == Aggregation.LAST:
        # Of several rows of the last day the lowest one.
        return _rounded(
            max(enumerate(rows), key=lambda numbered: (numbered[1].period.end, numbered[0]))[1].quantity.value
        )
    if not numbers:
        return None
    total = sum(numbers, Decimal(0))
    return _rounded(total / len(numbers) if how == Aggregation.MEAN else total)


def _rounded(value: Decimal | None) -> Decimal | None:
    """To the places that a measurement keeps: a value that was read again is then equal to the stored one."""
    return None if value is None else value.quantize(PLACES) + 0


def _named(rows: Iterable[_Row]) -> tuple[str, ...]:
    return tuple(row.cell for row in rows)


def provenance_of(file: str, digest: str, sheet: str, choice: ColumnChoice, value: FileValue) -> dict[str, Any]:
    """Which file, which sheet, which cells: enough to look it up in the original."""
    return {
        "file": file,
        "digest": digest,
        "sheet": sheet,
        "cells": list(value.cells[:CELLS_NAMED]),
        "rows": len(value.cells),
        "how": choice.how.value,
        "period": value.period.key,
    }
