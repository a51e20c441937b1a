"""Which sheets of a workbook hold the plan, and what their columns mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kiun.goals.plan_files.case_sheets import CaseSheet, find_case_sheet
from kiun.goals.plan_files.choices import Choices, SheetChoice
from kiun.goals.plan_files.vocabulary import SUBSTANCE, VOCABULARY
from kiun.goals.plan_files.wording import normal_name
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period
from kiun.kernel.tabular import Cell, Column, Record, Sheet, Table, Workbook, find_table, parse_quantity

TIME_FIELD = "reading"
SURE_ENOUGH = 0.6
SAMPLES = 200
LONGEST_NUMBER = 25
_NO_PLAN = re.compile("記入例|記載例|凡例|説明|注意|留意|マスタ|リスト|目次|表紙|記入要領|使い方|はじめに")
_WORDS_OF_A_TARGET = frozenset(map(normal_name, ("目標", "数値目標", "KPI", "達成目標", "最終目標", "成果目標")))
_KINDS_OF_ROWS = re.compile("(?:年度)?(?:目標|計画|実績|実施|現状)(?:値)?")


@dataclass(frozen=True)
class SheetReading:
    """`refusal` says why nothing is taken from the sheet."""

    sheet: Sheet
    is_used: bool
    table: Table | None = None
    case: CaseSheet | None = None
    refusal: str = ""


@dataclass(frozen=True)
class TableRow:
    """A record of a table, as `terms` and `rows` read it."""

    record: Record
    table: Table

    @property
    def row(self) -> int:
        return self.record.row

    @property
    def section(self) -> str:
        return self.record.section

    def cell(self, field: str) -> Cell:
        return self.record[field]

    def series(self, field: str) -> Mapping[Period, Cell]:
        return self.record.series(field) if field in self.table.time_columns else {}

    def header_unit(self, field: str) -> str:
        return next((column.unit for column in self.table.columns if column.field == field and column.unit), "")

    def has(self, field: str) -> bool:
        return field in self.table.plain_columns


def read_sheets(workbook: Workbook, choices: Choices, context: FiscalYear) -> tuple[SheetReading, ...]:
    """Every visible sheet, with what was recognised; explanations and examples are left out unless asked for."""
    readings = [
        _read_sheet(sheet, choices.sheets.get(sheet.name, SheetChoice()), context)
        for sheet in workbook.sheets
        if not sheet.hidden
    ]
    plans = [reading for reading in readings if reading.is_used and not _NO_PLAN.search(reading.sheet.name)]
    if not plans:
        return tuple(readings)
    return tuple(_decided(reading, choices) for reading in readings)


def _decided(reading: SheetReading, choices: Choices) -> SheetReading:
    wanted = choices.sheets.get(reading.sheet.name, SheetChoice()).is_used
    if wanted is None and reading.is_used and _NO_PLAN.search(reading.sheet.name):
        why = _("The sheet looks like an explanation or an example.")
        return SheetReading(reading.sheet, False, reading.table, reading.case, why)
    return reading


def _read_sheet(sheet: Sheet, choice: SheetChoice, context: FiscalYear) -> SheetReading:
    if not any(value is not None for row in sheet.rows for value in row):
        return SheetReading(sheet, False, refusal=_("The sheet is empty."))
    table, refusal = _table(sheet, choice, context)
    if choice.header_rows is None and not choice.columns:
        case = find_case_sheet(sheet, context)
        if case and (table is None or len(case.fields) > len({c.field for c in table.columns if c.field})):
            return SheetReading(sheet, choice.is_used is not False, case=case)
    if table is None:
        return SheetReading(sheet, False, refusal=refusal)
    is_plan = _is_plan(table)
    is_used = is_plan if choice.is_used is None else choice.is_used
    return SheetReading(sheet, is_used, table, refusal="" if is_used or is_plan else _no_plan(sheet))


def _is_plan(table: Table) -> bool:
    fields = {column.field for column in table.columns if column.confidence >= SURE_ENOUGH}
    return bool(fields & SUBSTANCE) and any(True for _record in table.records)


def _no_plan(sheet: Sheet) -> str:
    return _(
        "The sheet “%(sheet)s” has no column for goals, indicators or measures. "
        "Write column names such as 施策, 目標, 指標 and 目標値 in one row above the data, or choose the columns below."
    ) % {"sheet": sheet.name}


def _table(sheet: Sheet, choice: SheetChoice, context: FiscalYear) -> tuple[Table | None, str]:
    try:
        table = _find(sheet, choice.columns, choice.header_rows, context)
    except DomainError as error:
        refusal = error.message if choice.header_rows or choice.columns else _no_plan(sheet)
        return _table_of_one_column(sheet, context), refusal
    corrections = {**_better_roles(table), **choice.columns}
    if corrections != dict(choice.columns):
        table = _find(sheet, corrections, choice.header_rows or table.header_rows, context)
    return table, ""


def _find(sheet: Sheet, columns: Mapping[str, str], header_rows: tuple[int, int] | None, context: FiscalYear) -> Table:
    return find_table(
        sheet, VOCABULARY, time_field=TIME_FIELD, context=context, columns=dict(columns), header_rows=header_rows
    )


def _table_of_one_column(sheet: Sheet, context: FiscalYear) -> Table | None:
    """A list of goals has one column, and one word is enough to head it."""
    words = {normal_name(word) for field in ("goal", "indicator", "measure") for word in VOCABULARY[field]}
    for number, row in enumerate(sheet.rows[:50], start=1):
        written = [value for value in row if value is not None]
        if len(written) == 1 and isinstance(written[0], str) and normal_name(written[0]) in words:
            return _find(sheet, {}, (number, number), context)
    return None


def _better_roles(table: Table) -> dict[str, str]:
    """What the cells below a header say about its meaning: 目標 over numbers is the value to reach, 現状 over
    sentences the challenge.
    """
    return dict(_corrections(table))


def _corrections(table: Table) -> Iterator[tuple[str, str]]:
    taken = {column.key for column in table.columns}
    for column in table.columns:
        word = normal_name(column.header.split(" / ")[-1] if column.period is None else column.header)
        values = _samples(table, column)
        may_be_target = column.field in {"goal", "indicator", ""} and (
            word in _WORDS_OF_A_TARGET or (column.field == "goal" and column.period is not None)
        )
        key = f"target@{column.period.key}" if column.period else "target"
        if may_be_target and key not in taken and _mostly_numbers(values):
            yield column.letter, key
        elif column.field == "baseline" and column.period is None and word == "現状" and _mostly_sentences(values):
            yield column.letter, "" if "challenge" in taken else "challenge"
        elif column.field == "row_kind" and not all(_KINDS_OF_ROWS.fullmatch(normal_name(str(v))) for v in values):
            yield column.letter, ""


def _samples(table: Table, column: Column) -> list[object]:
    rows = table.sheet.rows[table.header_rows[1] : table.header_rows[1] + SAMPLES]
    return [row[column.number - 1] for row in rows if row[column.number - 1] is not None]


def _mostly_numbers(values: Sequence[object]) -> bool:
    return bool(values) and 2 * sum(map(_is_number, values)) > len(values)


def _is_number(value: object) -> bool:
    if isinstance(value, int | float):
        return True
    if not isinstance(value, str) or len(value) > LONGEST_NUMBER:
        return False
    try:
        parse_quantity(value)
    except DomainError:
        return False
    return True


def _mostly_sentences(values: Sequence[object]) -> bool:
    return 2 * sum(isinstance(value, str) and len(value) > LONGEST_NUMBER for value in values) > len(values)
