"""When the next reading is due, whatever day of the year the figures are of."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.goals.cadence import (
    day_to_enter,
    decides,
    last_full_period_end,
    newest_overdue,
    next_reading,
    period_end,
    period_start,
)
from kiun.goals.models import Cadence

DAYS = st.dates(date(2000, 1, 1), date(2080, 12, 31))
CADENCES = st.sampled_from(Cadence.values)
ONE_DAY = timedelta(days=1)
SHORTEST = {"monthly": 28, "quarterly": 89, "half_yearly": 181, "yearly": 365}


@pytest.mark.parametrize(
    ("on", "cadence", "following"),
    [
        ("2026-10-01", "yearly", "2027-10-01"),
        ("2026-04-01", "yearly", "2027-04-01"),
        ("2026-03-31", "yearly", "2027-03-31"),
        ("2024-02-29", "yearly", "2025-02-28"),
        ("2027-02-28", "yearly", "2028-02-29"),
        ("2026-03-31", "half_yearly", "2026-09-30"),
        ("2026-09-30", "quarterly", "2026-12-31"),
        ("2026-09-30", "monthly", "2026-10-31"),
        ("2026-01-30", "monthly", "2026-02-28"),
        ("2026-12-15", "monthly", "2027-01-15"),
    ],
)
def test_the_next_reading_is_one_cadence_later(on, cadence, following):
    assert next_reading(date.fromisoformat(on), cadence) == date.fromisoformat(following)


@given(DAYS, CADENCES)
def test_readings_at_the_end_of_a_period_are_followed_by_the_end_of_the_next(day, cadence):
    end = period_end(day, cadence)
    assert next_reading(end, cadence) == period_end(end + ONE_DAY, cadence)


@given(DAYS, CADENCES)
def test_no_reading_is_asked_for_before_a_whole_cadence_is_over(day, cadence):
    following = next_reading(day, cadence)
    assert following >= period_end(day + ONE_DAY, cadence)
    assert (following - day).days >= SHORTEST[cadence]


@given(DAYS, DAYS, CADENCES)
def test_a_reading_is_overdue_in_a_query_exactly_when_its_next_one_lies_before_today(day, today, cadence):
    assert (day <= newest_overdue(today, cadence)) == (next_reading(day, cadence) < today)


@given(DAYS, DAYS, CADENCES)
def test_the_ends_of_periods_are_overdue_and_offered_as_calendars_say(day, today, cadence):
    end = period_end(day, cadence)
    newest = last_full_period_end(today, cadence)
    assert (end <= newest_overdue(today, cadence)) == (end < newest)
    assert day_to_enter(None, today, cadence) == newest
    if end <= today:
        assert day_to_enter(end, today, cadence) == (newest if end < newest else None)


@given(DAYS, DAYS, CADENCES)
def test_no_day_is_offered_that_has_a_reading_or_lies_ahead(last, today, cadence):
    offered = day_to_enter(last, today, cadence)
    assert offered is None or last < offered < today


def test_the_day_that_is_offered_follows_the_last_reading():
    october = date(2025, 10, 1)
    assert day_to_enter(october, date(2026, 10, 1), "yearly") == date(2026, 3, 31)
    assert day_to_enter(october, date(2026, 10, 2), "yearly") == date(2026, 10, 1)
    assert day_to_enter(october, date(2028, 11, 23), "yearly") == date(2028, 10, 1)


@given(DAYS, CADENCES)
def test_of_the_ends_of_periods_only_the_one_of_the_deadline_decides(day, cadence):
    end = period_end(day, cadence)
    assert decides(end, day, cadence)
    assert not decides(period_start(day, cadence) - ONE_DAY, day, cadence)


@pytest.mark.parametrize(
    ("on", "decided"),
    [("2028-03-31", False), ("2028-04-01", False), ("2028-10-01", True), ("2029-03-31", True), ("2029-04-01", True)],
)
def test_the_figure_nearest_to_the_deadline_decides(on, decided):
    assert decides(date.fromisoformat(on), date(2029, 3, 31), "yearly") is decided
