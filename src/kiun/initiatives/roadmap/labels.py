"""Names beside their marks, on a line whose width in pixels only the browser knows: a name has the least width at which
it stands alone, and the style sheet shows it from there on.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# Widths of the picture in pixels, as the classes k-from-0 … of the style sheet know them.
STEPS = (480, 720, 960, 1280, 1920, 2880, 4800)
FONT_SIZE = 12
AIR = 6
# Half of a mark with the air around it.
MARK = 9
WIDE = ("W", "F", "A")
# Of the letters that are not as wide as they are high; a little more than the average of Noto Sans.
NARROW_WIDTH = 0.6

Anchor = Literal["start", "end"]


@lru_cache(maxsize=4096)
def width_of(text: str) -> float:
    """In pixels, rather too wide than too narrow."""
    return FONT_SIZE * sum(1 if unicodedata.east_asian_width(letter) in WIDE else NARROW_WIDTH for letter in text)


@dataclass(frozen=True)
class Wanted:
    """The name of a mark at `x` percent; the first ones in a list are the more important."""

    text: str
    x: float
    tone: str = ""


@dataclass(frozen=True)
class Label:
    """It stands to the right of its mark ("start") or to the left ("end"), from the width STEPS[step] on."""

    text: str
    x: float
    anchor: Anchor
    step: int
    tone: str = ""

    @property
    def dx(self) -> int:
        return MARK if self.anchor == "start" else -MARK


@dataclass(frozen=True)
class Place:
    """From `x` percent plus `before` pixels to `x` percent plus `after` pixels."""

    x: float
    before: float
    after: float

    def is_clear_of(self, other: "Place", width: int) -> bool:
        left, right = (self, other) if (self.x, self.before) <= (other.x, other.before) else (other, self)
        return (right.x - left.x) / 100 * width + right.before - left.after >= 0

    def is_inside(self, width: int) -> bool:
        x = self.x / 100 * width
        return x + self.before >= 0 and x + self.after <= width


def place_labels(wanted: Iterable[Wanted]) -> list[Label]:
    """Two names that stand apart at one width stand further apart at every greater one. None covers another's mark."""
    waiting = list(wanted)
    taken = [Place(one.x, -MARK, MARK) for one in waiting]
    placed: list[Label] = []
    for step, width in enumerate(STEPS):
        for one in list(waiting):
            if found := _free_side(one, taken, width):
                anchor, place = found
                taken.append(place)
                placed.append(Label(one.text, one.x, anchor, step, one.tone))
                waiting.remove(one)
    return placed


def _free_side(one: Wanted, taken: Sequence[Place], width: int) -> tuple[Anchor, Place] | None:
    for anchor, place in _sides(one):
        if place.is_inside(width) and all(place.is_clear_of(other, width) for other in taken):
            return anchor, place
    return None


def _sides(one: Wanted) -> Iterator[tuple[Anchor, Place]]:
    size = width_of(one.text) + AIR
    yield "start", Place(one.x, MARK, MARK + size)
    yield "end", Place(one.x, -MARK - size, -MARK)


def first_step(text: str, percent: float, air: float = 6) -> int | None:
    """The least step at which `text` fits into a stretch of so many percent, or None."""
    needed = width_of(text) + air
    return next((step for step, width in enumerate(STEPS) if percent / 100 * width >= needed), None)
