"""A stretch of time as a picture: whole fiscal years from left to right, every place in percent of the width, so that
one drawing fits a screen, a phone and paper.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from django.utils import formats

from kiun.kernel.fiscal_year import FiscalYear, Quarter
from kiun.ui import dates

APRIL = 4
FULL = 100.0
# A picture of more years tells nothing; what lies beyond is cut off at its edge and shown as such.
MOST_YEARS = 15
YEARS_BACK = 6
A_DAY = timedelta(days=1)


class Zoom(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True)
class Span:
    """From `x` to `x + width` percent. What lies wholly outside keeps no width."""

    x: float
    width: float
    is_cut_before: bool = False
    is_cut_after: bool = False

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True)
class Tick:
    """A part of the axis with its name."""

    label: str
    x: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Timeline:
    first_year: int
    last_year: int
    today: date

    @cached_property
    def first(self) -> date:
        return FiscalYear(self.first_year).start

    @cached_property
    def last(self) -> date:
        return FiscalYear(self.last_year).end

    @property
    def years(self) -> int:
        return self.last_year - self.first_year + 1

    @cached_property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def place(self, day: date) -> float:
        """Where the day begins; a day outside stands at the edge."""
        passed = min(max((day - self.first).days, 0), self.days)
        return FULL * passed / self.days

    def span(self, first: date, last: date) -> Span:
        """Both days are included."""
        x = self.place(first)
        # The last day of the calendar has no next one.
        end = FULL if last >= self.last else self.place(last + A_DAY)
        return Span(x, max(end - x, 0.0), first < self.first, last > self.last)

    @cached_property
    def now(self) -> float:
        return self.place(self.today)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    @cached_property
    def year_ticks(self) -> tuple[Tick, ...]:
        return tuple(self._tick(dates.fiscal_year_label(y), y.start, y.end) for y in self._years())

    @cached_property
    def short_year_ticks(self) -> tuple[Tick, ...]:
        return tuple(self._tick(_short_year(y), y.start, y.end) for y in self._years())

    def ticks(self, zoom: Zoom) -> tuple[Tick, ...]:
        """The second line of the axis; for whole years it has none."""
        if zoom == Zoom.QUARTER:
            return tuple(self._tick(_quarter_label(q), q.start, q.end) for q in self._quarters())
        if zoom == Zoom.MONTH:
            return tuple(self._months())
        return ()

    def _tick(self, label: str, first: date, last: date) -> Tick:
        span = self.span(first, last)
        return Tick(label, span.x, span.width)

    def _years(self) -> Iterator[FiscalYear]:
        return (FiscalYear(year) for year in range(self.first_year, self.last_year + 1))

    def _quarters(self) -> Iterator[Quarter]:
        return (year.quarter(number) for year in self._years() for number in range(1, 5))

    def _months(self) -> Iterator[Tick]:
        month = self.first
        while month <= self.last:
            following = (month + timedelta(days=31)).replace(day=1)
            yield self._tick(_month_label(month), month, following - A_DAY)
            month = following


def timeline_of(days: Iterable[date], today: date) -> Timeline:
    """Wide enough for all `days` and for today, within MOST_YEARS around today."""
    now = _year_of(today)
    years = {_year_of(day) for day in days} | {now}
    first = min(years) if max(years) - min(years) < MOST_YEARS else max(min(years), now - YEARS_BACK)
    return Timeline(first, min(max(years), first + MOST_YEARS - 1), today)


def _year_of(day: date) -> int:
    return day.year if day.month >= APRIL else day.year - 1


def _short_year(year: FiscalYear) -> str:
    return year.short_label if dates.speaks_japanese() else str(year.year)


def _quarter_label(quarter: Quarter) -> str:
    """4–6月 / Apr–Jun"""
    first = str(quarter.start.month) if dates.speaks_japanese() else _month_label(quarter.start)
    return f"{first}–{_month_label(quarter.end)}"


def _month_label(day: date) -> str:
    """4月 / Apr"""
    return f"{day.month}月" if dates.speaks_japanese() else formats.date_format(day, "M")
