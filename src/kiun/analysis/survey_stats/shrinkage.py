"""Small departments borrow strength: before ranking, pull uncertain means towards the middle."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Floats, series

FEWEST_GROUPS = 4


@dataclass(frozen=True)
class Shrunken:
    """For each group its `raw` mean, its `shrunk` mean, and the `weight` (0–1) that the raw mean kept.

    shrunk = weight · raw + (1 − weight) · centre; NaN where the raw mean is NaN. `between_variance` is how far true
    means are estimated to lie apart, in squared units; 0 means that chance alone explains all differences.
    """

    raw: Floats
    shrunk: Floats
    weight: Floats
    centre: float
    between_variance: float
    groups: int


def shrink(means: ArrayLike, variances: ArrayLike) -> Shrunken:
    """Empirical Bayes estimates of group means with unequal variances.

    `means` (groups) in any unit; `variances` (groups) are squared standard errors, best the pooled variance within
    groups divided by each group's people, so that five equal answers do not look certain. Groups whose mean is NaN are
    passed over. With equal variances this is the James–Stein estimator of Efron and Morris, which pulls towards the
    grand mean by (k − 3) · variance / Σ(mean − grand mean)². Source: Morris 1983, J. American Statistical Association
    78; the variance between groups solves Σ(mean − centre)² / (variance + between) = k − 1 (Paule and Mandel 1982).
    Shrinking hides nobody: apply `suppress` as well. Raises ValueError for fewer than four groups and for a variance
    that is not above 0.
    """
    raw, noise = series(means, "means"), series(variances, "variances")
    if raw.shape != noise.shape:
        raise ValueError("as many variances as means are needed")
    known = ~np.isnan(raw)
    groups = int(known.sum())
    if groups < FEWEST_GROUPS or not (noise[known] > 0).all():
        raise ValueError("shrinking needs four groups, and variances above 0")
    between = _between(raw[known], noise[known])
    centre = _centre(raw[known], noise[known], between)
    weight = np.where(known, 1 - (groups - 3) / (groups - 1) * noise / (noise + between), np.nan)
    return Shrunken(raw, weight * raw + (1 - weight) * centre, weight, centre, between, groups)


def _centre(means: Floats, noise: Floats, between: float) -> float:
    return float(np.average(means, weights=1 / (noise + between)))


def _between(means: Floats, noise: Floats) -> float:
    """The root of a function that falls with the variance between groups, found by halving."""

    def excess(between: float) -> float:
        spread = (means - _centre(means, noise, between)) ** 2
        return float(np.sum(spread / (noise + between))) - (len(means) - 1)

    low, high = 0.0, float(np.sum((means - means.mean()) ** 2))
    if excess(low) <= 0:
        return 0.0
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2
