"""A mean and what is known of it."""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts load when they are first used
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Floats, known, series, share


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """A mean of `people` answers in their own unit, its standard error, and its interval at `confidence`.

    One answer alone says nothing of its error: `error` is NaN and the interval is without end. `missing` people
    answered nothing or 分からない.
    """

    mean: float
    low: float
    high: float
    error: float
    confidence: float
    people: int
    missing: int


def mean_interval(values: ArrayLike, *, population: int | None = None, confidence: float = 0.95) -> MeanInterval:
    """Student's interval for the mean of `values` (people); NaN is left out and counted.

    `population` is how many people could have answered: the error shrinks by √(1 − people / population), to nothing
    when all did, because then nobody is left to differ. That says what those who kept silent think only if they kept
    silent by chance; see `nonresponse_bounds`. Source: Cochran 1977, Sampling Techniques, ch. 2. Raises ValueError when
    nobody answered, or more people than there are.
    """
    asked = series(values, "values")
    answered = known(asked)
    people = len(answered)
    if not people or (population is not None and people > population):
        raise ValueError("a mean needs an answer, and no more answers than people")
    everybody = people == population
    error = 0.0 if everybody else _error(answered) * np.sqrt(1 - people / population if population else 1)
    mean, reach = float(answered.mean()), reach_of(float(error), people - 1, confidence)
    return MeanInterval(mean, mean - reach, mean + reach, float(error), confidence, people, len(asked) - people)


def _error(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan


def reach_of(error: float, degrees: float, confidence: float) -> float:
    """Half the width of Student's interval; endless when the error is not known."""
    quantile = (1 + share(confidence, "confidence")) / 2
    return (
        float(np.inf) if np.isnan(error) else error * float(scipy.special.stdtrit(degrees, quantile)) if error else 0.0
    )
