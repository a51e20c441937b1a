"""How much room words take, in half-width characters: columns fit what stands in them, and nothing runs off a page."""

from collections.abc import Iterable, Sequence

from kiun.dashboard.reports.document import Span, Table
from kiun.kernel.tabular import text_width

# Air at both sides of a cell, and for digits that are wider than half a kanji.
AIR = 3


def column_widths(table: Table, room: float) -> list[float]:
    """Short columns as wide as their longest words, so that no number and no state is broken; the long ones share what
    is left of `room`. Together they fill it.
    """
    wanted = [float(_longest(table, place) + AIR) for place in range(len(table.columns))]
    spare = room - sum(wanted)
    if spare >= 0:
        return [width + spare * width / sum(wanted) for width in wanted]
    widths = dict(enumerate(wanted))
    left, waiting = room, sorted(widths, key=lambda place: widths[place])
    while waiting:
        place = waiting.pop(0)
        widths[place] = min(widths[place], left / (len(waiting) + 1))
        left -= widths[place]
    return [widths[place] for place in range(len(wanted))]


def _longest(table: Table, place: int) -> int:
    words = [table.columns[place].name, *(row[place].text for row in table.rows)]
    return max(text_width(one) for one in words)


def lines_of(text: str, width: float) -> int:
    return sum(max(1, -(-text_width(line) // max(int(width), 2))) for line in text.split("\n"))


def row_lines(row: Sequence[Span], widths: Iterable[float]) -> int:
    return max(lines_of(span.text, width - AIR) for span, width in zip(row, widths, strict=True))


def cut(text: str, width: int) -> str:
    """The beginning, marked where something is missing."""
    if text_width(text) <= width:
        return text
    kept = ""
    for letter in text:
        if text_width(kept + letter) > width - 2:
            break
        kept += letter
    return f"{kept}…"
