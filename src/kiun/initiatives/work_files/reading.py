"""From a file to rows whose cells know where they are. Only our own columns are read; others are left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kiun.initiatives.work_files.columns import INITIATIVE_COLUMNS, INITIATIVES, KEY, TASK_COLUMNS, TASKS
from kiun.initiatives.work_files.keys import WorkKey, is_example, read_key
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import (
    Cell,
    CellProblem,
    Limits,
    Record,
    Sheet,
    Table,
    Vocabulary,
    Workbook,
    find_table,
    read_workbook,
)

CERTAIN = 1.0
# Ten times what a large plan has; beyond it somebody has uploaded the wrong file.
MOST_ROWS = 20_000
# Without these a sheet is none of ours.
_MARKS = {INITIATIVES: {"name", "goals", "ends_on"}, TASKS: {"initiative", "name", "due_on"}}
_COLUMNS = {INITIATIVES: INITIATIVE_COLUMNS, TASKS: TASK_COLUMNS}


@dataclass(frozen=True)
class FileRow:
    """`kind` is the sheet that it belongs to; a row without a key is new."""

    kind: str
    record: Record
    key: WorkKey | None

    def __getitem__(self, field: str) -> Cell:
        return self.record[field]

    @property
    def place(self) -> tuple[str, int]:
        return self.record.table.sheet.name, self.record.row


@dataclass(frozen=True)
class WorkFile:
    initiatives: Sequence[FileRow]
    tasks: Sequence[FileRow]
    problems: Sequence[CellProblem]


def open_workbook(content: bytes, name: str) -> Workbook:
    return read_workbook(content, name=name, limits=Limits(rows=MOST_ROWS))


def read_work(workbook: Workbook, town: str) -> WorkFile:
    """Refused as a whole when no sheet is ours, or when the file is of another town."""
    rows: Mapping[str, list[FileRow]] = {INITIATIVES: [], TASKS: []}
    problems = list(workbook.problems)
    found = [known for sheet in workbook.sheets if not sheet.hidden and (known := _table(sheet))]
    if not found:
        raise DomainError(
            _("No sheet of this file holds initiatives or tasks. Use the workbook that Kiun gives out."), field="file"
        )
    for kind, table in found:
        for record in table.records:
            _take(rows[kind], kind, record, town, problems)
    return WorkFile(rows[INITIATIVES], rows[TASKS], [*problems, *_doubles([*rows[INITIATIVES], *rows[TASKS]])])


def _table(sheet: Sheet) -> tuple[str, Table] | None:
    """As the sheet calls itself, or (a CSV file) as its columns say."""
    kinds = [sheet.name] if sheet.name in _COLUMNS else [TASKS, INITIATIVES]
    for kind in kinds:
        table = _surely_ours(sheet, {column.field: (column.header,) for column in _COLUMNS[kind]})
        if table and _MARKS[kind] <= set(table.plain_columns):
            return kind, table
    return None


def _surely_ours(sheet: Sheet, vocabulary: Vocabulary) -> Table | None:
    """A column that somebody added beside ours means nothing, however like ours it sounds."""
    try:
        table = find_table(sheet, vocabulary)
        doubtful = {column.letter: "" for column in table.columns if column.field and column.confidence < CERTAIN}
        return find_table(sheet, vocabulary, columns=doubtful) if doubtful else table
    except DomainError:
        return None


def _take(rows: list[FileRow], kind: str, record: Record, town: str, problems: list[CellProblem]) -> None:
    cell = record[KEY]
    if is_example(cell.text):
        return
    key = None
    if not cell.is_blank:
        key = read_key(cell.text)
        if key is None or key.kind != _LETTERS[kind]:
            problems.append(
                cell.problem(
                    _("“%(text)s” is no number that Kiun has given.") % {"text": cell.text},
                    _("Copy it from the workbook that you downloaded, or leave the cell blank for a new row."),
                )
            )
            return
        if key.town != town:
            raise DomainError(
                _("This file belongs to another town (%(town)s). Upload it there.") % {"town": key.town}, field="file"
            )
    rows.append(FileRow(kind, record, key))


_LETTERS = {INITIATIVES: "I", TASKS: "T"}


def _doubles(rows: Sequence[FileRow]) -> list[CellProblem]:
    """A row that was copied together with its number would mean the same thing twice."""
    first: dict[tuple[str, int], FileRow] = {}
    problems = []
    for row in rows:
        if row.key is None:
            continue
        other = first.setdefault((row.kind, row.key.pk), row)
        if other is not row:
            problems.append(
                row[KEY].problem(
                    _("The same number stands in row %(row)s too.") % {"row": other.record.row},
                    _("Clear the number of the row that you added."),
                )
            )
    return problems
