"""A table inside a sheet: columns that a person can correct, and records that know their cells."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period
from kiun.kernel.tabular.header_rows import HeaderBlock, HeaderReader
from kiun.kernel.tabular.header_words import CERTAIN, Vocabulary, WordIndex, normalised
from kiun.kernel.tabular.model import Cell, Row, Sheet, Workbook
from kiun.kernel.tabular.sheet_facts import column_letter

_NOTE = re.compile(r"\s*(?:※|＊|\*|注[\s)）:：\d]|[（(]注|備考[:：]|出典|資料[:：]|[（(]資料)")
SHORTEST_REMARK = 15  # a shorter text that stands alone may be a record somebody began
_SAME_AS_ABOVE = frozenset({"〃", "″", "同上", "々", '"'})


@dataclass(frozen=True)
class Column:
    number: int  # from 1
    header: str  # 目標値 / 令和7年度
    field: str  # "" when not recognised
    period: Period | None
    confidence: float  # 1 for an exact word or a person's choice
    unit: str  # from the header: 経費（千円）

    @property
    def letter(self) -> str:
        return column_letter(self.number)

    @property
    def key(self) -> str:
        """The role as one text for forms and JSON: "target", "target@FY2025", "" for a column that is left out."""
        return f"{self.field}@{self.period.key}" if self.field and self.period else self.field


@dataclass(frozen=True)
class Record:
    """One row of the table. Cells are made when they are asked for: a large sheet has millions."""

    row: int
    table: "Table" = field(repr=False)
    origins: Mapping[int, int]  # column → row above whose value a blank or 〃 stands for
    section: str  # heading across the table above this row

    def __getitem__(self, field: str) -> Cell:
        """Blank when the table has no such column; a column of one point in time is in `series` instead."""
        column = self.table.plain_columns.get(field)
        return self._cell(column.number) if column else Cell(self.table.sheet.name, self.row, 1)

    def text(self, field: str) -> str:
        return self[field].text

    def series(self, field: str) -> dict[Period, Cell]:
        """The cells of the field's time columns, in order of time."""
        return {period: self._cell(column.number) for period, column in self.table.time_columns.get(field, ())}

    def _cell(self, column: int) -> Cell:
        if (origin := self.origins.get(column)) is None:
            return self.table.sheet.cell_at(self.row, column)
        above = self.table.sheet.cell_at(origin, column)
        return replace(above, row=self.row, merged_from=above.merged_from or above.ref)


@dataclass(frozen=True)
class Table:
    sheet: Sheet
    header_rows: tuple[int, int]
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    missing: tuple[str, ...]
    fill_down: tuple[str, ...]

    @property
    def score(self) -> float:
        return sum(column.confidence for column in self.columns if column.field)

    @cached_property
    def plain_columns(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns if column.field and not column.period}

    @cached_property
    def time_columns(self) -> dict[str, list[tuple[Period, Column]]]:
        found: dict[str, list[tuple[Period, Column]]] = {}
        for column in self.columns:
            if column.field and column.period:
                found.setdefault(column.field, []).append((column.period, column))
        return {field: sorted(pairs, key=lambda pair: pair[0]) for field, pairs in found.items()}

    @cached_property
    def records(self) -> tuple[Record, ...]:
        return tuple(_records(self))

    @property
    def _rows_below(self) -> tuple[Row, ...]:
        return self.sheet.rows[self.header_rows[1] :]

    @cached_property
    def _remarks(self) -> tuple[str, ...]:
        """Sentences that stand alone below the last row with several cells."""
        remarks: list[str] = []
        for row in reversed(self._rows_below):
            written = [value for value in row if value is not None]
            if len(written) > 1 or (written and len(str(written[0])) < SHORTEST_REMARK and not _is_note(row)):
                break
            if written and not _is_note(row):
                remarks.insert(0, _line(row))
        return tuple(remarks) if len(self.plain_columns) + len(self.time_columns) > 1 else ()

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """※… rows below or between the records, and sentences at the end."""
        return tuple(_line(row) for row in self._rows_below if _is_note(row)) + self._remarks


def find_table(
    sheet: Sheet,
    vocabulary: Vocabulary,
    *,
    time_field: str = "",
    fill_down: Collection[str] = (),
    context: FiscalYear | None = None,
    columns: Mapping[str, str] | None = None,
    header_rows: tuple[int, int] | None = None,
) -> Table:
    """`columns` (letter → `Column.key`) and `header_rows` are a person's corrections; the rest is recognised."""
    reader = HeaderReader(sheet, WordIndex(vocabulary), context)
    block = reader.block(*_inside(sheet, header_rows)) if header_rows else reader.best_block()
    if block is None:
        raise DomainError(
            _("The sheet “%(sheet)s” has no header row. Write the column names in one row, such as: %(names)s.")
            % {"sheet": sheet.name, "names": "、".join(words[0] for words in vocabulary.values())[:200]},
            field="file",
        )
    roles = _without_doubles(_recognised(sheet, block, time_field))
    corrected = tuple(_corrected(roles, columns or {}, {*vocabulary, time_field}))
    return Table(
        sheet,
        (block.first_row, block.last_row),
        corrected,
        tuple(text for row in sheet.rows[: block.first_row - 1] if (text := _line(row))),
        tuple(field for field in vocabulary if field not in {column.field for column in corrected}),
        tuple(fill_down),
    )


