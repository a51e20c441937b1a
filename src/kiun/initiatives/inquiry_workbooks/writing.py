"""The workbook as a department gets it: locked but for its answers, with drop-downs, ready to be printed."""

import math
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook as ExcelWorkbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kiun.initiatives.inquiry_answers import (
    LONGEST,
    LONGEST_NOTE,
    NOT_APPLICABLE,
    TOWN_HALL_LANGUAGE,
    YES_NO,
    Limits,
    say_demand,
    say_limits,
    say_value,
)
from kiun.initiatives.inquiry_workbooks import layout
from kiun.initiatives.inquiry_workbooks.identity import ANSWER, HIDDEN_SHEET, LOCKED, Identity, Mark, seal
from kiun.initiatives.models import Question, QuestionKind
from kiun.initiatives.queries.inquiries.sheets import AnswerSheet, SheetRow
from kiun.kernel.changes import json_value
from kiun.kernel.tabular import text_width, write_text
from kiun.kernel.tabular.sheet_facts import cell_ref, column_letter

CHOICES_SHEET = "選択肢"
FONT = "游ゴシック"
LINE_HEIGHT, LEAST_HEIGHT, HEIGHT_FOR_LONG_TEXT = 18.0, 30.0, 90.0
LONGEST_PROMPT_TITLE, LONGEST_PROMPT = 32, 255
LARGEST_NUMBER = 10**15
_A4 = 9
_THIN = Side(style="thin", color="949494")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_KINDS_OF_TEXT = (QuestionKind.SHORT_TEXT, QuestionKind.FISCAL_YEAR, QuestionKind.CHOICE, QuestionKind.YES_NO)


class Look(NamedTuple):
    bold: bool = False
    size: int = 11
    fill: str = ""
    box: bool = False
    horizontal: str = "left"
    vertical: str = "center"
    number_format: str = "General"
    locked: bool = True

    @property
    def indent(self) -> int:
        return int(self.box and self.horizontal != "center")


_TITLE, _PLAIN, _STRONG = Look(bold=True, size=16), Look(vertical="top"), Look(bold=True, size=12)
_HEAD = Look(bold=True, fill="E8F1FE", box=True, horizontal="center")
_PRINTED, _PRINTED_NUMBER = Look(box=True), Look(box=True, horizontal="center")
_PRINTED_RIGHT = Look(box=True, horizontal="right")
_EXAMPLE = Look(box=True, fill="F2F2F2")
_ANSWER_FILL = "FFF9DB"
_MONEY, _DAY, _TEXT = "#,##0", 'yyyy"年"m"月"d"日"', "@"


