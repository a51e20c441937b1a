"""Believable, generated readings: deterministic for a seed, relative to the day the demonstration is loaded."""

import random
from datetime import date, timedelta

from kiun.dashboard.demo.plan import DemoIndicator, Shape
from kiun.goals.cadence import MONTHS, period_end
from kiun.goals.models import Cadence

YEARS_OF_HISTORY = 4
# Share of the way to the target that has been covered at the deadline, if the history goes on as it did.
PACE = {
    Shape.STEADY: 1.2,
    Shape.SLOW: 1.02,
    Shape.FLAT: 0.12,
    Shape.BACKWARDS: -0.25,
    Shape.REACHED: 1.9,
    Shape.OVERDUE: 1.05,
    Shape.ABANDONED: 0.9,
    Shape.NEW: 1.0,
    Shape.UNAVAILABLE: 0.5,
}
READINGS_OF_A_NEW_ONE = 2
MONTHS_SINCE_ABANDONED = 14
MONTHS_OF_GRACE = {Cadence.MONTHLY: 2, Cadence.QUARTERLY: 2, Cadence.HALF_YEARLY: 3, Cadence.YEARLY: 9}
NOISE = 0.03
# Smaller figures are kept with one decimal.
SMALL = 100


def reading_days(cadence: Cadence, start: date, today: date) -> list[date]:
    """Ends of the periods from `start` on that have passed long enough for their figures to be known."""
    known_until = today - timedelta(days=20 if cadence == Cadence.MONTHLY else 40)
    days = []
    day = period_end(start, cadence)
    while day <= known_until:
        days.append(day)
        day = period_end(day + timedelta(days=1), cadence)
    return days


def generate(
    indicator: DemoIndicator, start: date, deadline: date, today: date, seed: str
) -> list[tuple[date, float | None]]:
    rng = random.Random(seed)  # noqa: S311 - figures, not secrets
    days = _cut(indicator, reading_days(Cadence(indicator.cadence), start, today), today)
    span = (deadline - start).days
    way = indicator.target - indicator.baseline
    readings: list[tuple[date, float | None]] = []
    so_far = indicator.baseline
    for day in days:
        progress = PACE[indicator.shape] * (day - start).days / span
        value = indicator.baseline + way * progress + way * rng.gauss(0, NOISE)
        value = _within(indicator, value, so_far)
        so_far = value
        readings.append((day, value))
    if indicator.shape == Shape.UNAVAILABLE and readings:
        readings[-1] = (readings[-1][0], None)
    return readings


def _cut(indicator: DemoIndicator, days: list[date], today: date) -> list[date]:
    if indicator.shape == Shape.NEW:
        return days[-READINGS_OF_A_NEW_ONE:]
    if indicator.shape == Shape.OVERDUE:
        # Long enough ago for the time of grace to have run out, whatever the day of loading.
        months = MONTHS[Cadence(indicator.cadence)] + MONTHS_OF_GRACE[Cadence(indicator.cadence)]
        return [day for day in days if day <= today - timedelta(days=31 * months)]
    if indicator.shape == Shape.ABANDONED:
        months = max(MONTHS_SINCE_ABANDONED, 2 * MONTHS[Cadence(indicator.cadence)] + 4)
        return [day for day in days if day <= today - timedelta(days=30 * months)]
    return days


def _within(indicator: DemoIndicator, value: float, so_far: float) -> float:
    if indicator.unit == "%":
        value = min(max(value, 0), 98.5)
    value = max(value, 0)
    if indicator.is_cumulative:
        value = max(value, so_far)
    if indicator.shape == Shape.REACHED and indicator.is_cumulative:
        value = min(value, indicator.target)
    return round(value, 1) if abs(indicator.baseline) < SMALL and indicator.unit not in _WHOLE else round(value)


_WHOLE = {"件", "人", "手続", "か所", "業務", "校", "戸", "課", "ページ", "冊"}
