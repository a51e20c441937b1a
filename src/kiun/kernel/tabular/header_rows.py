"""Finding the rows of a sheet that head its table, and the label of every column over one, two or three rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period, split_period
from kiun.kernel.tabular.header_words import BY_PARENT, CERTAIN, Match, WordIndex, is_unit, unit_in
from kiun.kernel.tabular.model import Cell, Sheet

SEARCHED_ROWS = 50
DEEPEST = 3
LONGEST_LABEL = 120  # a longer text is a sentence above the table
# Of two readings with the same columns the one with fewer rows is right, but group labels and units belong.
EACH_ROW_COSTS = 0.05
TELLING_ROW_COUNTS = 0.06
TIME_COUNTS = 0.5
FEWEST_FIELDS = 2
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Heading:
    """One header cell, read: its words without the time, and the time."""

    text: str = ""
    words: str = ""
    period: Period | None = None
    is_data: bool = False  # a number that is no year: no header has one
    group: str = ""  # the cell where a label over several columns begins


@dataclass(frozen=True)
class ColumnHeader:
    column: int
    text: str
    match: Match
    period: Period | None
    unit: str


@dataclass(frozen=True)
class HeaderBlock:
    first_row: int
    last_row: int
    columns: tuple[ColumnHeader, ...]
    upper_rows: int = 0  # rows with text above the last one
    telling_rows: int = 0  # rows with a label over several columns, or with units

    @property
    def fields(self) -> set[str]:
        return {header.match.field for header in self.columns if header.match.field}

    @property
    def score(self) -> float:
        best: dict[str, float] = {}
        for header in self.columns:
            field = header.match.field
            best[field] = max(best.get(field, 0.0), header.match.confidence)
        times = {header.period for header in self.columns if header.period}
        rows = TELLING_ROW_COUNTS * self.telling_rows - EACH_ROW_COSTS * self.upper_rows
        return sum(best.values()) + TIME_COUNTS * min(len(times), 4) + rows


class HeaderReader:
    def __init__(self, sheet: Sheet, index: WordIndex, context: FiscalYear | None) -> None:
        self.sheet, self.index, self.context = sheet, index, context
        self._headings: dict[int, list[Heading]] = {}

    def best_block(self) -> HeaderBlock | None:
        """The topmost of the best; a single recognised word may be chance unless nothing more was asked for."""
        rows = [row for row in range(1, min(self.sheet.height, SEARCHED_ROWS) + 1) if self._has_text(row)]
        blocks = [block for position in range(len(rows)) for block in self._blocks_at(rows[position:])]
        enough = [block for block in blocks if len(block.fields) >= min(FEWEST_FIELDS, self.index.field_count)]
        return max(enough, key=lambda block: block.score, default=None)

    def block(self, first_row: int, last_row: int) -> HeaderBlock:
        rows = [row for row in range(first_row, last_row + 1) if self._has_text(row)] or [last_row]
        lower = self.headings(rows[-1])
        labels = [[heading] for heading in lower]
        telling_rows = int(len(rows) > 1 and any(is_unit(heading.text) for heading in lower))
        for row in rows[-2::-1]:
            upper = _spread(self.headings(row), lower)
            telling_rows += any(heading.group for heading in upper)
            for column, heading in enumerate(upper):
                labels[column].insert(0, heading)
            lower = [above if above.text else below for above, below in zip(upper, lower, strict=True)]
        columns = tuple(self._column_header(number, parts) for number, parts in enumerate(labels, start=1))
        return HeaderBlock(first_row, last_row, columns, len(rows) - 1, telling_rows)

    def headings(self, row: int) -> list[Heading]:
        if row not in self._headings:
            self._headings[row] = [
                self._heading(self.sheet.cell_at(row, column)) for column in range(1, self.sheet.width + 1)
            ]
        return self._headings[row]

    def _blocks_at(self, rows: Sequence[int]) -> list[HeaderBlock]:
        """Readings that begin with the first of `rows` (the rows with text) and take in up to two more."""
        blocks: list[HeaderBlock] = []
        for position, row in enumerate(rows[:DEEPEST]):
            above = self.headings(rows[position - 1]) if position else None
            if any(heading.is_data for heading in self.headings(row)):
                break
            if above and (self._is_title(above) or not self._continues(above, self.headings(row))):
                break
            blocks.append(self.block(rows[0], row))
        return blocks

    def _has_text(self, row: int) -> bool:
        return any(heading.text for heading in self.headings(row))

    def _is_title(self, headings: Sequence[Heading]) -> bool:
        """「所属：企画課」, 「…現在」 or a single text, unless that is a known label over some of the columns."""
        written = [heading for heading in headings if heading.text]
        if any(self._is_remark(heading) for heading in written):
            return True
        if len(set(written)) > 1:
            return False
        label = written[0]
        if label.group:
            return 2 * len(written) >= len(headings)
        return self.index.match((label.words,)).confidence < BY_PARENT

    def _is_remark(self, heading: Heading) -> bool:
        """A day heads a column only beside a known word: 実績（令和8年3月31日）."""
        is_day = heading.period is not None and heading.period.kind == "day" and not heading.group
        dated = is_day and self.index.match((heading.words,)).confidence < BY_PARENT
        return dated or ":" in heading.text or "：" in heading.text

    def _continues(self, upper: Sequence[Heading], lower: Sequence[Heading]) -> bool:
        """Whether `lower` divides the labels above it. A text under a label of one column is a value, not a label."""
        divides = set()
        for column, (parent, child) in enumerate(zip(_spread(upper, lower), lower, strict=True)):
            if not child.text or child == upper[column]:
                continue
            known = child.period is not None or unit_in(f"({child.text})") != ""
            known = known or self.index.match((parent.words, child.words)).confidence == CERTAIN
            if parent.text and not parent.group and not known:
                return False
            divides.add((child.text, parent.group))
        return len(divides) > 1 or any(group for _text, group in divides)

    def _heading(self, cell: Cell) -> Heading:
        value = cell.value
        if value is None or isinstance(value, bool):
            return Heading()
        merged = self.sheet.merged_at(cell.row, cell.column)
        group = merged.ref if merged and merged.last_column > merged.first_column else ""
        if isinstance(value, date):
            period = Period.of_month(value.year, value.month) if value.day == 1 else Period.of_day(value)
            return Heading(period.label, "", period, group=group)
        text = " ".join(cell.text.split())
        if isinstance(value, int | float) and not cell.number_format and not EARLIEST_YEAR <= value <= LATEST_YEAR:
            return Heading(text, is_data=True)
        if is_unit(text):
            return Heading(text, group=group)
        if len(text) > LONGEST_LABEL or not any(character.isalnum() for character in text):
            return Heading()
        try:
            period_found, words = split_period(text, context=self.context)
        except DomainError:
            period_found, words = None, text  # an impossible year is reported by who reads the column
        words = words.strip("()/・:") if period_found else text
        return Heading(text, words, period_found, group=group)

    def _column_header(self, column: int, parts: list[Heading]) -> ColumnHeader:
        texts = list(dict.fromkeys(part.text for part in parts if part.text))
        words = tuple(dict.fromkeys(part.words for part in parts if part.words))
        period = next((part.period for part in reversed(parts) if part.period), None)
        unit = next((found for text in reversed(texts) if (found := unit_in(text))), "")
        return ColumnHeader(column, " / ".join(texts), self.index.match(words), period, unit)


def _spread(upper: Sequence[Heading], lower: Sequence[Heading]) -> list[Heading]:
    """A label with a label below it also heads the blank cells to its right that have labels below them."""
    spread: list[Heading] = []
    current = Heading()
    for column, (parent, child) in enumerate(zip(upper, lower, strict=True)):
        if parent.text:
            spans = bool(child.text) and child != parent
            wide = spans and column + 1 < len(upper) and not upper[column + 1].text and bool(lower[column + 1].text)
            current = (
                Heading(parent.text, parent.words, parent.period, group=parent.group or "wide") if wide else parent
            )
            spread.append(current)
            current = current if wide else Heading()
        else:
            if not child.text:
                current = Heading()
            spread.append(current)
    return spread
