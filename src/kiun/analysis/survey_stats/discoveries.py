"""Many comparisons at once: how many of the findings may be false."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Flags, Floats, series, share


@dataclass(frozen=True)
class Discoveries:
    """For each p: `adjusted` p (NaN where p is NaN), and whether it is `found` at the rate asked for."""

    adjusted: Floats
    found: Flags
    tested: int


def benjamini_hochberg(p_values: ArrayLike, *, rate: float = 0.05) -> Discoveries:
    """Which of many p values to believe, so that of those believed at most `rate` are expected to be false.

    NaN is a comparison that could not be made: it is not counted and never found. Holds for independent and for
    positively dependent tests. Source: Benjamini and Hochberg 1995, J. Royal Statistical Society B 57. Raises
    ValueError for a p outside 0–1.
    """
    values = series(p_values, "p_values")
    made = np.flatnonzero(~np.isnan(values))
    if ((values[made] < 0) | (values[made] > 1)).any():
        raise ValueError("p_values must lie between 0 and 1")
    order = made[np.argsort(values[made], kind="stable")]
    steps = values[order] * len(made) / np.arange(1, len(made) + 1)
    adjusted = np.full(len(values), np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1)
    return Discoveries(adjusted, np.nan_to_num(adjusted, nan=np.inf) <= share(rate, "rate"), len(made))
