"""Workbooks and CSV files for people: typed cells, no text that runs as a formula, drop-downs, notes, protection."""

import csv
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO, StringIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook as ExcelWorkbook
from openpyxl.cell import Cell as ExcelCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular.formula_guard import guarded, would_run
from kiun.kernel.tabular.model import Value
from kiun.kernel.tabular.number_formats import plain
from kiun.kernel.tabular.sheet_facts import cell_ref, column_letter

OutputValue = Value | Decimal

NARROWEST, WIDEST_COLUMN = 6.0, 60.0
MEASURED_ROWS = 200  # enough to see how wide a column is
LONGEST_CELL, LONGEST_SHEET_NAME, LONGEST_INLINE_LIST = 32_767, 31, 255
LAST_EXACT_INTEGER = 2**53
FIRST_EXCEL_DAY = dt.date(1900, 3, 1)  # before it Excel counts a day that never was
LIST_SHEET = "選択肢"

_HEADER_FILL = PatternFill("solid", fgColor="E8F1FE")
_HEADER_FONT = Font(name="游ゴシック", bold=True)
_BODY_FONT = Font(name="游ゴシック")
_TITLE_FONT = Font(name="游ゴシック", bold=True, size=14)
_LINE = Border(bottom=Side(style="thin", color="949494"))
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_HEADER_ALIGNMENT = Alignment(horizontal="center", vertical="center", wrap_text=True)
# _x000D_ in a text is read as a control character; its underscore is written as _x005F_ so that the text stays.
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class OutputColumn:
    header: str
    group: str = ""  # label over neighbouring columns with the same group: a two-row header
    width: float | None = None  # None: from the contents
    number_format: str = ""  # Excel's, such as 0.0% or #,##0
    choices: tuple[str, ...] = ()  # drop-down
    note: str = ""  # comment on the header
    locked: bool = True  # counts on a protected sheet


@dataclass(frozen=True)
class OutputSheet:
    name: str
    columns: Sequence[OutputColumn]
    rows: Iterable[Sequence[OutputValue]]
    title: str = ""
    notes: Sequence[str] = ()  # ※… below the table
    protected: bool = False  # only columns with locked=False can be edited; no password


