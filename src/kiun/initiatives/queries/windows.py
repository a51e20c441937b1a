"""The months that somebody looks at, in working days."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kiun.initiatives.working_days import days_off_in, working_days

Days = NDArray[np.datetime64]
Keys = NDArray[np.int64]
Numbers = NDArray[np.float64]

# Work that is said to end later is taken to end then; it says nothing about the months that anybody looks at.
LONGEST_VIEW_YEARS = 15


@dataclass(frozen=True, kw_only=True)
class Window:
    """Whole months from `first` on; work counts from `today` on, also what lies before the window."""

    today: date
    first: date
    months: int

    @property
    def firsts(self) -> tuple[date, ...]:
        return tuple(month_after(self.first, number) for number in range(self.months))

    @property
    def end(self) -> date:
        """The first day after the window."""
        return month_after(self.first, self.months)

    @property
    def workdays(self) -> Days:
        return _workdays(self.today, self.today.year + LONGEST_VIEW_YEARS)

    @property
    def bounds(self) -> NDArray[np.intp]:
        """Where each month begins among the working days, and where the last one ends."""
        return np.searchsorted(self.workdays, np.array([*self.firsts, self.end], "datetime64[D]"))

    @property
    def days_left(self) -> Numbers:
        """Working days of each month from today on."""
        return np.diff(self.bounds).astype(np.float64)

    @property
    def days_in_months(self) -> Numbers:
        """Working days of each whole month."""
        passed = max((self.today - self.first).days, 0)
        days: Numbers = self.days_left.copy()
        if passed:
            days[0] += working_days(self.first, self.today - timedelta(days=1))
        return days

    @property
    def parts_left(self) -> Numbers:
        """Of each month, between 0 and 1."""
        parts: Numbers = self.days_left / np.maximum(self.days_in_months, 1)
        return parts


def month_after(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def months_between(first: date, later: date) -> int:
    return (later.year - first.year) * 12 + later.month - first.month


@lru_cache(maxsize=8)
def _workdays(first: date, last_year: int) -> Days:
    days: Days = np.arange(np.datetime64(first), np.datetime64(date(last_year + 1, 1, 1)))
    off = np.array(sorted(days_off_in(range(first.year, last_year + 1))), "datetime64[D]")
    working: Days = days[np.is_busday(days, holidays=off)]
    return working
