"""Between the indicator's own unit and the scale on which its changes add up."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiun.analysis.forecast.terms import Scale

Floats = NDArray[np.float64]

# Half a point is added to both ends of a percentage, so that 0 and 100 have a logit (Haldane's correction) and 100 can
# be a target; log1p does the same for a count of 0.
_HALF_POINT = 0.5
_LARGEST = np.finfo(np.float64).max


@dataclass(frozen=True)
class Transform:
    """`least` and `most` bound what the indicator can be."""

    forward: Callable[[Floats], Floats]
    backward: Callable[[Floats], Floats]
    least: float
    most: float

    def to_unit(self, levels: Floats) -> Floats:
        with np.errstate(over="ignore"):
            return np.clip(self.backward(levels), self.least, self.most)


def _identity(values: Floats) -> Floats:
    return values


def _logit(percentages: Floats) -> Floats:
    return np.log((percentages + _HALF_POINT) / (100 + _HALF_POINT - percentages))


def _from_logit(levels: Floats) -> Floats:
    return (100 + 2 * _HALF_POINT) / (1 + np.exp(-levels)) - _HALF_POINT


TRANSFORMS = {
    Scale.PLAIN: Transform(_identity, _identity, -_LARGEST, _LARGEST),
    Scale.PERCENTAGE: Transform(_logit, _from_logit, 0, 100),
    Scale.COUNT: Transform(np.log1p, np.expm1, 0, _LARGEST),
}


def usable_scale(scale: Scale, values: Floats, target: float, *, cumulative: bool) -> Scale:
    """Plain where the scale does not fit the numbers.

    A running total is plain too: what is added each year adds up, it does not multiply.
    """
    least, most = min(float(values.min()), target), max(float(values.max()), target)
    fits = {
        Scale.PLAIN: True,
        Scale.PERCENTAGE: least >= 0 and most <= 100,  # noqa: PLR2004
        Scale.COUNT: least >= 0 and not cumulative,
    }
    return scale if fits[scale] else Scale.PLAIN
