"""Working days between dates: what turns the day numbers of a plan into dates and back."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

SATURDAY, SUNDAY = 5, 6
_WEEK = 7


@dataclass(frozen=True)
class WorkingCalendar:
    """Day 0 is the first working day on or after `first`; every later working day counts one more.

    `holidays` are days without work beside the weekly `days_off` (0 = Monday … 6 = Sunday): public holidays, the days
    around New Year. All questions cost the logarithm of the number of holidays.
    """

    first: date
    holidays: frozenset[date] = frozenset()
    days_off: frozenset[int] = field(default=frozenset({SATURDAY, SUNDAY}))

    def __post_init__(self) -> None:
        if not self.days_off < frozenset(range(_WEEK)):
            raise ValueError("days_off are weekdays from 0 (Monday) to 6 (Sunday), and leave at least one to work")

    def is_working(self, day: date) -> bool:
        return day.weekday() not in self.days_off and day not in self.holidays

    def number(self, day: date) -> int:
        """How many working days lie before `day`, counted from `first`.

        Of a working day this is its own number, of any other that of the next working day. Raises ValueError before
        `first`.
        """
        if day < self.first:
            raise ValueError(f"{day} lies before the first day of the calendar, {self.first}")
        days = (day - self.first).days
        return self._workdays(days) - bisect_left(self._closed, days)

    def day(self, number: int) -> date:
        """The date of a working day. Raises ValueError below 0, OverflowError beyond the year 9999."""
        if number < 0:
            raise ValueError(f"a working day has a number from 0, not {number}")
        low, high = 0, (number + len(self._closed) + 1) * _WEEK
        while low < high:
            middle = (low + high) // 2
            if self._workdays(middle + 1) - bisect_right(self._closed, middle) > number:
                high = middle
            else:
                low = middle + 1
        return self.first + timedelta(days=low)

    def last_day(self, end: int) -> date | None:
        """The last day of work of something finished at day number `end`; None when it never began (end 0)."""
        return self.day(end - 1) if end else None

    @cached_property
    def _closed(self) -> list[int]:
        """Holidays that would have been working days, as days after `first`."""
        return sorted(
            (day - self.first).days for day in self.holidays if day >= self.first and day.weekday() not in self.days_off
        )

    def _workdays(self, days: int) -> int:
        """Days of work by weekday alone among the first `days`."""
        weeks, rest = divmod(days, _WEEK)
        begun = self.first.weekday()
        partial = sum((begun + day) % _WEEK not in self.days_off for day in range(rest))
        return weeks * (_WEEK - len(self.days_off)) + partial
