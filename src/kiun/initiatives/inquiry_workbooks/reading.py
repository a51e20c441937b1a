"""What came back in a workbook: first whether it is the right one and still whole, then the answers cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.initiatives.inquiry_answers import TOWN_HALL_LANGUAGE, Given, as_written, read_given
from kiun.initiatives.inquiry_workbooks import layout
from kiun.initiatives.inquiry_workbooks.identity import ANSWER, LOCKED, Identity, Mark, identity_in
from kiun.initiatives.queries.inquiries.sheets import SheetRow
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import Cell, CellProblem, Limits, Sheet, Workbook, read_workbook
from kiun.kernel.tabular.model import parse_ref
from kiun.kernel.tabular.sheet_facts import cell_ref

MOST_PROBLEMS = 50
LONGEST_QUOTE = 30


@dataclass(frozen=True, kw_only=True)
class FilledWorkbook:
    """`cells`: question → the cell with its answer; `written`: what stands there, where it was not read literally."""

    identity: Identity
    given: Mapping[int, Given]
    cells: Mapping[int, str]
    written: Mapping[int, str]
    problems: Sequence[CellProblem]


@dataclass(frozen=True)
class _Opened:
    identity: Identity
    marks: list[Mark]
    book: Workbook


def open_filled(content: bytes, name: str) -> _Opened:
    """Raises a DomainError unless the file is a workbook of ours, of whichever round."""
    limits = Limits(sheets=20, rows=5_000, columns=50, cells=200_000)
    book = read_workbook(content, name=name, limits=limits)
    if book.kind != "xlsx":
        raise DomainError(
            _("This is a file of another kind (%(kind)s), which loses what the workbook needs. Fill in the workbook "
              "that was downloaded here, save it as .xlsx, and upload that.") % {"kind": f".{book.kind}"},
            field="file",
        )  # fmt: skip
    identity, marks = identity_in(book)
    return _Opened(identity, marks, book)


def read_filled(opened: _Opened, rows: Mapping[int, SheetRow]) -> FilledWorkbook:
    """Raises a DomainError when rows were moved; whatever else is wrong stands at its cell."""
    sheet = _answers_of(opened.book)
    locked = {mark.ref: mark.text for mark in opened.marks if mark.kind == LOCKED}
    _check_rows(sheet, locked)
    places = {int(mark.text): mark.ref for mark in opened.marks if mark.kind == ANSWER}
    _check_questions(places, rows)
    problems = [*_changed(sheet, locked), *_beside_the_form(sheet, locked, places), *sheet.problems]
    given: dict[int, Given] = {}
    written: dict[int, str] = {}
    for key, ref in places.items():
        try:
            given[key] = _given_at(sheet, ref, rows[key])
            written[key] = as_written(rows[key].question, sheet.cell_at(*parse_ref(ref)), given[key])
        except DomainError as error:
            problems.append(CellProblem(sheet.name, _note_of(ref) if error.field == "note" else ref, error.message, ""))
    return FilledWorkbook(
        identity=opened.identity,
        given=given,
        cells=places,
        written=written,
        problems=sorted(problems, key=_place)[:MOST_PROBLEMS],
    )


def _answers_of(book: Workbook) -> Sheet:
    with override(TOWN_HALL_LANGUAGE):
        name = layout.answer_sheet_name()
    for sheet in book.sheets:
        if sheet.name == name:
            return sheet
    others = [sheet.name for sheet in book.sheets if not sheet.hidden]
    raise DomainError(
        _("The sheet “%(name)s” is missing; the file has: %(others)s. Give the sheet its name back, and upload the "
          "file again.") % {"name": name, "others": "、".join(others)},
        field="file",
    )  # fmt: skip


def _check_rows(sheet: Sheet, locked: Mapping[str, str]) -> None:
    """The heads of the table and the numbers of the questions say whether anything was inserted, deleted or moved."""
    for ref, text in locked.items():
        row, column = parse_ref(ref)
        is_frame = row == layout.HEADER or (row > layout.HEADER and column == layout.NUMBER)
        if is_frame and _said(sheet.cell_at(row, column)) != _folded(text):
            raise DomainError(
                _("Rows or columns have been inserted, deleted or moved (see cell %(cell)s, where “%(text)s” should "
                  "be). Undo that, or download the workbook again and copy your answers into it.")
                % {"cell": ref, "text": text},
                field="file",
            )  # fmt: skip


def _check_questions(places: Mapping[int, str], rows: Mapping[int, SheetRow]) -> None:
    if set(places) - set(rows):
        raise DomainError(
            _("Another department has become responsible for an indicator that this workbook asks about. Download the "
              "workbook again, and copy your answers into it."),
            field="file",
        )  # fmt: skip


def _changed(sheet: Sheet, locked: Mapping[str, str]) -> list[CellProblem]:
    found = []
    for ref, text in locked.items():
        cell = sheet.cell_at(*parse_ref(ref))
        if _said(cell) != _folded(text):
            what = _("This cell belongs to the form and has been changed from “%(old)s” to “%(new)s”.") % {
                "old": text[:LONGEST_QUOTE],
                "new": cell.text[:LONGEST_QUOTE],
            }
            found.append(cell.problem(what, _("Put back what stood there, or download the workbook again.")))
    return found


def _beside_the_form(sheet: Sheet, locked: Mapping[str, str], places: Mapping[int, str]) -> list[CellProblem]:
    """What stands where nobody would read it."""
    known = set(locked)
    for ref in places.values():
        row, column = parse_ref(ref)
        known |= {cell_ref(row, column), cell_ref(row, column + 1), cell_ref(row, column + 2)}
    what = _("“%(text)s” stands outside the cells for answers and would be lost.")
    return [
        cell.problem(
            what % {"text": cell.text[:LONGEST_QUOTE]},
            _("Move it into an answer or a remark, or delete it."),
        )
        for row, values in enumerate(sheet.rows, start=1)
        for column, value in enumerate(values, start=1)
        if value is not None and cell_ref(row, column) not in known
        for cell in [Cell(sheet.name, row, column, value)]
        if not cell.is_blank
    ]


def _given_at(sheet: Sheet, ref: str, asked: SheetRow) -> Given:
    row, column = parse_ref(ref)
    none, note = sheet.cell_at(row, column + 1), sheet.cell_at(row, column + 2)
    cell = sheet.cell_at(row, column)
    return read_given(asked.question, cell, limits=asked.limits, is_none=not none.is_blank, note=note.text)


def _note_of(ref: str) -> str:
    row, column = parse_ref(ref)
    return cell_ref(row, column + 2)


def _said(cell: Cell) -> str:
    return _folded(cell.text)


def _folded(text: str) -> str:
    """Programs change the ends of lines, and spaces at the end."""
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _place(problem: CellProblem) -> tuple[int, int]:
    return parse_ref(problem.cell)