def best_table(
    workbook: Workbook,
    vocabulary: Vocabulary,
    *,
    time_field: str = "",
    fill_down: Collection[str] = (),
    context: FiscalYear | None = None,
) -> Table:
    """The table of the visible sheet whose columns are recognised best."""
    tables, refusals = [], []
    for sheet in workbook.sheets:
        if sheet.hidden:
            continue
        try:
            tables.append(find_table(sheet, vocabulary, time_field=time_field, fill_down=fill_down, context=context))
        except DomainError as refusal:
            refusals.append(refusal)
    if tables:
        return max(tables, key=lambda table: table.score)
    raise refusals[0] if refusals else DomainError(_("The file has no visible sheet."), field="file")


def _inside(sheet: Sheet, header_rows: tuple[int, int]) -> tuple[int, int]:
    first, last = header_rows
    if not 1 <= first <= last <= sheet.height:
        raise DomainError(
            _("Rows %(first)s to %(last)s are not in the sheet “%(sheet)s”. Write rows from 1 to %(height)s.")
            % {"first": first, "last": last, "sheet": sheet.name, "height": sheet.height}
        )
    return first, last


def _recognised(sheet: Sheet, block: HeaderBlock, time_field: str) -> Iterator[Column]:
    below = [row for row in sheet.rows[block.last_row :] if not _is_note(row)]
    used = [any(row[index] is not None for row in below) for index in range(sheet.width)]
    for header in block.columns:
        field, confidence = header.match.field, header.match.confidence
        if not field and header.period and time_field:
            field, confidence = time_field, CERTAIN
        if header.text or used[header.column - 1]:
            yield Column(header.column, header.text, field, header.period, round(confidence, 2), header.unit)


def _without_doubles(columns: Iterator[Column]) -> list[Column]:
    """Of two columns with one role the surer one keeps it, then the left one."""
    found = list(columns)
    keeper: dict[str, Column] = {}
    for column in found:
        if column.field and (column.key not in keeper or column.confidence > keeper[column.key].confidence):
            keeper[column.key] = column
    return [
        column if keeper.get(column.key) is column else replace(column, field="", confidence=0.0) for column in found
    ]


def _corrected(columns: list[Column], corrections: Mapping[str, str], fields: set[str]) -> Iterator[Column]:
    taken = {key for key in corrections.values() if key}
    for column in columns:
        if (key := corrections.get(column.letter)) is not None:
            yield _with_role(column, key, fields)
        elif column.key in taken:
            yield replace(column, field="", confidence=0.0)
        else:
            yield column


def _with_role(column: Column, key: str, fields: set[str]) -> Column:
    field, _at, period = key.partition("@")
    if field and field not in fields:
        raise DomainError(_("“%(field)s” is no field of this table.") % {"field": field}, field="columns")
    return replace(
        column, field=field, period=Period.from_key(period) if period else None, confidence=CERTAIN if field else 0.0
    )


def _records(table: Table) -> Iterator[Record]:
    sheet, last_header = table.sheet, table.header_rows[1]
    columns = [column.number for column in table.columns if column.field]
    filled = {column.number for column in table.columns if column.field in table.fill_down}
    header = _header_texts(table)
    above: dict[int, int] = {}
    section = ""
    remarks = set(table._remarks)  # noqa: SLF001 - the table's own rows
    for number, row in enumerate(sheet.rows[last_header:], start=last_header + 1):
        if _is_note(row) or _repeats(header, row) or (remarks and _line(row) in remarks):
            continue
        if heading := _section(sheet, number, row, len(columns)):
            section = heading
        elif any(row[column - 1] is not None for column in columns):
            yield Record(number, table, _origins(row, number, columns, filled, above), section)


def _origins(
    row: Row, number: int, columns: Collection[int], filled: Collection[int], above: dict[int, int]
) -> dict[int, int]:
    """Where blank and 〃 cells take their value from; `above` remembers the last row with one, column by column."""
    origins = {}
    for column in columns:
        value = row[column - 1]
        if value in _SAME_AS_ABOVE or (value is None and column in filled):
            if column in above:
                origins[column] = above[column]
        elif value is not None:
            above[column] = number
    return origins


def _header_texts(table: Table) -> list[set[str]]:
    rows = table.sheet.rows[table.header_rows[0] - 1 : table.header_rows[1]]
    return [{normalised(str(value)) for value in column if value is not None} for column in zip(*rows, strict=True)]


def _repeats(header: list[set[str]], row: Row) -> bool:
    """A header printed again on the next page: every cell says what the header says, and there are several."""
    written = [(texts, value) for texts, value in zip(header, row, strict=True) if value is not None]
    return len(written) > 1 and all(normalised(str(value)) in texts for texts, value in written)


def _section(sheet: Sheet, number: int, row: Row, columns: int) -> str:
    """The text of a row that is one cell merged over at least half of the table."""
    if sum(value is not None for value in row) != 1:
        return ""
    column = next(index for index, value in enumerate(row, start=1) if value is not None)
    merged = sheet.merged_at(number, column)
    width = merged.last_column - merged.first_column + 1 if merged else 1
    return _line(row) if width > 1 and 2 * width >= columns else ""


def _is_note(row: Row) -> bool:
    first = next((value for value in row if value is not None), None)
    return isinstance(first, str) and bool(_NOTE.match(first)) and sum(value is not None for value in row) <= 2  # noqa: PLR2004


def _line(row: Row) -> str:
    return " ".join(str(value).strip() for value in row if value is not None)
