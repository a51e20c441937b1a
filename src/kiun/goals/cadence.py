"""Periods of measurement: calendar months, and quarters, halves and years that begin on 1 April. When the next reading
is due follows the readings themselves, since many figures are those of a day in the middle of a period (10月1日現在).
"""

from calendar import monthrange
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


def next_reading(on: date, cadence: str) -> date:
    """The day that a reading is asked for after one of `on`: one cadence later, after the last day of a month the last
    day of another.
    """
    return _shifted(on, MONTHS[Cadence(cadence)])


def newest_overdue(today: date, cadence: str) -> date:
    """The day of the newest reading whose next one can be asked for; `next_reading` turned round, for queries."""
    day = _shifted(today - timedelta(days=1), -MONTHS[Cadence(cadence)])
    while next_reading(day, cadence) >= today:
        day -= timedelta(days=1)
    return day


def day_to_enter(last: date | None, today: date, cadence: str) -> date | None:
    """The newest day that lacks a reading in the rhythm of the last one, else the end of the newest period over; None
    when that has its reading already.
    """
    end = last_full_period_end(today, cadence)
    if last is None:
        return end
    day = last
    while (following := next_reading(day, cadence)) < today:
        day = following
    if day == last:
        day = end
    return day if day > last else None


def decides(on: date, deadline: date, cadence: str) -> bool:
    """Whether a reading of `on` tells what came of a deadline: it does not belong to an earlier period, and the next
    one is no nearer (a value of 1 April is the one of the year before).
    """
    return on >= period_start(deadline, cadence) and deadline - on <= next_reading(on, cadence) - deadline


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


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
