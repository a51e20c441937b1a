"""The scorecard of past forecasts: how often came true what was called likely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kiun.analysis.forecast.scales import Floats

_TENTHS = tuple(tenth / 10 for tenth in range(11))


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Forecasts with low ≤ probability < high (the last bin holds its upper end too).

    `mean_forecast`, `observed_rate` and its 95% Wilson interval are None when the bin is empty.
    """

    low: float
    high: float
    n: int
    mean_forecast: float | None
    observed_rate: float | None
    observed_low: float | None
    observed_high: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    n: int
    brier: float
    base_rate: float
    bins: tuple[CalibrationBin, ...]


def brier_score(probabilities: Sequence[float] | Floats, outcomes: Sequence[bool]) -> float:
    """Mean squared distance of probability and outcome: 0 is perfect, 0.25 is what saying 50% always earns.

    Source: Brier 1950. Raises ValueError when there is nothing to score, the lengths differ, or a probability lies
    outside 0–1.
    """
    forecasts, came_true = _checked(probabilities, outcomes)
    return float(np.mean((forecasts - came_true) ** 2))


def calibration_table(
    probabilities: Sequence[float] | Floats, outcomes: Sequence[bool], *, edges: Sequence[float] = _TENTHS
) -> Calibration:
    """Forecasts sorted into bins between increasing `edges` from 0 to 1. Raises ValueError as `brier_score` does."""
    forecasts, came_true = _checked(probabilities, outcomes)
    if list(edges) != sorted(set(edges)) or edges[0] != 0 or edges[-1] != 1:
        raise ValueError("edges must increase from 0 to 1")
    place = np.minimum(np.searchsorted(edges, forecasts, side="right"), len(edges) - 1) - 1
    bins = tuple(
        _bin(edges[i], edges[i + 1], forecasts[place == i], came_true[place == i]) for i in range(len(edges) - 1)
    )
    return Calibration(len(forecasts), brier_score(forecasts, outcomes), float(came_true.mean()), bins)


def _bin(low: float, high: float, forecasts: Floats, came_true: Floats) -> CalibrationBin:
    n = len(forecasts)
    if not n:
        return CalibrationBin(low, high, 0, None, None, None, None)
    # Loaded here, because it takes a second and only the page of past forecasts needs it.
    from scipy import stats

    wilson = stats.binomtest(int(came_true.sum()), n).proportion_ci(method="wilson")
    return CalibrationBin(
        low, high, n, float(forecasts.mean()), float(came_true.mean()), float(wilson.low), float(wilson.high)
    )


def _checked(probabilities: Sequence[float] | Floats, outcomes: Sequence[bool]) -> tuple[Floats, Floats]:
    forecasts = np.asarray(probabilities, dtype=np.float64)
    came_true = np.asarray(outcomes, dtype=bool).astype(np.float64)
    if forecasts.shape != came_true.shape or forecasts.ndim != 1 or not forecasts.size:
        raise ValueError("as many outcomes as probabilities are needed, and at least one")
    if not ((forecasts >= 0) & (forecasts <= 1)).all():
        raise ValueError("probabilities must lie between 0 and 1")
    return forecasts, came_true
