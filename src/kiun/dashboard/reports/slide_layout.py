"""What fits on a slide: sizes of letters, and the words and rows of each."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from pptx.util import Cm, Pt

from kiun.dashboard.reports.document import Paragraph, Span, Table
from kiun.dashboard.reports.measure import AIR, cut, lines_of, row_lines

WIDTH, HEIGHT = Cm(33.867), Cm(19.05)
LEFT, TITLE_TOP, LEAD_TOP, BODY_TOP = Cm(1.8), Cm(0.8), Cm(2.9), Cm(4.4)
BODY_WIDTH, BODY_HEIGHT = WIDTH - 2 * LEFT, HEIGHT - BODY_TOP - Cm(1.6)
TITLE_SIZES = (26, 20, 16)
LEAD_SIZE, TEXT_SIZE, NOTE_SIZE, CELL_SIZE = 24, 18, 12, 12
LINE = 1.45  # of the size of the letters, as Japanese fonts have it
# In points: of the title, of the words of a slide, of the rows of a table below their head.
TITLE_HEIGHT, WORDS_HEIGHT, ROWS_HEIGHT = 65.0, 330.0, 341.0
AFTER_PARAGRAPH, ROW_HEIGHT, AROUND_CELL = 6.0, 28.0, 10.6


def letters(width: int, size: float) -> float:
    """How many half-width letters of this size stand beside each other."""
    return 2 * width / int(Pt(size))


def title_size(title: str) -> int:
    """The largest that fits; even the longest title fits in the smallest."""
    fitting = (size for size in TITLE_SIZES if _height(title, size) <= TITLE_HEIGHT)
    return next(fitting, TITLE_SIZES[-1])


def _height(text: str, size: float) -> float:
    """In points, across the slide."""
    return lines_of(text, letters(BODY_WIDTH, size)) * size * LINE


def size_of(block: Paragraph) -> float:
    return {"lead": LEAD_SIZE, "note": NOTE_SIZE}.get(block.style, TEXT_SIZE)


def text_pages(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """A new slide when this one is full, or when something else than the items above begins."""
    parts: list[list[Paragraph]] = [[]]
    height = 0.0
    for block in paragraphs:
        own = _height(block.text, size_of(block)) + AFTER_PARAGRAPH
        last = parts[-1][-1:] or [block]
        if height + own > WORDS_HEIGHT or (last[0].style == "item" and block.style != "item"):
            parts.append([])
            height = 0.0
        if parts[-1] == [] and len(parts) > 1 and _is_rest(block) and len(parts[-2]) > 1:
            # A slide with nothing but “and 32 more” says nothing: the item before comes with it.
            moved = parts[-2].pop()
            parts[-1].append(moved)
            height = _height(moved.text, size_of(moved)) + AFTER_PARAGRAPH
        parts[-1].append(block)
        height += own
    return [part for part in parts if part]


def _is_rest(block: Paragraph) -> bool:
    return block.style == "item" and any(span.key for span in block.spans)


Row = tuple[Span, ...]


def table_pages(table: Table, widths: Sequence[float]) -> list[list[Row]]:
    """The rows of each slide, about as many on the last as on the others; a row longer than a slide is cut short."""
    rows = [_shortened(row, widths) for row in table.rows]
    heights = [row_height(row, widths) for row in rows]
    pages = _filled(rows, heights)
    spread = _spread(rows, heights, len(pages))
    return spread if all(0 < sum(row_height(row, widths) for row in page) <= ROWS_HEIGHT for page in spread) else pages


def row_height(row: Sequence[Span], widths: Sequence[float]) -> float:
    return max(ROW_HEIGHT, row_lines(row, widths) * CELL_SIZE * LINE + AROUND_CELL)


def _filled(rows: Sequence[Row], heights: Sequence[float]) -> list[list[Row]]:
    pages: list[list[Row]] = [[]]
    used = 0.0
    for row, height in zip(rows, heights, strict=True):
        if pages[-1] and used + height > ROWS_HEIGHT:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += height
    return pages


def _spread(rows: Sequence[Row], heights: Sequence[float], number: int) -> list[list[Row]]:
    """Each row on the slide in whose share of the whole height it begins."""
    pages: list[list[Row]] = [[] for _place in range(number)]
    whole, above = sum(heights), 0.0
    for row, height in zip(rows, heights, strict=True):
        pages[int(above / whole * number)].append(row)
        above += height
    return pages


def _shortened(row: Sequence[Span], widths: Sequence[float]) -> tuple[Span, ...]:
    most = int((ROWS_HEIGHT - AROUND_CELL) / (CELL_SIZE * LINE))
    if row_lines(row, widths) <= most:
        return tuple(row)
    return tuple(
        replace(span, text=_beginning(span.text, width - AIR, most)) for span, width in zip(row, widths, strict=True)
    )


def _beginning(text: str, width: float, most: int) -> str:
    """The first lines, and where the rest stands."""
    if lines_of(text, width) <= most:
        return text
    pointer = _("(the whole text stands in the Word file)")
    room, kept = most - lines_of(pointer, width), []
    for line in text.split("\n"):
        kept.append(cut(line, room * int(width)))
        room -= lines_of(line, width)
        if room <= 0:
            break
    return "\n".join([*kept, pointer])
