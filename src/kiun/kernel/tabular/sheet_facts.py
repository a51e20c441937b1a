"""What has to be known about a sheet before and beside its values: how large it is, formats, broken formulas.

The reader of values lays out a full grid from the first to the last used cell. Two cells in opposite corners would take
all memory and end the process, so the size is measured here first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kiun.kernel.tabular.number_formats import NumberFormat
from kiun.kernel.tabular.refusal import CellProblem, FileRefusedError, Limits, damaged

WIDEST = 16_384  # Excel's widest sheet; a place is row * WIDEST + column, a third of a tuple's memory
MOST_PROBLEMS = 200  # more would not be read


def column_letter(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_ref(row: int, column: int) -> str:
    return f"{column_letter(column)}{row}"


@dataclass
class SheetFacts:
    """Filled while a sheet is scanned; rows and columns count from 1."""

    sheet: str
    limits: Limits
    last_row: int = 0
    last_column: int = 0
    formats: dict[int, NumberFormat] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)

    def has_value_at(self, row: int, column: int) -> None:
        if row > self.last_row:
            if row > self.limits.rows:
                raise too_many_rows(self.sheet, self.limits, cell_ref(row, column))
            self.last_row = row
        if column > self.last_column:
            if column > self.limits.columns:
                raise too_many_columns(self.sheet, self.limits, cell_ref(row, column))
            self.last_column = column
        if self.area > self.limits.cells:
            raise too_many_cells(self.sheet, self.limits)

    @property
    def area(self) -> int:
        return self.last_row * self.last_column

    def formula_without_value_at(self, row: int, column: int) -> None:
        self._report(
            row,
            column,
            _("The formula has no saved result."),
            _("Open the file in Excel and save it once, or type the value."),
        )

    def error_value_at(self, row: int, column: int, error: str) -> None:
        self._report(
            row,
            column,
            _("The formula gives the error %(error)s.") % {"error": error},
            _("Correct the formula or type the value."),
        )

    def _report(self, row: int, column: int, what: str, how: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(CellProblem(self.sheet, cell_ref(row, column), what, how))


def check_sheets(parts: Sequence[object], limits: Limits) -> None:
    """`parts` are the places where sheets lie; one place under many names would be scanned as often."""
    if len(parts) > limits.sheets:
        raise FileRefusedError(
            _("The file has more than %(limit)s sheets.") % {"limit": limits.sheets},
            _("Delete unused sheets, or divide the file."),
        )
    if len(set(parts)) < len(parts):
        raise damaged()


def check_areas(facts: Iterable[SheetFacts], limits: Limits) -> None:
    total = 0
    for known in facts:
        total += known.area
        if total > limits.cells:
            raise too_many_cells(known.sheet, limits)


def too_many_rows(sheet: str, limits: Limits, cell: str) -> FileRefusedError:
    return FileRefusedError(
        _("The sheet has more than %(limit)s rows.") % {"limit": f"{limits.rows:,}"},
        _("Delete everything below the table, or divide the file."),
        sheet=sheet,
        cell=cell,
    )


def too_many_columns(sheet: str, limits: Limits, cell: str) -> FileRefusedError:
    return FileRefusedError(
        _("The sheet has more than %(limit)s columns.") % {"limit": f"{limits.columns:,}"},
        _("Delete everything to the right of the table, or divide the file."),
        sheet=sheet,
        cell=cell,
    )


def too_many_cells(sheet: str, limits: Limits) -> FileRefusedError:
    return FileRefusedError(
        _("The file has more than %(limit)s cells.") % {"limit": f"{limits.cells:,}"},
        _("Delete what lies far from the tables, or divide the file."),
        sheet=sheet,
    )


def check_lengths(sheet: str, rows: Iterable[Sequence[object]], limits: Limits) -> None:
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if isinstance(value, str) and len(value) > limits.cell_characters:
                raise FileRefusedError(
                    _("The cell has more than %(limit)s characters.") % {"limit": f"{limits.cell_characters:,}"},
                    _("Shorten the text in this cell."),
                    sheet=sheet,
                    cell=cell_ref(number, column),
                )
