"""Where two wordings differ, word by word, so that the reader of a 新旧対照表 sees it at a glance."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

# A run of digits, of letters, of kanji, of katakana, or one other character: the units in which Japanese text changes.
_WORD = re.compile(r"[0-9０-９][0-9０-９.,，．]*|[A-Za-zＡ-Ｚａ-ｚ]+|[一-鿿々]+|[ァ-ヶー]+|\s+|.", re.DOTALL)
# Words that share less than this read better as two whole texts.
LEAST_SHARED = 0.3


@dataclass(frozen=True)
class Piece:
    text: str
    differs: bool


def compare_texts(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts cut into pieces; joined, the pieces of each side are that text."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if not old or not new or matcher.ratio() < LEAST_SHARED:
        return _whole(old), _whole(new)
    left, right = [], []
    for operation, i, j, k, m in matcher.get_opcodes():
        differs = operation != "equal"
        left.append(Piece("".join(before[i:j]), differs))
        right.append(Piece("".join(after[k:m]), differs))
    return _joined(left), _joined(right)


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, differs=True),) if text else ()


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    filled = [piece for piece in pieces if piece.text]
    return tuple(
        Piece("".join(piece.text for piece in run), differs)
        for differs, run in groupby(filled, key=lambda piece: piece.differs)
    )
