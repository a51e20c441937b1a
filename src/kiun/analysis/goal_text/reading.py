"""A goal statement read into its parts, and recomposed when the person answers a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from kiun.analysis.goal_text.dates import DateMention
from kiun.analysis.goal_text.dating import date_of
from kiun.analysis.goal_text.direction import Direction, changes_by, find_direction
from kiun.analysis.goal_text.indicators import name_indicator, unit_by_heading
from kiun.analysis.goal_text.marks import same_kind
from kiun.analysis.goal_text.normalisation import NormalizedText, normalize
from kiun.analysis.goal_text.roles import Roles, assign_roles
from kiun.analysis.goal_text.statement import Statement, read_statement
from kiun.analysis.goal_text.values import WHOLE, Value
from kiun.analysis.goal_text.wording import (
    Draft,
    Question,
    compose_note,
    compose_questions,
    compose_rewrite,
    suggest_measures,
)

Quantity = Decimal | str


class Part(StrEnum):
    INDICATOR = "indicator"
    BASELINE = "baseline"
    TARGET = "target"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a part stands in the text as it was given."""

    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GoalReading:
    text: str
    today: date
    has_indicator: bool = False
    indicator: str = ""
    baseline: Quantity | None = None
    baseline_unit: str = ""
    baseline_when: str = ""
    target: Quantity | None = None
    unit: str = ""
    is_change: bool = False
    """The target says by how much (30%削減), not how much is left."""
    change_note: str = ""
    """The change as it was written, kept once it became an absolute value: 「+30%」."""
    direction: Direction = Direction.NONE
    is_kept: bool = False
    deadline: date | None = None
    spans: tuple[Span, ...] = ()

    @property
    def has_baseline(self) -> bool:
        return self.baseline is not None

    @property
    def has_target(self) -> bool:
        return self.target is not None

    @property
    def has_deadline(self) -> bool:
        return self.deadline is not None

    @property
    def missing(self) -> tuple[Part, ...]:
        known = (self.has_indicator, self.has_baseline, self.has_target, self.has_deadline)
        return tuple(part for part, is_known in zip(Part, known, strict=True) if not is_known)

    @property
    def is_vague(self) -> bool:
        """Nobody could later say whether it was reached."""
        return bool({Part.INDICATOR, Part.TARGET, Part.DEADLINE} & set(self.missing))

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Ways to measure, offered only while no indicator is named."""
        return () if self.has_indicator else suggest_measures(self.text)

    @property
    def questions(self) -> tuple[Question, ...]:
        return compose_questions(self._draft(), self.missing)

    @property
    def rewrite(self) -> str:
        return compose_rewrite(self._draft())

    def with_note(self, answered: Iterable[Part]) -> str:
        return compose_note(self._draft(), answered)

    def _draft(self) -> Draft:
        settled = _settle_change(self)
        return Draft(
            text=settled.text,
            today=settled.today,
            has_indicator=settled.has_indicator,
            indicator=settled.indicator,
            baseline=settled.baseline,
            baseline_unit=settled.baseline_unit,
            baseline_when=settled.baseline_when,
            target=settled.target,
            unit=settled.unit,
            is_change=settled.is_change,
            change_note=settled.change_note,
            direction=settled.direction,
            is_kept=settled.is_kept,
            deadline=settled.deadline,
        )

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: numbers as numbers, the deadline in ISO form."""
        return {
            "text": self.text,
            "has_indicator": self.has_indicator,
            "has_baseline": self.has_baseline,
            "has_target": self.has_target,
            "has_deadline": self.has_deadline,
            "indicator": self.indicator,
            "baseline": _plain(self.baseline),
            "target": _plain(self.target),
            "unit": self.unit,
            "direction": self.direction.value,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "missing": [part.value for part in self.missing],
            "questions": [question.text for question in self.questions],
            "rewrite": self.rewrite,
        }


def read_goal(text: str, *, today: date) -> GoalReading:
    normalized = normalize(text)
    statement = read_statement(normalized.text, today)
    roles = assign_roles(statement)
    anchor = roles.target or roles.baseline or _first_value(statement, roles)
    name = name_indicator(statement, anchor)
    indicator = normalized.text[slice(*name)] if name else ""
    target, unit = _target_of(normalized.text, roles, indicator)
    baseline_date = date_of(statement, roles.baseline) if roles.baseline else None
    return GoalReading(
        text=text,
        today=today,
        has_indicator=bool(anchor or name),
        indicator=indicator,
        baseline=_baseline_of(normalized.text, roles),
        baseline_unit=_unit_of_baseline(roles, unit),
        baseline_when=normalized.text[baseline_date.start : baseline_date.end] if baseline_date else "",
        target=target,
        unit=unit,
        is_change=roles.target is not None and changes_by(statement, roles.target),
        direction=find_direction(
            statement,
            indicator=indicator,
            target=roles.target,
            baseline=roles.baseline,
            has_deadline=roles.deadline is not None,
        ),
        is_kept=roles.target is not None
        and re.search(r"維持|継続", statement.words_after(roles.target.end, 12)) is not None,
        deadline=roles.deadline.last if roles.deadline else None,
        spans=_spans(normalized, roles, name),
    )


