"""Units as lines of a table, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kiun.analysis.survey_stats import Change, Doubt
from kiun.momentum.dimensions import Dimension
from kiun.momentum.queries.results import UnitResult
from kiun.momentum.readings import Reading
from kiun.momentum.wording import (
    CANNOT_BE_JUDGED,
    name_of_dimension,
    say_interval,
    say_response,
    status_of,
    why_undecidable,
    word_of,
)


@dataclass(frozen=True, kw_only=True)
class ChangeMark:
    """`status` is empty where there is nothing to compare with. `is_within_chance`: why it cannot be judged is what
    many have in common, so that a table says it once.
    """

    status: str
    word: str
    why: str
    is_within_chance: bool = False


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """`obstacle` names the lowest dimension, or the two that cannot be told apart."""

    unit: UnitResult
    interval: str
    response: str
    change: ChangeMark
    obstacle: str
    weight_percent: int | None


@dataclass(frozen=True, kw_only=True)
class DimensionLine:
    """`beside` is the score of the town; `is_lowest` the obstacle, as the headline names it."""

    dimension: Dimension
    reading: Reading | None
    interval: str
    change: ChangeMark
    beside: Reading | None
    is_lowest: bool


def mark(change: Change | None, *, has_earlier: bool) -> ChangeMark:
    """What was not shown in the wave before has changed by nobody knows how much."""
    if change is None and has_earlier:
        return ChangeMark(status="unknown", word=str(CANNOT_BE_JUDGED), why=_("It was not shown in the wave before."))
    return ChangeMark(
        status=status_of(change),
        word=word_of(change),
        why=why_undecidable(change),
        is_within_chance=change is not None and change.doubt == Doubt.WITHIN_CHANCE,
    )


def some_within_chance(lines: Sequence["UnitLine"] | Sequence["DimensionLine"]) -> bool:
    return any(line.change.is_within_chance for line in lines)


def unit_lines(units: Sequence[UnitResult], *, has_earlier: bool) -> list[UnitLine]:
    return [
        UnitLine(
            unit=unit,
            interval=say_interval(unit.index) if unit.index else "",
            response=say_response(unit) if unit.is_shown else "",
            change=mark(unit.change, has_earlier=has_earlier),
            obstacle=obstacle_of(unit),
            weight_percent=None if unit.weight is None else round(unit.weight * 100),
        )
        for unit in units
    ]


def obstacle_of(unit: UnitResult) -> str:
    if unit.bottleneck is None:
        return ""
    return "・".join(map(name_of_dimension, unit.bottleneck.named))


def dimension_lines(unit: UnitResult, town: UnitResult, *, has_earlier: bool) -> list[DimensionLine]:
    lowest = unit.bottleneck.named if unit.bottleneck else ()
    return [
        DimensionLine(
            dimension=dimension,
            reading=reading,
            interval=say_interval(reading) if reading else "",
            change=mark(change, has_earlier=has_earlier),
            beside=beside,
            is_lowest=dimension in lowest,
        )
        for (dimension, reading, change), beside in zip(unit.dimension_rows, town.profile.dimensions, strict=True)
    ]
