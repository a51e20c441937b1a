"""Goals and indicators written as one text: オンライン申請率 20%（R5）→60%（R10）."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kiun.analysis.goal_text import read_goal
from kiun.goals.models import Direction
from kiun.goals.plan_files.numbers import kept
from kiun.goals.plan_files.terms import direction_of
from kiun.goals.plan_files.wording import normal_unit, one_line
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, Period, fiscal_year_of, split_period
from kiun.kernel.tabular import Quantity, parse_quantity

_ARROW = re.compile(r"\s*(?:→|⇒|➡|⇨|->|=>)\s*")
_FIGURE_AT_END = re.compile(
    r"(?P<name>.*?)[\s　:：、]*"
    r"(?P<figure>(?:約|累計)?[▲△\-−]?[\d０-９][\d０-９,，.．万億千]*\s*[^\s\d０-９()（）:：]{0,6})\s*$"
)
_LABEL = re.compile(r"[\s　]*(?:[(（]?(?:現状値?|基準値?|目標値?|策定時|KPI|指標)[)）]?)[\s　:：]*$")


@dataclass(frozen=True)
class Statement:
    name: str
    stated: Mapping[str, Any]


def read_statement(text: str, today: date, context: FiscalYear | None) -> Statement | None:
    """None unless the text names an indicator and the number to be reached."""
    line = one_line(text)
    return _read_arrow(line, context) or _read_sentence(line, today)


def _read_arrow(line: str, context: FiscalYear | None) -> Statement | None:
    halves = _ARROW.split(line)
    if len(halves) != 2:  # noqa: PLR2004 - from one value to one other
        return None
    before, after = _half(halves[0], context), _half(halves[1], context)
    if before is None or after is None or not before.name or before.quantity.value is None:
        return None
    baseline, target = kept(before.quantity.value), after.quantity.value
    if target is None:
        return None
    stated = {
        "baseline": baseline,
        "target": kept(target),
        "unit": normal_unit(after.quantity.unit or before.quantity.unit),
        "direction": direction_of(baseline, kept(target), [after.quantity.bound]),
    }
    if before.period:
        stated["baseline_on"] = before.period.end
    if after.period:
        stated["deadline"] = after.period.end
    return Statement(before.name, stated)


@dataclass(frozen=True)
class _Half:
    name: str
    quantity: Quantity
    period: Period | None


def _half(text: str, context: FiscalYear | None) -> _Half | None:
    try:
        period, words = split_period(text, context=context)
        bare = re.sub(r"[(（]\s*(?:末|時点|現在|実績|まで)?\s*[)）]", "", words).strip()
        match = _FIGURE_AT_END.match(bare)
        if not match:
            return None
        return _Half(_LABEL.sub("", match["name"]).strip(" 　:：・"), parse_quantity(match["figure"]), period)
    except DomainError:
        return None


def _read_sentence(line: str, today: date) -> Statement | None:
    reading = read_goal(line, today=today)
    if not reading.indicator or not isinstance(reading.target, Decimal):
        return None
    stated: dict[str, Any] = {"target": kept(reading.target), "unit": normal_unit(reading.unit or "")}
    if isinstance(reading.baseline, Decimal):
        stated["baseline"] = kept(reading.baseline)
    if reading.deadline:
        stated["deadline"] = reading.deadline
    if str(reading.direction) in Direction.values:
        stated["direction"] = Direction(str(reading.direction))
    return Statement(reading.indicator, stated)


def direction_in_words(name: str, stated: Mapping[str, Any], otherwise: Direction, today: date) -> Direction:
    """Which way is good when there is no baseline: as the targets on the way go, or as the indicator's name says."""
    target = stated.get("target")
    if target is None or stated.get("baseline") is not None:
        return otherwise
    if milestones := stated.get("milestones"):
        first = Decimal(milestones[0][1])
        if first != target:
            return direction_of(first, target, [])
    read = str(read_goal(f"{name}：{format(target, 'f')}{stated.get('unit', '')}", today=today).direction)
    return Direction.DECREASE if read == Direction.DECREASE else otherwise


def sentence_of(name: str, stated: Mapping[str, Any], direction: Direction) -> str:
    """The goal in words that an indicator's terms amount to, for a sheet that has none."""
    target = stated.get("target")
    if target is None:
        return name
    unit = stated.get("unit", "")
    baseline, deadline = stated.get("baseline"), stated.get("deadline")
    start = "" if baseline is None else f"{format(baseline, 'f')}{unit}から"
    until = f"{_year_of(deadline)}までに" if deadline else ""
    return f"{name}を{until}{start}{format(target, 'f')}{unit}に{_verb(direction, unit)}"


def _verb(direction: Direction, unit: str) -> str:
    if direction == Direction.REACH:
        return "保つ"
    if direction == Direction.DECREASE:
        return "下げる" if unit == "%" else "減らす"
    return "高める" if unit == "%" else "増やす"


def _year_of(day: date) -> str:
    year = Period.of_fiscal_year(fiscal_year_of(day))
    return f"{year.label}末" if year.end == day else Period.of_day(day).label