def write_workbook(sheets: Sequence[OutputSheet]) -> bytes:
    """`read_workbook` gives back the same values, but numbers of 15 digits, LF as line end, no control characters."""
    book = ExcelWorkbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write_sheet(book, sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def write_csv(sheet: OutputSheet) -> bytes:
    """UTF-8 with a mark, so that Excel shows Japanese; the header is one row, title and notes are left out."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(f"{column.group} {column.header}".strip()) for column in sheet.columns])
    writer.writerows([_csv_field(value) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _csv_field(value: OutputValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return (timezone.make_naive(value) if value.tzinfo else value).isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    return guarded(clean_text(value)) if isinstance(value, str) else str(value)


def _write_sheet(book: ExcelWorkbook, sheet: OutputSheet) -> None:
    page: Worksheet = book.create_sheet(_sheet_name(book, sheet.name))
    row = _write_title(page, sheet)
    header_row = _write_header(page, sheet, row)
    styles = [_body_style(book, column) for column in sheet.columns]
    last_row = header_row
    for last_row, values in enumerate(sheet.rows, start=header_row + 1):
        for number, (style, value) in enumerate(zip(styles, values, strict=True), start=1):
            _write_body_cell(_cell(page, last_row, number), style, value)
    for offset, note in enumerate(sheet.notes, start=2):
        write_text(_cell(page, last_row + offset, 1), note)
    page.freeze_panes = cell_ref(header_row + 1, 1)
    page.auto_filter.ref = f"A{header_row}:{cell_ref(max(last_row, header_row), len(sheet.columns))}"
    _set_widths(page, sheet, header_row, last_row)
    for number, column in enumerate(sheet.columns, start=1):
        if column.choices:
            _add_choices(book, page, column, number, header_row)
    if sheet.protected:
        page.protection.sheet = True
        page.protection.formatColumns = False
        page.protection.autoFilter = False


def _write_title(page: Worksheet, sheet: OutputSheet) -> int:
    if not sheet.title:
        return 1
    title = _cell(page, 1, 1)
    write_text(title, sheet.title)
    title.font = _TITLE_FONT
    return 3


def _write_header(page: Worksheet, sheet: OutputSheet, row: int) -> int:
    """The last header row. Columns of one group share a merged cell; a column without a group takes both rows."""
    grouped = any(column.group for column in sheet.columns)
    last = row + 1 if grouped else row
    start = 1
    for number, column in enumerate(sheet.columns, start=1):
        cell = _cell(page, last if column.group or not grouped else row, number)
        write_text(cell, column.header)
        if column.note:
            cell.comment = Comment(column.note, "Kiun")
        if grouped and not column.group:
            page.merge_cells(start_row=row, start_column=number, end_row=last, end_column=number)
        if column.group and (number == 1 or sheet.columns[number - 2].group != column.group):
            start = number
            write_text(_cell(page, row, number), column.group)
        if (
            column.group
            and start < number
            and (number == len(sheet.columns) or sheet.columns[number].group != column.group)
        ):
            page.merge_cells(start_row=row, start_column=start, end_row=row, end_column=number)
    for line in page.iter_rows(min_row=row, max_row=last, max_col=len(sheet.columns)):
        for styled in line:
            styled.fill, styled.font, styled.border, styled.alignment = (
                _HEADER_FILL,
                _HEADER_FONT,
                _LINE,
                _HEADER_ALIGNMENT,
            )
    return last


def _body_style(book: ExcelWorkbook, column: OutputColumn) -> str:
    """A named style for each kind of column: one assignment for a cell, where five would take most of the time."""
    name = " ".join(filter(None, ("本文", column.number_format, "" if column.locked else "入力欄")))
    if name not in book.named_styles:
        style = NamedStyle(name, font=_BODY_FONT, alignment=_WRAPPED, protection=Protection(locked=column.locked))
        style.number_format = column.number_format or style.number_format
        book.add_named_style(style)
    return name


def _write_body_cell(cell: ExcelCell, style: str, value: OutputValue) -> None:
    if isinstance(value, str):
        write_text(cell, value)
    elif isinstance(value, dt.datetime) and value.tzinfo:
        cell.value = timezone.make_naive(value)
    elif isinstance(value, int | float | Decimal) and not _fits_excel(value):
        write_text(cell, str(value))
    elif isinstance(value, dt.date) and _day(value) < FIRST_EXCEL_DAY:
        write_text(cell, value.isoformat())
    else:
        cell.value = value
    runs, number_format = cell.quotePrefix, cell.number_format
    cell.style = style
    if runs:
        cell.quotePrefix = True
    if isinstance(value, dt.date | dt.time | dt.timedelta) and cell.number_format == "General":
        cell.number_format = number_format  # the one openpyxl chose for the type


def _cell(page: Worksheet, row: int, column: int) -> ExcelCell:
    cell = page.cell(row, column)
    assert isinstance(cell, ExcelCell)  # merging comes after writing
    return cell


def write_text(cell: ExcelCell, text: str) -> None:
    """Typed as text: openpyxl alone would make a formula of “=1+1” and an error of “#REF!”.

    The quote-prefix style keeps Excel from running it when somebody edits the cell.
    """
    clean = clean_text(text)
    if len(clean) > LONGEST_CELL:
        raise DomainError(
            _("The text for the cell %(cell)s is longer than Excel allows (%(limit)s characters). Shorten it.")
            % {"cell": cell.coordinate, "limit": f"{LONGEST_CELL:,}"}
        )
    cell.value = _ESCAPE_LIKE.sub("_x005F_", clean)
    cell.data_type = "s"
    if would_run(clean):
        cell.quotePrefix = True


def clean_text(text: str) -> str:
    """Without what no office file can hold: control characters, halves of letters."""
    if text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return ILLEGAL_CHARACTERS_RE.sub("", lines).encode("utf-8", "ignore").decode("utf-8").translate(_NOT_IN_XML)


_NOT_IN_XML = {0xFFFE: None, 0xFFFF: None}


def _fits_excel(number: float | Decimal) -> bool:
    """Excel keeps 15 digits; a longer number (a code, a corporate number of 16 digits) is kept as text."""
    if isinstance(number, int):
        return abs(number) <= LAST_EXACT_INTEGER
    return Decimal(number).is_finite()


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _sheet_name(book: ExcelWorkbook, wanted: str) -> str:
    """Excel forbids some characters, long names, and the same name twice."""
    base = re.sub(r"[\\/*?:\[\]]", "・", clean_text(wanted)).strip("'")[:LONGEST_SHEET_NAME] or "Sheet"
    taken = {name.lower() for name in book.sheetnames}
    name, number = base, 2
    while name.lower() in taken:
        ending = f" ({number})"
        name, number = base[: LONGEST_SHEET_NAME - len(ending)] + ending, number + 1
    return name


def _set_widths(page: Worksheet, sheet: OutputSheet, header_row: int, last_row: int) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        texts = [page.cell(row, number).value for row in range(header_row, min(last_row, MEASURED_ROWS) + 1)]
        measured = max((text_width(str(text)) for text in texts if text is not None), default=0) + 2
        width = column.width if column.width is not None else min(max(measured, NARROWEST), WIDEST_COLUMN)
        page.column_dimensions[column_letter(number)].width = width


def text_width(text: str) -> int:
    """In half-width characters, of the longest line; kanji and kana take two."""
    return max(
        (sum(1 + (unicodedata.east_asian_width(c) in "FWA") for c in line) for line in text.split("\n")), default=0
    )


def _add_choices(book: ExcelWorkbook, page: Worksheet, column: OutputColumn, number: int, header_row: int) -> None:
    listed = ",".join(column.choices)
    inline = len(listed) <= LONGEST_INLINE_LIST and not any(
        mark in choice for choice in column.choices for mark in ',"'
    )
    validation = DataValidation(
        type="list", formula1=f'"{listed}"' if inline else _listed_on_sheet(book, column.choices), allow_blank=True
    )
    validation.error = _("Choose one of the list.")
    validation.showErrorMessage = True
    letter = column_letter(number)
    validation.add(f"{letter}{header_row + 1}:{letter}{max(page.max_row, header_row + 1) + MEASURED_ROWS}")
    page.add_data_validation(validation)


def _listed_on_sheet(book: ExcelWorkbook, choices: Sequence[str]) -> str:
    """Long lists live on a hidden sheet of their own, one column each."""
    if LIST_SHEET not in book.sheetnames:
        book.create_sheet(LIST_SHEET).sheet_state = "hidden"
    page: Worksheet = book[LIST_SHEET]
    column = page.max_column + 1 if page["A1"].value is not None else 1
    for row, choice in enumerate(choices, start=1):
        write_text(_cell(page, row, column), choice)
    letter = column_letter(column)
    return f"'{LIST_SHEET}'!${letter}$1:${letter}${len(choices)}"
