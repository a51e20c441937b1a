"""Goals and indicators while their rows are still being read: later rows may add to them, never contradict them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.models import Direction
from kiun.goals.plan_files.document import GoalEntry, IndicatorEntry, Place, ReadingEntry, RowProblem, Severity
from kiun.goals.plan_files.statements import direction_in_words, sentence_of
from kiun.goals.plan_files.terms import direction_of
from kiun.goals.plan_files.vocabulary import LABELS


@dataclass
class IndicatorDraft:
    name: str
    place: Place
    key: int | None = None
    stated: dict[str, Any] = field(default_factory=dict)
    inferred: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    readings: dict[date, ReadingEntry] = field(default_factory=dict)

    def add(
        self, stated: Mapping[str, Any], cells: Mapping[str, str], place: Place, problems: list[RowProblem]
    ) -> None:
        for name, value in stated.items():
            if self.stated.setdefault(name, value) != value:
                problems.append(_contradiction(self, name, place, cells.get(name, "")))
        for name, cell in cells.items():
            self.cells.setdefault(name, cell)

    def add_readings(self, readings: list[ReadingEntry], place: Place, problems: list[RowProblem]) -> None:
        problems += [
            _contradiction(self, "reading", place, reading.cell)
            for reading in readings
            if self.readings.setdefault(reading.on, reading).value != reading.value
        ]

    def direction(self, today: date) -> Direction:
        """As the numbers of all its rows go, or as its name says."""
        otherwise = self.inferred["direction"]
        if self.stated.get("baseline") is not None and self.stated.get("target") is not None:
            otherwise = direction_of(self.stated["baseline"], self.stated["target"], [])
        return direction_in_words(self.name, self.stated, otherwise, today)

    def frozen(self, today: date) -> IndicatorEntry:
        inferred = (
            self.inferred if "direction" in self.stated else {**self.inferred, "direction": self.direction(today)}
        )
        return IndicatorEntry(
            name=self.name,
            stated=self.stated,
            inferred=inferred,
            readings=tuple(self.readings[on] for on in sorted(self.readings)),
            key=self.key,
            place=Place(self.place.sheet, self.place.row, self.cells),
        )


def _contradiction(draft: IndicatorDraft, name: str, place: Place, cell: str) -> RowProblem:
    what = _(
        "The indicator “%(name)s” stands here a second time, with another value for “%(field)s” than in row %(row)s."
    )
    how = _("Make it one row, or give the two indicators different names or numbers.")
    words = {"name": draft.name[:60], "field": LABELS.get(name, name), "row": draft.place.row}
    return RowProblem(Severity.ERROR, place.sheet, place.row, cell, what % words, how)


@dataclass
class GoalDraft:
    text: str
    policy: tuple[str, ...] | None
    place: Place
    is_derived: bool = False
    challenge: str = ""
    key: int | None = None
    stated: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    indicators: dict[object, IndicatorDraft] = field(default_factory=dict)
    numbers: list[tuple[str, str, IndicatorDraft | None]] = field(default_factory=list)

    def add(self, stated: Mapping[str, Any], cells: Mapping[str, str]) -> None:
        """The first row that says something counts: a goal's department is that of its first indicator."""
        for name, value in stated.items():
            if name not in self.stated:
                self.stated[name] = value
                self.cells[name] = cells.get(name, "")

    def frozen(self, today: date) -> GoalEntry:
        indicators = tuple(draft.frozen(today) for draft in self.indicators.values())
        return GoalEntry(
            text=_sentence(indicators[0]) if self.is_derived else self.text,
            is_derived=self.is_derived,
            policy=self.policy,
            challenge=self.challenge,
            stated=self.stated,
            indicators=indicators,
            key=self.key,
            place=Place(self.place.sheet, self.place.row, self.cells),
        )


def _sentence(indicator: IndicatorEntry) -> str:
    direction = indicator.stated.get("direction") or indicator.inferred["direction"]
    return sentence_of(indicator.name, indicator.stated, direction)
