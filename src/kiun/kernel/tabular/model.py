"""A workbook as it was read: sheets of plain values, and cells that know where they are."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period, parse_period
from kiun.kernel.tabular.number_formats import NumberFormat, plain
from kiun.kernel.tabular.quantities import Quantity, parse_quantity
from kiun.kernel.tabular.refusal import CellProblem
from kiun.kernel.tabular.sheet_facts import WIDEST, cell_ref, column_number

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
Row = tuple[Value, ...]

SIGNIFICANT_DIGITS = 15  # what Excel keeps and shows; the rest of a binary float is noise


def parse_ref(ref: str) -> tuple[int, int]:
    """B7 is (7, 2)."""
    match = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", ref)
    if not match:
        raise DomainError(_("“%(ref)s” is not a cell. Write it like B7.") % {"ref": ref})
    return int(match[2]), column_number(match[1])


@dataclass(frozen=True)
class MergedRange:
    """Rows and columns from 1, all included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def ref(self) -> str:
        return cell_ref(self.first_row, self.first_column)


@dataclass(frozen=True)
class Cell:
    sheet: str
    row: int
    column: int
    value: Value = None
    number_format: NumberFormat | None = None
    merged_from: str = ""  # the cell whose value this is, by a merged range or as "same as above"

    @property
    def ref(self) -> str:
        return cell_ref(self.row, self.column)

    @property
    def is_blank(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    @property
    def text(self) -> str:
        """As the sheet shows it: 45.2%, 12件, 1234."""
        if isinstance(self.value, bool):
            return str(self.value).upper()
        if isinstance(self.value, int | float):
            number = _decimal(self.value)
            return self.number_format.show(number) if self.number_format else plain(number)
        return "" if self.value is None else str(self.value).strip()

    def quantity(self) -> Quantity:
        """A percentage format counts: 0.452 shown as 45.2% is 45.2 with the unit %."""
        if isinstance(self.value, dt.date | dt.time | dt.timedelta | bool):
            raise DomainError(_("“%(text)s” is not a number. Write a number, such as 45.2.") % {"text": self.text})
        if isinstance(self.value, int | float) and (not self.number_format or not self.number_format.literal):
            percent = self.number_format is not None and self.number_format.percent
            number = _decimal(self.value)
            return Quantity(number * 100, "%") if percent else Quantity(number)
        return parse_quantity(self.text)

    def period(self, *, context: FiscalYear | None = None) -> Period:
        if isinstance(self.value, bool | dt.time | dt.timedelta) or self.value is None:
            raise DomainError(_("“%(text)s” is not a date. Write it like 令和8年11月23日.") % {"text": self.text})
        shown = self.number_format is not None and not isinstance(self.value, dt.date)
        return parse_period(self.text if shown else self.value, context=context)

    def date(self, *, context: FiscalYear | None = None) -> dt.date:
        return self.period(context=context).end

    def problem(self, what: str, how: str) -> CellProblem:
        return CellProblem(self.sheet, self.ref, what, how)


@dataclass(frozen=True)
class Sheet:
    """`rows` is the rectangle from A1. None is a blank cell; only the first cell of a merged range has its value."""

    name: str
    rows: tuple[Row, ...]
    merges: tuple[MergedRange, ...] = ()
    hidden: bool = False
    problems: tuple[CellProblem, ...] = ()
    formats: Mapping[int, NumberFormat] = field(default_factory=dict, repr=False)

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def cell(self, ref: str) -> Cell:
        return self.cell_at(*parse_ref(ref))

    def cell_at(self, row: int, column: int) -> Cell:
        """Outside the sheet is a blank cell; inside a merged range every cell has the range's value."""
        merged = self.merged_at(row, column)
        if merged and (row, column) != (merged.first_row, merged.first_column):
            origin = self.cell_at(merged.first_row, merged.first_column)
            return Cell(self.name, row, column, origin.value, origin.number_format, origin.ref)
        value = self.rows[row - 1][column - 1] if 0 < row <= self.height and 0 < column <= self.width else None
        return Cell(self.name, row, column, value, self.formats.get(row * WIDEST + column))

    def merged_at(self, row: int, column: int) -> MergedRange | None:
        return self._merged.get(row * WIDEST + column)

    @cached_property
    def _merged(self) -> dict[int, MergedRange]:
        """Only cells of the rectangle: a range may run to the end of the sheet."""
        return {
            row * WIDEST + column: merged
            for merged in self.merges
            for row in range(merged.first_row, min(merged.last_row, self.height) + 1)
            for column in range(merged.first_column, min(merged.last_column, self.width) + 1)
        }


@dataclass(frozen=True)
class Workbook:
    name: str
    kind: str  # xlsx, xls, csv
    sheets: tuple[Sheet, ...]
    encoding: str = ""  # of a text file: utf-8, utf-8-sig, cp932, utf-16
    delimiter: str = ""

    def sheet(self, name: str) -> Sheet:
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise DomainError(
            _("There is no sheet “%(name)s”. The sheets are: %(sheets)s.")
            % {"name": name, "sheets": ", ".join(sheet.name for sheet in self.sheets)}
        )

    @property
    def problems(self) -> tuple[CellProblem, ...]:
        return tuple(problem for sheet in self.sheets for problem in sheet.problems)


def _decimal(value: float) -> Decimal:
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}")
