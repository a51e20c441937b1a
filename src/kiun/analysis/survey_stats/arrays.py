"""How answers come in: arrays of numbers in which NaN is 分からない or 無回答."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def series(values: ArrayLike, name: str) -> Floats:
    """A row of numbers; NaN stays. Raises ValueError for infinite numbers and for anything but one axis."""
    return _checked(values, name, axes=1)


def table(values: ArrayLike, name: str) -> Floats:
    """A table of numbers; NaN stays. Raises ValueError for infinite numbers and for anything but two axes."""
    return _checked(values, name, axes=2)


def _checked(values: ArrayLike, name: str, axes: int) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != axes:
        raise ValueError(f"{name} must have {axes} axes, not {numbers.ndim}")
    if np.isinf(numbers).any():
        raise ValueError(f"{name} must be finite numbers or NaN")
    return numbers


def complete_rows(answers: Floats) -> Floats:
    """The people who left nothing out."""
    return answers[~np.isnan(answers).any(axis=1)]


def known(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def share(value: float, name: str) -> float:
    """A number strictly between 0 and 1. Raises ValueError for any other."""
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1")
    return value
