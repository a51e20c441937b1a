"""Places on a stretch of fiscal years, in percent of its width."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kiun.ui.timelines import MOST_YEARS, Timeline, Zoom, timeline_of

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
NEAR = st.dates(date(2020, 4, 1), date(2033, 3, 31))


def test_a_timeline_is_made_of_whole_fiscal_years_around_what_it_shows():
    line = timeline_of([date(2025, 3, 31), date(2027, 4, 1)], TODAY)
    assert (line.first, line.last, line.years) == (date(2024, 4, 1), date(2028, 3, 31), 4)
    assert (timeline_of([], TODAY).first, timeline_of([], TODAY).last) == (date(2026, 4, 1), date(2027, 3, 31))


def test_days_have_their_places():
    line = Timeline(2025, 2026, TODAY)
    assert line.days == 730
    assert line.place(date(2025, 4, 1)) == 0
    assert line.place(date(2026, 4, 1)) == 50
    assert line.now == pytest.approx(100 * 601 / 730)
    assert (line.span(date(2025, 4, 1), date(2026, 3, 31)).x, line.span(date(2025, 4, 1), date(2026, 3, 31)).end) == (
        0, 50,
    )  # fmt: skip


def test_what_lies_beyond_is_cut_and_says_so():
    line = Timeline(2025, 2026, TODAY)
    span = line.span(date(2020, 1, 1), date(2040, 1, 1))
    assert (span.x, span.width, span.is_cut_before, span.is_cut_after) == (0, 100, True, True)
    assert line.span(date(9999, 12, 31), date(9999, 12, 31)).width == 0
    assert not line.holds(date(2027, 4, 1))


@given(st.lists(DAYS, max_size=8))
def test_a_timeline_never_grows_without_end_and_always_holds_today(days):
    line = timeline_of(days, TODAY)
    assert 1 <= line.years <= MOST_YEARS
    assert line.holds(TODAY)
    assert 0 <= line.now < 100


@given(st.lists(NEAR, min_size=1, max_size=8))
def test_all_that_fits_is_inside(days):
    line = timeline_of(days, TODAY)
    assert all(line.holds(day) for day in days)


@given(st.lists(DAYS, max_size=8), DAYS, DAYS)
def test_a_bar_stays_within_the_picture(days, one, other):
    span = timeline_of(days, TODAY).span(min(one, other), max(one, other))
    assert 0 <= span.x <= span.end <= 100 + 1e-9
    assert span.width >= 0


@given(st.lists(NEAR, min_size=1, max_size=4), NEAR, st.integers(0, 400))
def test_earlier_days_lie_further_left(days, day, later):
    line = timeline_of(days, TODAY)
    assert line.place(day) <= line.place(day + timedelta(days=later))


@pytest.mark.parametrize(("zoom", "number"), [(Zoom.YEAR, 0), (Zoom.QUARTER, 8), (Zoom.MONTH, 24)])
def test_the_axis_covers_the_whole_width(zoom, number):
    line = Timeline(2025, 2026, TODAY)
    ticks = line.ticks(zoom)
    assert len(ticks) == number
    for drawn in filter(None, (ticks, line.year_ticks)):
        assert drawn[0].x == 0
        assert sum(tick.width for tick in drawn) == pytest.approx(100)


def test_years_and_months_are_called_as_people_call_them():
    line = Timeline(2026, 2026, TODAY)
    assert [tick.label for tick in line.year_ticks + line.short_year_ticks] == ["令和8年度", "R8"]
    assert [tick.label for tick in line.ticks(Zoom.QUARTER)] == ["4–6月", "7–9月", "10–12月", "1–3月"]
    assert [tick.label for tick in line.ticks(Zoom.MONTH)][:2] == ["4月", "5月"]
    with translation.override("en"):
        assert next(tick.label for tick in line.ticks(Zoom.QUARTER)) == "Apr–Jun"
