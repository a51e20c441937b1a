"""Sparklines, meters and shares: the server draws them, so their places can be told exactly."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiun.ui import sparklines
from kiun.ui.meters import scale, shares


def days(values):
    return [(date(2026, 1, day), value) for day, value in enumerate(values, start=1)]


def test_a_sparkline_runs_from_the_first_to_the_last_value_below_its_target():
    spark = sparklines.draw(days([0, 10, 20, 30]), 40)
    assert spark.lines == ("4.0,28.0 38.7,22.0 73.3,16.0 108.0,10.0",)
    assert spark.dots == (("108.0", "10.0"),)
    assert spark.target_y == "4.0"


def test_a_gap_parts_the_line():
    assert len(sparklines.draw(days([1, 2, None, 4, 5])).lines) == 2


def test_few_points_are_dots_and_no_course():
    spark = sparklines.draw(days([66, 70, 71]))
    assert (spark.lines, len(spark.dots), spark.target_y) == ((), 3, "")


def test_no_value_draws_nothing():
    assert sparklines.draw(days([None, None])) == sparklines.Sparkline(lines=(), dots=(), target_y="")


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20), st.none() | st.floats(-1e9, 1e9))
def test_a_sparkline_never_leaves_its_field(values, target):
    spark = sparklines.draw(days(values), target)
    places = [place.split(",") for line in spark.lines for place in line.split()] + [list(dot) for dot in spark.dots]
    assert all(0 <= float(x) <= sparklines.WIDTH and 0 <= float(y) <= sparklines.HEIGHT for x, y in places)


def test_a_meter_stays_on_its_bar():
    meter = scale(72, 100, 70, 74)
    assert (meter.length, meter.low, meter.high) == ("72.00", "70.00", "74.00")
    assert scale(130, 100).length == "100.00"
    assert scale(None, 100).length == "0"


def test_shares_follow_each_other_and_leave_out_the_empty():
    drawn = shares([("on_track", "順調", 3), ("even", "五分五分", 0), ("late", "遅れ", 1)])
    assert [(share.status, share.start, share.length) for share in drawn] == [
        ("on_track", "0.000", "75.000"),
        ("late", "75.000", "25.000"),
    ]
