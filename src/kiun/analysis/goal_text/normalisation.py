"""Brings a statement into one spelling and remembers where every character came from."""

import re
import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 4_000
"""A goal statement has a few hundred characters; what follows this many is not read."""

DATE_MARK = "\ue000"
VALUE_MARK = "\ue001"

# NFKC would turn ① into the number 1, and leaves the wave dash, arrows and dashes in several spellings.
_SPELLINGS = {
    **{ord(mark): "~" for mark in "〜∼～"},
    **{ord(mark): "→" for mark in "⇒➡➔⇨⟶➜⇔↔⟹"},
    **{ord(mark): "-" for mark in "−‐‑–—―"},
    **{ord(mark): "'" for mark in "‘’′"},
    **{ord(mark): "▲" for mark in "△"},
    **{ord(mark): "(" for mark in "[〔［"},
    **{ord(mark): ")" for mark in "]〕］"},
    **dict.fromkeys([*range(0x2460, 0x2500), *range(0x2776, 0x2794)], "・"),
    **dict.fromkeys([ord(DATE_MARK), ord(VALUE_MARK)], " "),
    ord("\t"): " ",
    ord("\r"): "\n",
}
# A half-width kana and its voice mark, or a letter and its combining marks, are one character to a reader.
_CLUSTER = re.compile(r"[ｦ-ﾝ][ﾞﾟ]?|.[\u0300-\u036f\u3099\u309a]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NormalizedText:
    text: str
    origins: tuple[int, ...]
    """For every character of `text`, and its end, the place in the original."""

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        return self.origins[start], self.origins[end]


def normalize(original: str) -> NormalizedText:
    pieces: list[str] = []
    origins: list[int] = []
    for cluster in _CLUSTER.finditer(original[:MAX_CHARACTERS]):
        piece = unicodedata.normalize("NFKC", cluster.group().translate(_SPELLINGS)).translate(_SPELLINGS)
        pieces.append(piece)
        origins.extend([cluster.start()] * len(piece))
    origins.append(min(len(original), MAX_CHARACTERS))
    return NormalizedText(_flatten("".join(pieces)), tuple(origins))


def _flatten(text: str) -> str:
    """「8業務(令和6年度(実績))」: brackets within brackets say nothing more, and give way to spaces."""
    characters = list(text)
    opened: list[int] = []
    for place, character in enumerate(characters):
        if character == "(":
            opened.append(place)
        elif character == ")" and opened:
            opening = opened.pop()
            if opened:
                characters[opening] = characters[place] = " "
    return "".join(characters)
