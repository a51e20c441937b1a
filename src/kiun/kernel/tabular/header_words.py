"""Recognising what a column is about from the words in its header."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Vocabulary = Mapping[str, Sequence[str]]

# How sure a match is; a person sees the columns below CERTAIN marked for checking.
CERTAIN = 1.0
BY_PARENT = 0.9  # the word stands in the row above, over several columns
WITHOUT_BRACKETS = 0.95
BY_PART_OF_WORD = 0.8  # times the share of the label that the word fills
LEAST = 0.4

_MARKS = re.compile(r"^(?:[#●○■□◆◇★☆・※*]+|[(]?\d{1,2}[).:]|[①-⑳])+|(?:[*※:.]|(?<=[^\d(])\d{1,2}\))+$")
_BRACKETS = re.compile(r"\([^()]*\)")
_UNITS = (
    "%|%ポイント|ポイント|pt|人|名|件|回|円|千円|万円|百万円|億円|世帯|戸|校|園|社|者|団体|地区|箇所|か所|ヶ所|カ所|施設|"
    "業務|手続|システム|種類|項目|点|位|倍|台|本|冊|枚|日|時間|分|秒|月|年|歳|km|km2|km²|m|m2|㎡|㎢|ha|t|kg|kwh|t-co2"
)
_UNIT = re.compile(rf"\((?:単位[:=]?)?((?:[\d,]+)?(?:{_UNITS})(?:/(?:{_UNITS}))?)\)", re.IGNORECASE)


@dataclass(frozen=True)
class Match:
    field: str = ""
    confidence: float = 0.0


class WordIndex:
    """The vocabulary by normalised word; answers are kept, since headers are tried at many rows and depths."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._fields = {normalised(word): field for field, words in vocabulary.items() for word in words}
        self._known: dict[tuple[str, ...], Match] = {}
        self.field_count = len(vocabulary)

    def match(self, parts: tuple[str, ...]) -> Match:
        """`parts` are a column's labels from the top row down, without times."""
        if parts not in self._known:
            self._known[parts] = self._match(tuple(normalised(part) for part in parts))
        return self._known[parts]

    def _match(self, parts: tuple[str, ...]) -> Match:
        parts = tuple(part for part in parts if part)
        if not parts:
            return Match()
        exact = (("".join(parts), CERTAIN), (parts[-1], CERTAIN), *((part, BY_PARENT) for part in parts[-2::-1]))
        for label, confidence in exact:
            if label in self._fields:
                return Match(self._fields[label], confidence)
        for label, confidence in exact:
            if (bare := _BRACKETS.sub("", label)) in self._fields:
                return Match(self._fields[bare], confidence * WITHOUT_BRACKETS)
        return max((self._partly(label) for label, _confidence in exact), key=lambda match: match.confidence)

    def _partly(self, label: str) -> Match:
        bare = _BRACKETS.sub("", label)
        found = [
            Match(field, BY_PART_OF_WORD * min(len(word), len(bare)) / max(len(word), len(bare)))
            for word, field in self._fields.items()
            if len(word) > 1 and len(bare) > 1 and (_stands_in(word, bare) or _stands_in(bare, word))
        ]
        best = max(found, key=lambda match: match.confidence, default=Match())
        return best if best.confidence >= LEAST else Match()


def _stands_in(word: str, text: str) -> bool:
    """Latin letters only as a whole word: no in note means nothing."""
    if word not in text or not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


def normalised(text: str) -> str:
    """施 策　名, ①施策名 and 施策名※ are one word."""
    folded = re.sub(r"[\s_＿]+", "", unicodedata.normalize("NFKC", text)).lower()
    folded = folded.translate(str.maketrans("〔【[〕】]", "((()))"))
    return _MARKS.sub("", folded) or folded


def unit_in(text: str) -> str:
    """人口（1,000人） and 経費（単位：千円） name their unit."""
    match = _UNIT.search(_narrow(text))
    return match[1] if match else ""


def is_unit(text: str) -> bool:
    return _UNIT.fullmatch(_narrow(text)) is not None


def _narrow(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
