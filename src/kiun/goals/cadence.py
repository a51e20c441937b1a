"""Periods of measurement: calendar months, and quarters, halves and years that begin on 1 April."""

from datetime import date, timedelta

from kiun.goals.models import Cadence
from kiun.kernel.fiscal_year import Period, fiscal_year_of, quarter_of

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


def period_of(day: date, cadence: str) -> Period:
    """The month, quarter, half or fiscal year that contains `day`."""
    if cadence == Cadence.MONTHLY:
        return Period.of_month(day.year, day.month)
    if cadence == Cadence.QUARTERLY:
        return Period.of_quarter(quarter_of(day))
    if cadence == Cadence.HALF_YEARLY:
        return Period.of_half(fiscal_year_of(day), (quarter_of(day).number + 1) // 2)
    return Period.of_fiscal_year(fiscal_year_of(day))


def periods_over(since: date, today: date, cadence: str, most: int) -> list[Period]:
    """The newest `most` periods that are over, not older than the one that contains `since`; the newest first."""
    found: list[Period] = []
    day = last_full_period_end(today, cadence)
    while day >= since and len(found) < most:
        found.append(period_of(day, cadence))
        day = found[-1].start - timedelta(days=1)
    return found
