"""May the answers of a department be averaged: ICC between departments, r_wg within one."""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts load when they are first used
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Floats, series, share


@dataclass(frozen=True, slots=True)
class ClassCorrelation:
    """An intraclass correlation with its interval at `confidence` and the F test of no difference between groups.

    `size` is the average group size that the formula uses; `missing` answers had no value.
    """

    value: float
    low: float
    high: float
    confidence: float
    f: float
    p: float
    groups: int
    people: int
    size: float
    missing: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """r_wg of `people` on `items`; 0 when they agree no better than chance, 1 when perfectly."""

    value: float
    people: int
    items: int


@dataclass(frozen=True, slots=True)
class _Variance:
    """One-way analysis of variance: F, its degrees of freedom, the average group size."""

    f: float
    between: int
    within: int
    size: float


def icc1(scores: ArrayLike, groups: ArrayLike, *, confidence: float = 0.95) -> ClassCorrelation:
    """ICC(1), ICC(1,1): the share of the variance of one person's score that lies between groups.

    `scores` (people) in any unit, `groups` (people) any labels. People whose score is NaN are left out and counted.
    Groups may differ in size (average size by Haggard 1958); the interval is exact for equal sizes and normal scores.
    Below 0 means that people of one group differ more than people of different groups. Source: Shrout and Fleiss 1979,
    Psychological Bulletin 86, case 1; McGraw and Wong 1996. Raises ValueError for fewer than two groups, for no group
    of two, and when no score differs within any group.
    """
    found, missing, people = _analysis(scores, groups)
    low, high = _f_interval(found, confidence)

    def correlation(f: float) -> float:
        return (f - 1) / (f + found.size - 1)

    return _as_correlation(
        found, (correlation(found.f), correlation(low), correlation(high)), confidence, people, missing
    )


def icc1k(scores: ArrayLike, groups: ArrayLike, *, confidence: float = 0.95) -> ClassCorrelation:
    """ICC(1,k), often ICC(2): the reliability of group means of average size. As `icc1` otherwise."""
    found, missing, people = _analysis(scores, groups)
    low, high = _f_interval(found, confidence)
    return _as_correlation(found, (1 - 1 / found.f, 1 - 1 / low, 1 - 1 / high), confidence, people, missing)


def rwg(answers: ArrayLike, *, steps: int = 5, chance_variance: float | None = None) -> Agreement:
    """r_wg of one item, `answers` (people), or r_wg(J) of people × J items: agreement within one group.

    Answers are on a scale of `steps` steps. Chance is an even spread over the steps, (steps² − 1) / 12, unless
    `chance_variance` names another, such as 1.34 for five slightly skewed steps. NaN is left out item by item. A
    negative r_wg is set to 0. Source: James, Demaree and Wolf 1984, J. Applied Psychology 69; LeBreton and Senter 2008.
    Raises ValueError for a scale of fewer than two steps, a chance variance of 0 or less, and an item that fewer than
    two people answered.
    """
    asked = np.asarray(answers, dtype=np.float64)
    asked = asked[:, None] if asked.ndim == 1 else asked
    chance = (steps**2 - 1) / 12 if chance_variance is None else chance_variance
    if asked.ndim != 2 or steps < 2 or not chance > 0:  # noqa: PLR2004
        raise ValueError("r_wg needs people × items, at least two steps and a chance variance above 0")
    if not asked.size or ((~np.isnan(asked)).sum(axis=0) < 2).any():  # noqa: PLR2004
        raise ValueError("r_wg needs two people who answered each item")
    items = asked.shape[1]
    ratio = float(np.nanvar(asked, axis=0, ddof=1).mean()) / chance
    # The Spearman–Brown form; for one item it is 1 − ratio.
    value = items * (1 - ratio) / (items * (1 - ratio) + ratio)
    return Agreement(value if ratio < 1 else 0.0, int((~np.isnan(asked)).any(axis=1).sum()), items)


def _analysis(scores: ArrayLike, groups: ArrayLike) -> tuple[_Variance, int, int]:
    values, labels = series(scores, "scores"), np.asarray(groups)
    if labels.shape != values.shape:
        raise ValueError("as many groups as scores are needed")
    answered = ~np.isnan(values)
    values, (names, place) = values[answered], np.unique(labels[answered], return_inverse=True)
    return _one_way(values, place, len(names)), int((~answered).sum()), len(values)


def _one_way(values: Floats, place: np.ndarray, count: int) -> _Variance:
    sizes = np.bincount(place, minlength=count)
    people = len(values)
    if count < 2 or people == count:  # noqa: PLR2004
        raise ValueError("an ICC needs two groups, and a group of two people")
    means = np.bincount(place, values) / sizes
    within = float(np.sum((values - means[place]) ** 2)) / (people - count)
    if within <= 0:
        raise ValueError("an ICC is undefined when nobody differs from the others of the same group")
    between = float(np.sum(sizes * (means - values.mean()) ** 2)) / (count - 1)
    size = (people - float(np.sum(sizes**2)) / people) / (count - 1)
    return _Variance(between / within, count - 1, people - count, size)


def _f_interval(found: _Variance, confidence: float) -> tuple[float, float]:
    tail = (1 - share(confidence, "confidence")) / 2
    low = found.f / float(scipy.special.fdtri(found.between, found.within, 1 - tail))
    return low, found.f * float(scipy.special.fdtri(found.within, found.between, 1 - tail))


def _as_correlation(
    found: _Variance, value: tuple[float, float, float], confidence: float, people: int, missing: int
) -> ClassCorrelation:
    p = float(scipy.special.fdtrc(found.between, found.within, found.f))
    return ClassCorrelation(*value, confidence, found.f, p, found.between + 1, people, found.size, missing)
