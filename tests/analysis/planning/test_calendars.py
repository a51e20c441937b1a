from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.analysis.planning import WorkingCalendar

GOLDEN_WEEK = frozenset({date(2026, 4, 29), date(2026, 5, 3), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)})
APRIL = WorkingCalendar(date(2026, 4, 1), GOLDEN_WEEK)

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    WorkingCalendar,
    first=st.dates(date(2026, 1, 1), date(2026, 1, 31)),
    holidays=st.frozensets(days, max_size=40),
    days_off=st.frozensets(st.integers(0, 6), max_size=6),
)


def test_weekends_and_holidays_are_not_counted():
    assert APRIL.number(date(2026, 4, 1)) == 0
    assert APRIL.number(date(2026, 4, 6)) == 3
    assert APRIL.day(3) == date(2026, 4, 6)
    assert APRIL.number(date(2026, 5, 7)) - APRIL.number(date(2026, 5, 1)) == 1


def test_a_holiday_on_a_sunday_takes_no_day():
    with_sunday = WorkingCalendar(date(2026, 5, 1), frozenset({date(2026, 5, 3)}))
    assert with_sunday.number(date(2026, 5, 4)) == 1


def test_a_day_off_has_the_number_of_the_next_working_day():
    assert APRIL.number(date(2026, 4, 4)) == APRIL.number(date(2026, 4, 6)) == 3
    assert not APRIL.is_working(date(2026, 4, 29))


def test_the_last_day_of_work_lies_before_the_end():
    assert APRIL.last_day(3) == date(2026, 4, 3)
    assert APRIL.last_day(0) is None


def test_days_before_the_calendar_are_refused():
    with pytest.raises(ValueError, match="lies before the first day"):
        APRIL.number(date(2026, 3, 31))
    with pytest.raises(ValueError, match="number from 0, not -1"):
        APRIL.day(-1)


@pytest.mark.parametrize("days_off", [frozenset(range(7)), frozenset({7})])
def test_a_week_needs_a_day_of_work(days_off):
    with pytest.raises(ValueError, match="at least one to work"):
        WorkingCalendar(date(2026, 4, 1), days_off=days_off)


@given(calendars, st.integers(0, 800))
def test_a_number_becomes_a_date_and_comes_back(calendar, number):
    day = calendar.day(number)
    assert calendar.is_working(day)
    assert calendar.number(day) == number


@given(calendars, days)
def test_a_number_counts_the_working_days_before(calendar, day):
    if day < calendar.first:
        return
    before = (calendar.first + timedelta(days=n) for n in range((day - calendar.first).days))
    assert calendar.number(day) == sum(calendar.is_working(each) for each in before)
