"""One statement with its dates and values found, and small questions about what stands around them."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kiun.analysis.goal_text.dates import DateMention, find_dates
from kiun.analysis.goal_text.normalisation import DATE_MARK, VALUE_MARK
from kiun.analysis.goal_text.values import Value, find_values

_SENTENCE_END = re.compile(r"[。!?！？]|\n{2,}")


@dataclass(frozen=True)
class Statement:
    text: str
    today: date
    dates: tuple[DateMention, ...]
    values: tuple[Value, ...]

    @cached_property
    def skeleton(self) -> str:
        """The text with dates and values blotted out, position by position, so that patterns see only the words."""
        return _blot(_blot(self.text, self.dates, DATE_MARK), self.values, VALUE_MARK)

    @cached_property
    def parentheses(self) -> tuple[tuple[int, int], ...]:
        pairs: list[tuple[int, int]] = []
        opened: list[int] = []
        for place, character in enumerate(self.skeleton):
            if character == "(":
                opened.append(place)
            elif character == ")" and opened:
                pairs.append((opened.pop(), place))
        return tuple(sorted(pairs))

    def parenthesis_around(self, place: int) -> tuple[int, int] | None:
        around = [pair for pair in self.parentheses if pair[0] < place < pair[1]]
        return around[-1] if around else None

    def parenthesis_after(self, place: int) -> tuple[int, int] | None:
        """The parenthesis that opens right after a place, with nothing but a space between."""
        opening = re.compile(r"(?:以上|以下|以内|未満|程度|超|弱|強|台)?[ ]?\(").match(self.skeleton, place)
        return next((pair for pair in self.parentheses if opening and pair[0] == opening.end() - 1), None)

    def sentence_around(self, place: int) -> tuple[int, int]:
        following = bisect_left(self._sentence_ends, place)
        start = self._sentence_ends[following - 1] + 1 if following else 0
        return start, (*self._sentence_ends[following : following + 1], len(self.skeleton))[0]

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return [match.start() for match in _SENTENCE_END.finditer(self.skeleton)]

    def words_before(self, place: int, length: int = 16) -> str:
        return self.skeleton[max(0, place - length) : place]

    def words_after(self, place: int, length: int = 24) -> str:
        return self.skeleton[place : place + length]


def read_statement(text: str, today: date) -> Statement:
    dates = find_dates(text, today)
    return Statement(text, today, dates, find_values(_blot(text, dates, DATE_MARK)))


def _blot(text: str, mentions: tuple[DateMention, ...] | tuple[Value, ...], mark: str) -> str:
    pieces: list[str] = []
    place = 0
    for mention in mentions:
        start = max(mention.start, place)
        if start >= mention.end:
            continue
        pieces += [text[place:start], mark * (mention.end - start)]
        place = mention.end
    pieces.append(text[place:])
    return "".join(pieces)