def write_sheet(sheet: AnswerSheet, today: date) -> bytes:
    with override(TOWN_HALL_LANGUAGE):
        book = ExcelWorkbook()
        book.remove(book.worksheets[0])
        painter = _Painter(book)
        answers: Worksheet = book.create_sheet(layout.answer_sheet_name())
        examples: Worksheet = book.create_sheet(layout.example_sheet_name())
        for page in (answers, examples):
            painter.print_sheet(page, sheet)
        painter.add_answers(answers, sheet)
        painter.add_examples(examples, sheet, today)
        _add_identity(book, sheet)
        _set_up(book, sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def sheet_name(sheet: AnswerSheet) -> str:
    """Of the file: 市民課_業務量調査.xlsx."""
    name = f"{sheet.request.department}_{sheet.request.round}"
    return re.sub(r'[\\/:*?"<>|\s]+', "_", name)[:100] + ".xlsx"


class _Painter:
    """A named style for each look: one assignment a cell, where five would take most of the time."""

    def __init__(self, book: ExcelWorkbook) -> None:
        self.book = book
        self.names: dict[Look, str] = {}

    def write(self, page: Worksheet, row: int, column: int, value: Any, look: Look) -> None:
        cell: Any = page.cell(row, column)
        if isinstance(value, str):
            write_text(cell, value)
        else:
            cell.value = value
        runs = cell.quotePrefix
        cell.style = self._style(look)
        if runs:
            cell.quotePrefix = True

    def _style(self, look: Look) -> str:
        if look not in self.names:
            style = NamedStyle(
                f"調査票{len(self.names) + 1}",
                font=Font(name=FONT, bold=look.bold, size=look.size),
                alignment=Alignment(
                    horizontal=look.horizontal, vertical=look.vertical, wrap_text=True, indent=look.indent
                ),
                protection=Protection(locked=look.locked),
                border=_BOX if look.box else Border(),
                fill=PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill(),
            )
            style.number_format = look.number_format
            self.book.add_named_style(style)
            self.names[look] = style.name
        return self.names[look]

    def print_sheet(self, page: Worksheet, sheet: AnswerSheet) -> None:
        texts = {(text.row, text.column): text.text for text in layout.locked_texts(sheet)}
        for (row, column), text in texts.items():
            is_number = row > layout.HEADER and column == layout.NUMBER
            self.write(page, row, column, int(text) if is_number else text, _look_of(row, column))
        for place, one in enumerate(sheet.rows, start=layout.FIRST):
            if one.question.is_numeric or one.last is None:
                self.write(page, place, layout.LAST, texts[place, layout.LAST], _PRINTED_RIGHT)
        for row in (layout.TITLE, layout.PURPOSE, layout.DEADLINE, layout.HOW):
            page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=layout.NOTE)
        page.merge_cells(start_row=layout.ADDRESS, start_column=1, end_row=layout.ADDRESS, end_column=layout.LAST)
        page.merge_cells(
            start_row=layout.ADDRESS, start_column=layout.ANSWER, end_row=layout.ADDRESS, end_column=layout.NOTE
        )
        for column, width in layout.WIDTHS.items():
            page.column_dimensions[column_letter(column)].width = width
        whole = sum(layout.WIDTHS.values())
        for row in (layout.PURPOSE, layout.HOW):
            lines = _lines(texts.get((row, 1), ""), whole * 0.95)
            page.row_dimensions[row].height = LINE_HEIGHT * lines + 4 if lines else 4
        page.row_dimensions[layout.TITLE].height = 30
        page.row_dimensions[layout.HEADER].height = LEAST_HEIGHT
        for place, one in enumerate(sheet.rows, start=layout.FIRST):
            page.row_dimensions[place].height = _height(place, texts, one)

    def add_answers(self, page: Worksheet, sheet: AnswerSheet) -> None:
        validations = _Validations(self.book, page)
        for place, row in enumerate(sheet.rows, start=layout.FIRST):
            look = _answer_look(row.question)
            self.write(page, place, layout.ANSWER, _cell_value(row), look)
            none = str(NOT_APPLICABLE) if row.given.is_none else None
            self.write(page, place, layout.NONE, none, _open(horizontal="center", number_format=_TEXT))
            self.write(page, place, layout.NOTE, row.given.note or None, _open())
            validations.add(row, cell_ref(place, layout.ANSWER))
        if sheet.rows:
            last = layout.FIRST + len(sheet.rows) - 1
            validations.add_none(f"{cell_ref(layout.FIRST, layout.NONE)}:{cell_ref(last, layout.NONE)}")
            validations.add_notes(f"{cell_ref(layout.FIRST, layout.NOTE)}:{cell_ref(last, layout.NOTE)}")

    def add_examples(self, page: Worksheet, sheet: AnswerSheet, today: date) -> None:
        self.write(page, layout.TITLE, 1, _("Example of answers: %(title)s") % {"title": sheet.request.round}, _TITLE)
        for place, row in enumerate(sheet.rows, start=layout.FIRST):
            look = _EXAMPLE._replace(horizontal="right" if row.question.is_numeric else "left")
            self.write(page, place, layout.ANSWER, layout.example_text(row, today), look)
            self.write(page, place, layout.NONE, None, _EXAMPLE)
            self.write(page, place, layout.NOTE, None, _EXAMPLE)


def _look_of(row: int, column: int) -> Look:
    if row == layout.TITLE:
        return _TITLE
    if row in (layout.ADDRESS, layout.DEADLINE):
        return _STRONG
    if row < layout.HEADER:
        return _PLAIN
    if row == layout.HEADER:
        return _HEAD
    return _PRINTED_NUMBER if column == layout.NUMBER else _PRINTED


def _open(**more: Any) -> Look:
    return Look(box=True, fill=_ANSWER_FILL, locked=False, **more)


def _answer_look(question: Question) -> Look:
    if question.is_numeric:
        return _open(horizontal="right", number_format=_MONEY if question.kind == QuestionKind.MONEY else "General")
    if question.kind == QuestionKind.DAY:
        return _open(horizontal="right", number_format=_DAY)
    # As text, so that Excel makes no date of 1-2; long texts would be shown as ##### then.
    return _open(number_format=_TEXT if question.kind in _KINDS_OF_TEXT else "General")


def _cell_value(row: SheetRow) -> object:
    value = row.given.value
    if isinstance(value, Decimal) and row.question.is_numeric:
        return value
    return value if isinstance(value, date) else say_value(row.question, value) or None


def _height(place: int, texts: dict[tuple[int, int], str], row: SheetRow) -> float:
    columns = (layout.QUESTION, layout.DEMAND, layout.LAST)
    lines = [_lines(texts.get((place, column), ""), layout.WIDTHS[column]) for column in columns]
    lines.append(_lines(say_value(row.question, row.given.value), layout.WIDTHS[layout.ANSWER]))
    lines.append(_lines(row.given.note, layout.WIDTHS[layout.NOTE]))
    least = HEIGHT_FOR_LONG_TEXT if row.question.kind == QuestionKind.LONG_TEXT else LEAST_HEIGHT
    return max(LINE_HEIGHT * max(lines) + 6, least)


def _lines(text: str, width: float) -> int:
    """How many lines the text takes in a column; Excel does not find the height of a locked row by itself."""
    return sum(max(math.ceil(text_width(line) / (width - 1)), 1) for line in text.split("\n")) if text else 0


