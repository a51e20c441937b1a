"""Means of all units of a tree at once, each with everybody below it."""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts load when they are first used
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Floats, Ints, share, table
from kiun.analysis.survey_stats.changes import Sample


@dataclass(frozen=True, eq=False)
class UnitMeans:
    """Of units × scores: `people` who gave one, their `mean` and `variance` (n − 1; NaN below two people)."""

    people: Ints
    mean: Floats
    variance: Floats

    def sample(self, unit: int, score: int) -> Sample:
        return Sample(int(self.people[unit, score]), float(self.mean[unit, score]), float(self.variance[unit, score]))

    def reach(self, population: ArrayLike | None = None, *, confidence: float = 0.95) -> Floats:
        """(units × scores) half the width of Student's interval of each mean, as `mean_interval` has it: endless for
        one person, 0 when everybody of `population` (units) answered.
        """
        people = self.people.astype(np.float64)
        left = np.ones_like(people)
        if population is not None:
            whole = np.asarray(population, dtype=np.float64)[:, None]
            left = 1 - np.divide(people, whole, out=np.zeros_like(people), where=whole > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.sqrt(self.variance / people * np.maximum(left, 0))
            reach = error * scipy.special.stdtrit(np.maximum(people - 1, 1), (1 + share(confidence, "confidence")) / 2)
        reach = np.where((people == 1) & (left > 0), np.inf, reach)
        return np.where((people > 0) & (left <= 0), 0.0, np.where(people == 0, np.nan, reach))


def unit_means(parents: ArrayLike, units: ArrayLike, scores: ArrayLike) -> UnitMeans:
    """The means of every unit of a tree with all units below it.

    `parents` (units) is the place of the unit above, −1 at the top; `units` (people) is where each belongs; `scores`
    people × scores, NaN is left out score by score. Raises ValueError for a tree that goes in circles.
    """
    above = np.asarray(parents, dtype=np.int64)
    places, values = np.asarray(units, dtype=np.int64), table(scores, "scores")
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    centre = np.where(counts, np.nansum(values, axis=0), 0.0) / np.maximum(counts, 1)
    deviations = np.where(known, values - centre, 0.0)
    people = _gathered(above, places, known.astype(np.float64))
    sums = _gathered(above, places, deviations)
    squares = _gathered(above, places, deviations**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(people > 0, centre + sums / people, np.nan)
        variance = np.where(people > 1, np.maximum(squares - sums**2 / people, 0) / (people - 1), np.nan)
    return UnitMeans(people.astype(np.int64), mean, variance)


def count_below(parents: ArrayLike, counts: ArrayLike) -> Ints:
    """(units) the sum of `counts` (units) over each unit and all units below it."""
    own = np.asarray(counts, dtype=np.float64)[:, None]
    above = np.asarray(parents, dtype=np.int64)
    return _lifted(above, own)[:, 0].astype(np.int64)


def _gathered(above: Ints, places: Ints, values: Floats) -> Floats:
    own = np.zeros((len(above), values.shape[1]))
    for column, weights in enumerate(values.T):
        own[:, column] = np.bincount(places, weights=weights, minlength=len(above))
    return _lifted(above, own)


def _lifted(above: Ints, own: Floats) -> Floats:
    """Each unit's own and everything below, from the lowest units up."""
    total = own.copy()
    depth = depths(above)
    for level in range(int(depth.max(initial=0)), 0, -1):
        here = np.flatnonzero(depth == level)
        np.add.at(total, above[here], total[here])
    return total


def depths(parents: ArrayLike) -> Ints:
    """(units) 0 at the top. Raises ValueError for a tree that goes in circles."""
    above = np.asarray(parents, dtype=np.int64)
    depth, here = np.zeros(len(above), dtype=np.int64), above.copy()
    for _step in range(len(above) + 1):
        climbing = here >= 0
        if not climbing.any():
            return depth
        depth[climbing] += 1
        here[climbing] = above[here[climbing]]
    raise ValueError("a tree must not go in circles")
