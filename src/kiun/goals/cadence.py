"""Periods of measurement: calendar months, and quarters, halves and years that begin on 1 April."""

from datetime import date, timedelta

from kiun.goals.models import Cadence

MONTHS = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.HALF_YEARLY: 6, Cadence.YEARLY: 12}
APRIL = 4


def period_start(day: date, cadence: str) -> date:
    length = MONTHS[Cadence(cadence)]
    months_since_april = (day.month - APRIL) % 12
    offset = months_since_april % length
    month = day.year * 12 + day.month - 1 - offset
    return date(month // 12, month % 12 + 1, 1)


def period_end(day: date, cadence: str) -> date:
    """Last day of the period that contains `day`."""
    start = period_start(day, cadence)
    month = start.year * 12 + start.month - 1 + MONTHS[Cadence(cadence)]
    return date(month // 12, month % 12 + 1, 1) - timedelta(days=1)


def last_full_period_end(today: date, cadence: str) -> date:
    """Last day of the newest period that is over: the day a reading can be asked for."""
    return period_start(today, cadence) - timedelta(days=1)