class _Validations:
    def __init__(self, book: ExcelWorkbook, page: Worksheet) -> None:
        self.book, self.page = book, page

    def add(self, row: SheetRow, ref: str) -> None:
        question = row.question
        rule = self._rule(row)
        prompt = question.note or say_limits(question, row.limits) or say_demand(question)
        rule.promptTitle, rule.prompt = question.text[:LONGEST_PROMPT_TITLE], prompt[:LONGEST_PROMPT]
        self._put(rule, ref)

    def add_none(self, refs: str) -> None:
        self._put(self._list([str(NOT_APPLICABLE)]), refs)

    def add_notes(self, refs: str) -> None:
        self._put(_text_rule(LONGEST_NOTE), refs)

    def _put(self, rule: DataValidation, refs: str) -> None:
        rule.showErrorMessage = rule.showInputMessage = True
        rule.allow_blank = True
        rule.add(refs)
        self.page.add_data_validation(rule)

    def _rule(self, row: SheetRow) -> DataValidation:
        question = row.question
        if question.is_numeric:
            return _number_rule(question, row.limits)
        if question.kind == QuestionKind.DAY:
            rule = DataValidation(type="date", operator="greaterThan", formula1="1")
            rule.error = _("Write a day, such as 2026/11/23.")
            return rule
        if question.kind == QuestionKind.CHOICE:
            return self._list(question.choices)
        if question.kind == QuestionKind.YES_NO:
            return self._list([str(word) for word in YES_NO.values()])
        return _text_rule(LONGEST.get(QuestionKind(question.kind), LONGEST[QuestionKind.SHORT_TEXT]))

    def _list(self, choices: Iterable[str]) -> DataValidation:
        rule = DataValidation(type="list", formula1=self._listed(list(choices)))
        rule.error = _("Choose one of the list.")
        return rule

    def _listed(self, choices: list[str]) -> str:
        """On a hidden sheet, one column each: a list inside the rule ends at 255 characters or at a comma."""
        if CHOICES_SHEET not in self.book.sheetnames:
            self.book.create_sheet(CHOICES_SHEET).sheet_state = "hidden"
        page: Worksheet = self.book[CHOICES_SHEET]
        column = page.max_column + 1 if page["A1"].value is not None else 1
        for row, choice in enumerate(choices, start=1):
            cell: Any = page.cell(row, column)
            write_text(cell, choice)
        letter = column_letter(column)
        return f"'{CHOICES_SHEET}'!${letter}$1:${letter}${len(choices)}"


def _number_rule(question: Question, allowed: Limits) -> DataValidation:
    least = -LARGEST_NUMBER if allowed.least is None else allowed.least
    most = LARGEST_NUMBER if allowed.most is None else allowed.most
    rule = DataValidation(
        type="whole" if question.kind == QuestionKind.MONEY else "decimal",
        operator="between",
        formula1=json_value(Decimal(least)),
        formula2=json_value(Decimal(most)),
    )
    limits = say_limits(question, allowed)
    rule.error = (
        _("Write a number without its unit: %(limits)s.") % {"limits": limits}
        if limits
        else _("Write a number without its unit.")
    )
    return rule


def _text_rule(limit: int) -> DataValidation:
    rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(limit))
    rule.error = _("Write at most %(limit)s characters.") % {"limit": limit}
    return rule


def _add_identity(book: ExcelWorkbook, sheet: AnswerSheet) -> None:
    request = sheet.request
    identity = Identity(
        town=request.municipality.code, round=request.round_id, request=request.pk, version=request.round.version
    )
    marks = [Mark(cell_ref(text.row, text.column), LOCKED, text.text) for text in layout.locked_texts(sheet)] + [
        Mark(cell_ref(place, layout.ANSWER), ANSWER, str(row.question.pk))
        for place, row in enumerate(sheet.rows, start=layout.FIRST)
    ]
    page: Worksheet = book.create_sheet(HIDDEN_SHEET)
    page.sheet_state = "veryHidden"
    for row, parts in enumerate([(seal(identity, marks),), *((m.ref, m.kind, m.text) for m in marks)], start=1):
        for column, text in enumerate(parts, start=1):
            cell: Any = page.cell(row, column)
            write_text(cell, text)


def _set_up(book: ExcelWorkbook, sheet: AnswerSheet) -> None:
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.creator, book.properties.title = "Kiun", str(sheet.request.round)
    for page in book.worksheets:
        page.protection.sheet = True
        page.protection.formatColumns = page.protection.formatRows = False
        if page.sheet_state == "visible":
            _prepare_for_print(page, sheet)
    book.active = 0


def _prepare_for_print(page: Worksheet, sheet: AnswerSheet) -> None:
    page.freeze_panes = cell_ref(layout.FIRST, 1)
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{layout.HEADER}:{layout.HEADER}"
    page.print_area = f"A1:{cell_ref(layout.FIRST + max(len(sheet.rows), 1) - 1, layout.NOTE)}"
    page.page_margins.left = page.page_margins.right = 0.5
    page.page_margins.top, page.page_margins.bottom, page.page_margins.footer = 0.6, 0.8, 0.4
    footer: Any = page.oddFooter
    footer.left.text, footer.right.text = str(sheet.request.department).replace("&", "&&"), "&P / &N"
