"""Those who did not answer: weights where something is known of them, bounds where nothing is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Floats, known, series
from kiun.analysis.survey_stats.means import reach_of


@dataclass(frozen=True)
class Poststratified:
    """The mean if every stratum had answered in proportion, with its interval at `confidence`.

    `weights` (people) have mean 1 over those who answered and are 0 where the value is NaN. `effective` is how many
    equally weighted people would tell as much (Kish). `uncovered` is the share of the population in strata where nobody
    answered: the mean does not speak for them.
    """

    mean: float
    low: float
    high: float
    error: float
    confidence: float
    weights: Floats
    effective: float
    uncovered: float
    people: int
    missing: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The mean of those who answered, and the least and the greatest that the mean of everybody can be."""

    mean: float
    low: float
    high: float
    response: float


def poststratify(
    values: ArrayLike, strata: ArrayLike, population: ArrayLike, *, confidence: float = 0.95
) -> Poststratified:
    """The mean of `values` (people) weighted so that each stratum counts as in the `population`.

    `strata` (people) are places in `population` (strata), which counts the people of each. NaN is left out and counted:
    whoever did not know is treated as the others of the stratum. The error is that of a stratified sample without
    replacement; a stratum with one answer takes the pooled variance within strata. Source: Cochran 1977, Sampling
    Techniques, ch. 5A; Kish 1965. Raises ValueError when nobody answered, a stratum is not in the population, or more
    people answered in it than there are.
    """
    asked, place, counts = series(values, "values"), np.asarray(strata), series(population, "population")
    if place.shape != asked.shape or not np.issubdtype(place.dtype, np.integer):
        raise ValueError("as many strata as values are needed, as whole numbers")
    if place.size and not 0 <= place.min() <= place.max() < len(counts):
        raise ValueError("every stratum must be in the population")
    answered = ~np.isnan(asked)
    sizes = np.bincount(place[answered], minlength=len(counts)).astype(np.float64)
    if not answered.any() or (sizes > counts).any():
        raise ValueError("a stratum needs no more answers than people, and somebody must answer")
    covered = sizes > 0
    share = np.where(covered, counts, 0) / counts[covered].sum()
    per_person = np.divide(share, sizes, out=np.zeros_like(share), where=covered)
    weights = np.where(answered, per_person[place] * sizes.sum(), 0.0)
    mean = float(np.sum(weights[answered] * asked[answered]) / sizes.sum())
    error, degrees = _error(asked[answered], place[answered], sizes, counts, share)
    reach = reach_of(error, degrees, confidence)
    return Poststratified(
        mean=mean,
        low=mean - reach,
        high=mean + reach,
        error=error,
        confidence=confidence,
        weights=weights,
        effective=float(weights.sum() ** 2 / np.sum(weights**2)),
        uncovered=float(1 - counts[covered].sum() / counts.sum()),
        people=int(answered.sum()),
        missing=int((~answered).sum()),
    )


def nonresponse_bounds(values: ArrayLike, population: int, *, lowest: float = 1, highest: float = 5) -> Bounds:
    """Between which bounds the mean of all `population` people lies, whatever those who kept silent think.

    `values` (people) lie on a scale from `lowest` to `highest`; NaN is silence too. The bounds allow for silence only,
    not for sampling; their width is (1 − response) · (highest − lowest). Source: Manski 1989, J. Human Resources 24.
    Raises ValueError for values off the scale, and when nobody answered, or more people than there are.
    """
    answered = known(series(values, "values"))
    if not len(answered) or len(answered) > population:
        raise ValueError("bounds need an answer, and no more answers than people")
    if answered.min() < lowest or answered.max() > highest:
        raise ValueError("values must lie on the scale")
    return bounds_of(float(answered.mean()), len(answered) / population, lowest=lowest, highest=highest)


def bounds_of(mean: float, response: float, *, lowest: float, highest: float) -> Bounds:
    """The same where only the `mean` of those who answered is known, and their share `response` (above 0, up to 1).
    Raises ValueError for a mean off the scale or another share.
    """
    if not 0 < response <= 1 or not lowest <= mean <= highest:
        raise ValueError("bounds need a share of people who answered, and their mean on the scale")
    silent = 1 - response
    return Bounds(mean, response * mean + silent * lowest, response * mean + silent * highest, response)


def _error(values: Floats, place: np.ndarray, sizes: Floats, counts: Floats, share: Floats) -> tuple[float, int]:
    """Standard error of the weighted mean and its degrees of freedom; NaN when no stratum has two answers."""
    covered = sizes > 0
    degrees = int(sizes.sum() - covered.sum())
    if (sizes[covered] == counts[covered]).all():
        return 0.0, degrees
    if not degrees:
        return np.nan, degrees
    means = np.bincount(place, values, minlength=len(sizes)) / np.maximum(sizes, 1)
    squares = np.bincount(place, (values - means[place]) ** 2, minlength=len(sizes))
    variance = np.where(sizes > 1, squares / np.maximum(sizes - 1, 1), squares.sum() / degrees)
    left_out = 1 - sizes[covered] / counts[covered]
    return float(np.sqrt(np.sum(share[covered] ** 2 * left_out * variance[covered] / sizes[covered]))), degrees
