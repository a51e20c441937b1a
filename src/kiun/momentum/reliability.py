"""May the answers be added up and averaged: α and ω of each dimension, agreement within departments.

Statistics of the whole town only.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kiun.analysis.survey_stats import (
    Alpha,
    ClassCorrelation,
    Omega,
    cronbach_alpha,
    icc1,
    mcdonald_omega,
    rwg,
)
from kiun.momentum.answer_arrays import TOWN
from kiun.momentum.dimensions import HIGHEST, Dimension, dimension_of
from kiun.momentum.measured import Measured
from kiun.momentum.scores import INDEX

# Of a dimension of fewer items α says nothing.
FEWEST_ITEMS = 3
FEWEST_FOR_OMEGA = 150
# From here on people of one unit are said to agree (LeBreton and Senter 2008).
AGREEMENT = 0.7
FEWEST_IN_A_UNIT = 5
# Of fewer units their middle would say something of single ones.
FEWEST_UNITS = 5


@dataclass(frozen=True, kw_only=True)
class DimensionReliability:
    """`omega` is None with too few people, or where the model cannot be calculated (`people` are enough then)."""

    dimension: Dimension
    items: int
    people: int
    alpha: Alpha | None
    omega: Omega | None

    @property
    def has_enough_for_omega(self) -> bool:
        return self.people >= FEWEST_FOR_OMEGA


@dataclass(frozen=True, kw_only=True)
class UnitAgreement:
    """Over the units that may be shown: the middle of their r_wg, and how many of `units` reach AGREEMENT."""

    units: int
    middle: float
    agreeing: int


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """`is_calculable`: dimensions of at least three items, as only the full survey has them. `known` is the share of
    those asked of the whole town who said enough for an index; None where nobody knows how many could answer.
    """

    dimensions: tuple[DimensionReliability, ...]
    between: ClassCorrelation | None
    within: UnitAgreement | None
    known: float | None

    @property
    def is_calculable(self) -> bool:
        return any(one.items >= FEWEST_ITEMS for one in self.dimensions)


@lru_cache(maxsize=16)
def reliability_of(found: Measured) -> Reliability:
    dimensions = tuple(_of_dimension(found, dimension) for dimension in Dimension)
    return Reliability(dimensions=dimensions, between=_between(found), within=_within(found), known=_known(found))


def _known(found: Measured) -> float | None:
    asked, people = int(found.invited[TOWN]), int(found.units.people[TOWN, INDEX])
    return min(people / asked, 1.0) if asked and people else None


def _of_dimension(found: Measured, dimension: Dimension) -> DimensionReliability:
    items = [item for item in found.arrays.items if dimension_of(item) == dimension]
    points = found.points_of_everybody(items)
    people = int((~np.isnan(points).any(axis=1)).sum()) if items else 0
    alpha = omega = None
    if len(items) >= FEWEST_ITEMS and people >= FEWEST_IN_A_UNIT:
        alpha = _alpha(points)
        omega = _omega(points) if people >= FEWEST_FOR_OMEGA else None
    return DimensionReliability(dimension=dimension, items=len(items), people=people, alpha=alpha, omega=omega)


def _alpha(points: np.ndarray) -> Alpha | None:
    """None when nobody's total differs from another's."""
    try:
        return cronbach_alpha(points)
    except ValueError:
        return None


def _omega(points: np.ndarray) -> Omega | None:
    """None when items repeat one another or do not vary."""
    try:
        return mcdonald_omega(points)
    except ValueError:
        return None


def _between(found: Measured) -> ClassCorrelation | None:
    """Of the index, between the units in which people answered."""
    units = found.sheets_of_shown_units()
    if len(units) < FEWEST_UNITS:
        return None
    groups = np.full(len(found.scores), -1)
    for place, theirs in units.items():
        groups[theirs] = place
    known = groups >= 0
    try:
        return icc1(found.scores[known, INDEX], groups[known])
    except ValueError:
        return None


def _within(found: Measured) -> UnitAgreement | None:
    """r_wg of all items of the dimensions together, unit by unit; those in which somebody's item stands alone do not
    count.
    """
    items = [item for item in found.arrays.items if dimension_of(item)]
    points = found.points_of_everybody(items)
    if not len(points):
        return None
    values = [
        rwg(points[theirs], steps=HIGHEST).value
        for theirs in found.sheets_of_shown_units().values()
        if ((~np.isnan(points[theirs])).sum(axis=0) >= FEWEST_IN_A_UNIT).all()
    ]
    if len(values) < FEWEST_UNITS:
        return None
    agreeing = sum(value >= AGREEMENT for value in values)
    return UnitAgreement(units=len(values), middle=float(np.median(values)), agreeing=agreeing)
