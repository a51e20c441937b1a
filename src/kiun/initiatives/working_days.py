"""Days on which the town hall works: no weekends, no national holidays, not 12月29日–1月3日."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import cast

import holidays
import numpy as np

# No year has fewer: with it, a span of so many working days is looked up in enough years.
FEWEST_IN_A_YEAR = 200
SATURDAY = 5
YEAR_END = ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3))


@cache
def days_off(year: int) -> frozenset[date]:
    closed = {date(year, month, day) for month, day in YEAR_END}
    return frozenset(holidays.country_holidays("JP", years=year)) | closed


def days_off_in(years: Iterable[int]) -> frozenset[date]:
    return frozenset().union(*(days_off(year) for year in years))


def working_days(first: date, last: date) -> int:
    """How many from `first` to `last`, both included."""
    if last < first:
        return 0
    off = sorted(days_off_in(range(first.year, last.year + 1)))
    return int(np.busday_count(first, last, holidays=off) + np.is_busday(last, holidays=off))


def working_day_after(day: date, days: int) -> date:
    """The working day so many working days after `day`; with 0 the first one from `day` on."""
    off = sorted(days_off_in(range(day.year, min(day.year + days // FEWEST_IN_A_YEAR + 2, date.max.year + 1))))
    found = np.busday_offset(day, days, roll="backward" if days > 0 else "forward", holidays=off)
    return cast("date", found.astype(object))


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in days_off(day.year)


@cache
def _named_holidays(year: int, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("JP", years=year, language=language))


def name_of_holiday(day: date, language: str) -> str:
    """勤労感謝の日; "" on any other day."""
    return _named_holidays(day.year, "ja" if language.startswith("ja") else "en_US").get(day, "")
