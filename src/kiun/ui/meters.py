"""Bars drawn by SVG attributes: the pages allow no inline style."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiun.ui.figures import as_decimal

FULL = 100.0


@dataclass(frozen=True, kw_only=True)
class Meter:
    """Percent of the bar's length; the ends of the interval are empty when it is not known."""

    length: str
    low: str
    high: str


@dataclass(frozen=True, kw_only=True)
class Share:
    start: str
    length: str
    status: str
    label: str
    value: Any


def scale(value: Any, maximum: Any = 100, low: Any = None, high: Any = None) -> Meter:
    return Meter(length=_place(value, maximum) or "0", low=_place(low, maximum), high=_place(high, maximum))


def _place(value: Any, maximum: Any) -> str:
    number, whole = as_decimal(value), as_decimal(maximum)
    if number is None or not whole:
        return ""
    return f"{min(max(float(number / whole), 0.0), 1.0) * FULL:.2f}"


def shares(parts: Iterable[tuple[str, str, int]]) -> tuple[Share, ...]:
    """(status, label, count) one after another along one bar; empty ones take no place."""
    parts = [part for part in parts if part[2]]
    total = sum(count for _, _, count in parts)
    done = 0
    drawn = []
    for status, label, count in parts:
        drawn.append(
            Share(
                start=f"{done / total * FULL:.3f}",
                length=f"{count / total * FULL:.3f}",
                status=status,
                label=label,
                value=count,
            )
        )
        done += count
    return tuple(drawn)
