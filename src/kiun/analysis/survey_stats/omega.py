"""How much of a sum score is the one thing that its items share: McDonald's ω from a one-factor model."""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts load when they are first used
from numpy.typing import ArrayLike

from kiun.analysis.survey_stats.arrays import Floats, complete_rows, share, table

FEWEST_ITEMS = 3
# A standardised unique variance below this is a Heywood case; the search stops there, as `factanal` of R does.
LEAST_UNIQUENESS = 0.005


@dataclass(frozen=True, slots=True)
class Omega:
    """ω with its interval at `confidence`, and the one-factor model it rests on.

    `loadings` and `uniquenesses` (items) are standardised: loading² + uniqueness = 1. `chi_square` with
    `degrees_of_freedom` and `p` tests whether one factor is enough (p is NaN for three items, which always fit). In a
    `heywood` case an item has no variance of its own left: the model does not fit, and `low` and `high` are NaN.
    """

    value: float
    low: float
    high: float
    confidence: float
    loadings: tuple[float, ...]
    uniquenesses: tuple[float, ...]
    chi_square: float
    degrees_of_freedom: int
    p: float
    heywood: bool
    people: int
    dropped: int


def mcdonald_omega(answers: ArrayLike, *, confidence: float = 0.95) -> Omega:
    """ω total of people × items, all scored in the same direction, by maximum likelihood.

    NaN is 分からない: people with any NaN are dropped and counted. The interval is the delta method on log(1 − ω) with
    the expected information of normal answers; answers on five steps are not normal, so take it as a guide, and use it
    from about 150 people. Source: McDonald 1999, Test Theory, ch. 6; Jöreskog 1967, Psychometrika 32; Raykov 2002.
    Raises ValueError for fewer than three items, for not more people than items, and when items repeat one another or
    do not vary.
    """
    asked = table(answers, "answers")
    used = complete_rows(asked)
    people, items = used.shape
    if items < FEWEST_ITEMS or people <= items:
        raise ValueError("ω needs three items and more people than items who answered them all")
    spread = used.std(axis=0, ddof=1)
    if (spread <= 0).any():
        raise ValueError("ω is undefined when everybody gave an item the same answer")
    correlations = np.asarray(np.corrcoef(used, rowvar=False))
    if np.linalg.eigvalsh(correlations)[0] < 1e-10:  # noqa: PLR2004
        raise ValueError("ω is undefined when items repeat one another")
    loadings, uniquenesses, misfit = _fit(correlations)
    heywood = bool((uniquenesses <= LEAST_UNIQUENESS * (1 + 1e-6)).any())
    value = _omega(spread * loadings, spread**2 * uniquenesses)
    tails = (np.nan, np.nan) if heywood else _interval(spread * loadings, spread**2 * uniquenesses, people, confidence)
    # Bartlett's factor brings the statistic nearer to χ² in small samples.
    chi_square = max(0.0, (people - 1 - (2 * items + 5) / 6 - 2 / 3) * misfit)
    degrees = items * (items - 3) // 2
    return Omega(
        value=value,
        low=tails[0],
        high=tails[1],
        confidence=share(confidence, "confidence"),
        loadings=tuple(loadings.tolist()),
        uniquenesses=tuple(uniquenesses.tolist()),
        chi_square=chi_square,
        degrees_of_freedom=degrees,
        p=float(scipy.special.chdtrc(degrees, chi_square)) if degrees else np.nan,
        heywood=heywood,
        people=people,
        dropped=len(asked) - people,
    )


def _fit(correlations: Floats) -> tuple[Floats, Floats, float]:
    """Loadings and unique variances of the best single factor, and its discrepancy from `correlations`."""
    # Loaded here, because it takes half a second and only the first wave of a new instrument needs it.
    from scipy.optimize import minimize

    def discrepancy(uniquenesses: Floats) -> tuple[float, Floats]:
        """Jöreskog's function of the unique variances alone, with its gradient."""
        values, vectors = _scaled(uniquenesses)
        rest = values[:-1]
        loadings = _loadings(uniquenesses, values, vectors)
        implied = np.outer(loadings, loadings) + np.diag(uniquenesses)
        gradient = np.diag(implied - correlations) / uniquenesses**2
        return float(np.sum(rest - np.log(rest) - 1)), gradient

    def _scaled(uniquenesses: Floats) -> tuple[Floats, Floats]:
        scale = 1 / np.sqrt(uniquenesses)
        values, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
        return values, vectors

    start = np.clip(1 / np.diag(np.linalg.inv(correlations)) * 0.9, LEAST_UNIQUENESS, 1)
    bounds = [(LEAST_UNIQUENESS, 1.0)] * len(start)
    found = minimize(discrepancy, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-15})
    uniquenesses = np.asarray(found.x, dtype=np.float64)
    loadings = _loadings(uniquenesses, *_scaled(uniquenesses))
    return loadings * (1 if loadings.sum() >= 0 else -1), uniquenesses, float(found.fun)


def _loadings(uniquenesses: Floats, values: Floats, vectors: Floats) -> Floats:
    return np.asarray(np.sqrt(uniquenesses) * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)))


def _omega(loadings: Floats, unique: Floats) -> float:
    common = float(loadings.sum() ** 2)
    return common / (common + float(unique.sum()))


def _interval(loadings: Floats, unique: Floats, people: int, confidence: float) -> tuple[float, float]:
    """Delta method on log(1 − ω), whose sampling is nearer to normal than that of ω."""
    items = len(loadings)
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(unique))
    pull = inverse @ loadings
    by_loading = inverse * (loadings @ pull) + np.outer(pull, pull)
    mixed = inverse * pull
    information = (people - 1) * np.block([[by_loading, mixed], [mixed.T, inverse**2 / 2]])
    total, noise = loadings.sum(), unique.sum()
    # log(1 − ω) = log(noise) − log(total² + noise)
    everything = total**2 + noise
    slope = np.concatenate([np.full(items, -2 * total / everything), np.full(items, 1 / noise - 1 / everything)])
    error = float(np.sqrt(slope @ np.linalg.solve(information, slope)))
    reach = float(scipy.special.ndtri((1 + confidence) / 2)) * error
    rest = noise / everything
    return float(1 - rest * np.exp(reach)), float(1 - rest * np.exp(-reach))