def answer(
    reading: GoalReading,
    *,
    indicator: str | None = None,
    baseline: Quantity | float | None = None,
    target: Quantity | float | None = None,
    unit: str | None = None,
    deadline: date | None = None,
) -> GoalReading:
    """The reading with a person's answers put in; a change becomes an absolute target once the baseline is known."""
    name = indicator or reading.indicator
    # A person who is asked 「予約率を何%にしますか」 answers with the number alone.
    known_unit = reading.unit or reading.baseline_unit or (unit_by_heading("", name) if target is not None else "")
    answered = replace(
        reading,
        has_indicator=reading.has_indicator or indicator is not None,
        indicator=name,
        baseline=reading.baseline if baseline is None else _exact(baseline),
        baseline_unit=reading.baseline_unit if unit is None else unit,
        target=reading.target if target is None else _exact(target),
        unit=known_unit if unit is None or (target is None and reading.is_change) else unit,
        is_change=reading.is_change and target is None,
        deadline=deadline or reading.deadline,
    )
    return replace(_settle_change(answered), direction=_direction_after(answered))


def _direction_after(reading: GoalReading) -> Direction:
    then, now = _settle_change(reading).target, reading.baseline
    if not isinstance(then, Decimal) or not isinstance(now, Decimal) or reading.is_kept or reading.is_change:
        return reading.direction if reading.direction is not Direction.NONE or then is None else Direction.REACH
    return Direction.REACH if then == now else Direction.INCREASE if then > now else Direction.DECREASE


def _settle_change(reading: GoalReading) -> GoalReading:
    """「3割削減」 of 1,240件 is 868件."""
    if not isinstance(reading.baseline, Decimal):
        return reading
    settled = _value_after_change(reading, reading.baseline)
    if settled is None:
        return reading
    value, note = settled
    unit = reading.baseline_unit if reading.baseline_unit or reading.unit != "ポイント" else "%"
    return replace(reading, target=value, unit=unit, is_change=False, change_note=note)


def _value_after_change(reading: GoalReading, baseline: Decimal) -> tuple[Decimal, str] | None:
    sign = -1 if reading.direction is Direction.DECREASE else 1
    if isinstance(reading.target, str):
        factor = _factor_of(reading.target)
        return (_tidy(baseline * factor), reading.target) if factor is not None else None
    if reading.target is None or not reading.is_change:
        return None
    note = f"{'+' if sign > 0 else '-'}{_tidy(reading.target)}{reading.unit}"
    if reading.unit == "%" and reading.baseline_unit != "%":
        return _tidy(baseline * (100 + sign * reading.target) / 100), note
    if reading.unit == "倍":
        return _tidy(baseline * reading.target), f"{_tidy(reading.target)}倍"
    same_measure = reading.unit in {reading.baseline_unit, "ポイント"} or not reading.baseline_unit
    return (_tidy(baseline + sign * reading.target), note) if same_measure else None


def _factor_of(word: str) -> Decimal | None:
    if word in {"半減", "半分"}:
        return Decimal("0.5")
    if word == "倍増":
        return Decimal(2)
    fraction = re.fullmatch(r"(\d+)分の(\d+)", word)
    return Decimal(fraction[2]) / Decimal(fraction[1]) if fraction and int(fraction[1]) else None


def _tidy(value: Decimal) -> Decimal:
    rounded = value.quantize(Decimal("0.01")) if abs(value) < 10**20 else value
    return rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded.normalize()


def _exact(value: Quantity | float) -> Quantity:
    return value if isinstance(value, (str, Decimal)) else Decimal(str(value))


def _plain(value: Quantity | None) -> int | float | str | None:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _first_value(statement: Statement, roles: Roles) -> Value | None:
    return statement.values[0] if roles.has_values else None


def _target_of(text: str, roles: Roles, indicator: str) -> tuple[Quantity | None, str]:
    target, baseline = roles.target, roles.baseline
    if target is None:
        return None, ""
    if target.number is None:
        if baseline and baseline.unit == "%" and target.word in WHOLE:
            return (target.word, "%") if target.word.startswith("ほぼ") else (Decimal(100), "%")
        return target.word, target.unit
    return target.number, target.unit or (baseline.unit if baseline else "") or unit_by_heading(text, indicator)


def _baseline_of(text: str, roles: Roles) -> Quantity | None:
    if roles.baseline:
        return roles.baseline.number if roles.baseline.number is not None else roles.baseline.word
    return text[slice(*roles.reference)] if roles.reference else None


def _unit_of_baseline(roles: Roles, unit: str) -> str:
    if not roles.baseline:
        return ""
    if not roles.baseline.unit and roles.target and same_kind(roles.baseline, roles.target):
        return unit
    return roles.baseline.unit


def _spans(normalized: NormalizedText, roles: Roles, name: tuple[int, int] | None) -> tuple[Span, ...]:
    found: list[tuple[Part, tuple[int, int] | None]] = [
        (Part.INDICATOR, name),
        (Part.BASELINE, _extent(roles.baseline) or roles.reference),
        (Part.TARGET, _extent(roles.target)),
        (Part.DEADLINE, _extent(roles.deadline)),
    ]
    return tuple(Span(part, *normalized.original_span(*extent)) for part, extent in found if extent)


def _extent(mention: Value | DateMention | None) -> tuple[int, int] | None:
    return (mention.start, mention.end) if mention else None
