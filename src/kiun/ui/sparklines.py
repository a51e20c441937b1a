"""The course of a series as a small line: drawn by the server, legible without a script."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiun.ui.figures import as_decimal

WIDTH, HEIGHT, MARGIN = 112.0, 32.0, 4.0
# Fewer points suggest a course that nobody can know.
POINTS_FOR_A_LINE = 4


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """Coordinates on a field of WIDTH × HEIGHT; a gap in the series parts the line."""

    lines: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    target_y: str


def draw(points: Iterable[Any], target: Any = None) -> Sparkline:
    series = [(on, as_decimal(value)) for on, value in (points or ())]
    known = [(on, float(value)) for on, value in series if value is not None]
    if not known:
        return Sparkline(lines=(), dots=(), target_y="")
    goal = as_decimal(target)
    values = [value for _, value in known] + ([float(goal)] if goal is not None else [])
    x = _scale([_ordinal(on) for on, _ in known], MARGIN, WIDTH - MARGIN)
    y = _scale(values, HEIGHT - MARGIN, MARGIN)
    spots = [(f"{x(_ordinal(on)):.1f}", f"{y(value):.1f}") for on, value in known]
    as_line = len(known) >= POINTS_FOR_A_LINE
    return Sparkline(
        lines=_runs(series, dict(zip((on for on, _ in known), spots, strict=True))) if as_line else (),
        dots=(spots[-1],) if as_line else tuple(spots),
        target_y=f"{y(float(goal)):.1f}" if goal is not None else "",
    )


def _runs(series: list[tuple[Any, Any]], spots: dict[Any, tuple[str, str]]) -> tuple[str, ...]:
    runs: list[list[str]] = [[]]
    for on, value in series:
        if value is None:
            runs.append([])
        else:
            runs[-1].append(",".join(spots[on]))
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def _ordinal(on: date | str) -> float:
    return float((date.fromisoformat(on[:10]) if isinstance(on, str) else on).toordinal())


def _scale(values: list[float], start: float, end: float) -> Any:
    low, high = min(values), max(values)
    if low == high:
        middle = (start + end) / 2
        return lambda _value: middle
    return lambda value: start + (value - low) / (high - low) * (end - start)
