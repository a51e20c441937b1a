"""One number as pages have it: a score from 0 to 100 with its interval, or None where it may not be shown."""

from dataclasses import dataclass

import numpy as np

from kiun.analysis.survey_stats import UnitMeans
from kiun.analysis.survey_stats.arrays import Floats
from kiun.momentum.dimensions import HIGHEST_SCORE, LOWEST_SCORE

PLACES = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """`low` and `high` are the ends of the 95% interval. `is_exact`: it is none, because everybody answered or because
    only counts are known.
    """

    value: float
    low: float
    high: float
    is_exact: bool = False


def reading(mean: float, reach: float) -> Reading | None:
    """With one decimal, which is more than most intervals allow. Scores end at 0 and 100, and so do their intervals."""
    if np.isnan(mean):
        return None
    value, low, high = (
        round(float(one), PLACES) for one in (mean, max(mean - reach, LOWEST_SCORE), min(mean + reach, HIGHEST_SCORE))
    )
    return Reading(value, low, high, is_exact=reach == 0)


def readings(means: UnitMeans, reach: Floats, place: int) -> tuple[Reading | None, ...]:
    """Of one unit, column by column."""
    return tuple(map(reading, means.mean[place].tolist(), reach[place].tolist()))
