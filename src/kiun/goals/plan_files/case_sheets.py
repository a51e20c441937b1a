"""調書: one sheet per project, with labels beside their values instead of columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kiun.goals.plan_files.vocabulary import VOCABULARY
from kiun.goals.plan_files.wording import normal_name
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period, split_period
from kiun.kernel.tabular import Cell, Record, Sheet, Table, find_table

FEWEST_FIELDS = 4
FEWEST_ROWS = 3
FEWEST_HEADERS = 3
LONGEST_LABEL = 20
MOST_ROWS, MOST_COLUMNS = 200, 60
_FIELD_OF = {normal_name(word): name for name, words in VOCABULARY.items() for word in words}


@dataclass(frozen=True)
class Label:
    cell: Cell
    field: str
    period: Period | None
    last_column: int


@dataclass(frozen=True)
class CaseSheet:
    sheet: Sheet
    pairs: Mapping[tuple[str, Period | None], Cell]
    table: Table | None  # a small table of indicators further down

    @property
    def fields(self) -> set[str]:
        return {name for name, _period in self.pairs}

    def rows(self) -> Iterator["CaseRow"]:
        records = self.table.records if self.table else ()
        inside = [record for record in records if any(not record[name].is_blank for name in ("indicator", "goal"))]
        for record in inside:
            yield CaseRow(self, record)
        if not inside:
            yield CaseRow(self, None)


@dataclass(frozen=True)
class CaseRow:
    """The sheet's pairs, and on top of them one row of its small table."""

    case: CaseSheet
    record: Record | None
    section: str = field(default="", init=False)

    @property
    def row(self) -> int:
        return self.record.row if self.record else min(cell.row for cell in self.case.pairs.values())

    def cell(self, field: str) -> Cell:
        if self.record and self.case.table and field in self.case.table.plain_columns:
            return self.record[field]
        return self.case.pairs.get((field, None)) or Cell(self.case.sheet.name, self.row, 1)

    def series(self, field: str) -> Mapping[Period, Cell]:
        inside = self.record.series(field) if self.record else {}
        beside = {period: cell for (name, period), cell in self.case.pairs.items() if name == field and period}
        return {**beside, **inside}

    def header_unit(self, field: str) -> str:
        columns = self.case.table.columns if self.case.table else ()
        return next((column.unit for column in columns if column.field == field and column.unit), "")

    def has(self, field: str) -> bool:
        return (field, None) in self.case.pairs or bool(self.case.table and field in self.case.table.plain_columns)


def find_case_sheet(sheet: Sheet, context: FiscalYear) -> CaseSheet | None:
    """None unless labels stand in several rows, each with its value to the right."""
    if sheet.height > MOST_ROWS or sheet.width > MOST_COLUMNS:
        return None
    labels = {(label.cell.row, label.cell.column): label for label in _labels(sheet, context)}
    headers = _header_row(labels)
    pairs: dict[tuple[str, Period | None], Cell] = {}
    for label in labels.values():
        value = _value_beside(sheet, label, labels)
        if value and label.cell.row not in headers:
            pairs.setdefault((label.field, label.period), value)
    fields = {name for name, _period in pairs}
    rows = {cell.row for cell in pairs.values()}
    if len(fields) < FEWEST_FIELDS or len(rows) < FEWEST_ROWS or not fields & {"goal", "indicator", "measure"}:
        return None
    return CaseSheet(sheet, pairs, _table_below(sheet, headers, context))


def _labels(sheet: Sheet, context: FiscalYear) -> Iterator[Label]:
    for row in range(1, sheet.height + 1):
        for column in range(1, sheet.width + 1):
            if isinstance(sheet.rows[row - 1][column - 1], str):
                cell = sheet.cell_at(row, column)
                if found := _field_and_period(cell.text, context):
                    merged = sheet.merged_at(row, column)
                    yield Label(cell, *found, merged.last_column if merged else column)


def _field_and_period(text: str, context: FiscalYear) -> tuple[str, Period | None] | None:
    if len(text) > LONGEST_LABEL:
        return None
    name = _FIELD_OF.get(normal_name(text))
    if name:
        return name, None
    try:
        period, words = split_period(text, context=context)
    except DomainError:
        return None
    name = _FIELD_OF.get(normal_name(words.strip("()")))
    return (name, period) if name and period else None


def _value_beside(sheet: Sheet, label: Label, labels: Mapping[tuple[int, int], Label]) -> Cell | None:
    for column in range(label.last_column + 1, sheet.width + 1):
        cell = sheet.cell_at(label.cell.row, column)
        if (cell.row, cell.column) in labels:
            return None
        if not cell.is_blank:
            return cell
    return None


def _header_row(labels: Mapping[tuple[int, int], Label]) -> set[int]:
    """Rows in which label follows label: they head a small table."""
    rows: dict[int, list[int]] = {}
    for row, column in labels:
        rows.setdefault(row, []).append(column)
    return {
        row
        for row, columns in rows.items()
        if sum((row, labels[row, column].last_column + 1) in labels for column in columns) >= FEWEST_HEADERS - 1
    }


def _table_below(sheet: Sheet, headers: set[int], context: FiscalYear) -> Table | None:
    for row in sorted(headers):
        try:
            table = find_table(sheet, VOCABULARY, time_field="reading", context=context, header_rows=(row, row))
        except DomainError:
            continue
        if "indicator" in table.plain_columns:
            return table
    return None
