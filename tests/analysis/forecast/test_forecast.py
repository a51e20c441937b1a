"""What a person relies on: words, rules, paces, and how the answer moves with the question."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kiun.analysis.forecast import (
    Direction,
    DriftPrior,
    FanPoint,
    Forecast,
    Observation,
    Outlook,
    Pace,
    Reason,
    Scale,
    Series,
    Target,
    drift_prior,
    forecast,
    forecast_many,
)

NOW = date(2026, 4, 1)
DEADLINE = date(2028, 3, 31)
UP, DOWN, REACH = Direction.INCREASE, Direction.DECREASE, Direction.REACH


def yearly(*values):
    """Observations on 31 March, the last in 2026."""
    first = 2026 - len(values) + 1
    return tuple(Observation(date(first + i, 3, 31), value) for i, value in enumerate(values))


def outlook_of(values, wanted, direction=UP, **options):
    return forecast(yearly(*values), Target(wanted, DEADLINE, direction), now=NOW, **options)


# Words


@pytest.mark.parametrize(
    ("probability", "word", "label"),
    [
        (0.0, Outlook.LOW, "低い"),
        (0.333, Outlook.LOW, "低い"),
        (1 / 3, Outlook.EVEN, "五分五分"),
        (0.666, Outlook.EVEN, "五分五分"),
        (2 / 3, Outlook.HIGH, "高い"),
        (1.0, Outlook.HIGH, "高い"),
    ],
)
def test_the_word_follows_the_thirds(probability, word, label):
    assert Outlook.of(probability) is word
    assert word.label == label


def test_every_reason_has_its_sentence():
    assert Outlook.UNKNOWN.label == "判定不能"
    assert all(reason.label.endswith("。") for reason in Reason)


@pytest.mark.parametrize(("probability", "shown"), [(0.0, 0.1), (0.05, 0.1), (0.42, 0.42), (0.97, 0.9), (1.0, 0.9)])
def test_no_more_than_ten_to_ninety_percent_is_shown(probability, shown):
    known = outlook_of([1, 2, 2, 4], 5)
    assert replace(known, probability=probability).shown_probability == shown


def test_without_a_probability_none_is_shown():
    assert outlook_of([1, 2], 5).shown_probability is None


# Known answers


def test_a_target_at_the_last_value_of_a_balanced_series_is_even():
    result = outlook_of([10, 13, 7, 7, 13, 10], 10)
    assert result.probability == pytest.approx(0.5, abs=0.01)
    assert result.outlook is Outlook.EVEN


def test_a_steady_climb_reaches_what_lies_on_its_way():
    result = outlook_of([10, 21, 29, 40, 51, 60], 70)
    assert (result.outlook, result.reached, result.reason) == (Outlook.HIGH, False, None)
    assert result.median == pytest.approx(80, abs=3)
    assert result.pace_so_far.per_year == pytest.approx(50 / (1826 / 365.25))


def test_a_steady_climb_does_not_reach_what_lies_far_beyond():
    assert outlook_of([10, 21, 29, 40, 51, 60], 120).outlook is Outlook.LOW


def test_an_exact_line_is_a_forecast_too():
    assert outlook_of([10, 20, 30, 40], 55).outlook is Outlook.HIGH
    assert outlook_of([10, 20, 30, 40], 65).outlook is Outlook.LOW


# Too little to tell


@pytest.mark.parametrize("values", [(), (10,), (10, 12), (10, 12, 13), (10, None, 12, None, 13)])
def test_under_four_points_there_is_only_the_required_pace(values):
    result = outlook_of(values, 20)
    assert (result.outlook, result.reason) == (Outlook.UNKNOWN, Reason.TOO_FEW_POINTS)
    assert (result.probability, result.median, result.interval, result.fan) == (None, None, None, ())
    assert (result.required_pace is None) is (not values)


def test_required_pace_leads_from_the_last_value_to_the_target():
    result = outlook_of([10, 12, 13], 20)
    years = 731 / 365.25
    assert result.required_pace == Pace(pytest.approx(7 / years))
    assert result.pace_so_far == Pace(pytest.approx(3 / (730 / 365.25)))
    assert (result.n_points, result.reached) == (3, False)


def test_required_pace_is_negative_when_the_indicator_must_fall():
    assert outlook_of([40, 38, 37], 30, DOWN).required_pace.per_year == pytest.approx(-7 / (731 / 365.25))


def test_nothing_more_is_required_once_the_target_is_reached():
    result = outlook_of([10, 15, 21], 20)
    assert (result.reached, result.required_pace) == (True, Pace(0.0))


def test_a_series_that_never_changed_tells_nothing():
    result = outlook_of([5, 5, 5, 5, 5], 5)
    assert (result.outlook, result.reason, result.reached) == (Outlook.UNKNOWN, Reason.CONSTANT_SERIES, True)


def test_a_deadline_in_the_past_has_no_outlook():
    result = forecast(yearly(1, 2, 3, 5), Target(4, date(2026, 3, 30), UP), now=NOW)
    assert (result.outlook, result.reason) == (Outlook.UNKNOWN, Reason.DEADLINE_PASSED)
    # what counts is the value of March 2025, the last before the deadline
    assert (result.reached, result.required_pace) == (False, None)


def test_a_deadline_that_passed_without_a_newer_value_has_no_outlook():
    result = forecast(yearly(1, 2, 3, 5), Target(4, date(2026, 9, 30), UP), now=date(2026, 10, 1))
    assert (result.reason, result.reached) == (Reason.DEADLINE_PASSED, True)


def test_the_day_of_the_deadline_still_counts():
    assert forecast(yearly(1, 2, 3, 5), Target(4, date(2026, 9, 30), UP), now=date(2026, 9, 30)).reason is None


def test_no_observation_at_all():
    result = forecast([], Target(4, DEADLINE, UP), now=NOW, scale=Scale.COUNT)
    assert result == Forecast(
        outlook=Outlook.UNKNOWN,
        reason=Reason.TOO_FEW_POINTS,
        n_points=0,
        scale=Scale.COUNT,
        reached=None,
        required_pace=None,
        pace_so_far=None,
    )


# What comes in


def test_two_values_of_one_day_count_once_with_their_mean():
    twice = [*yearly(1, 2, 3), Observation(date(2026, 3, 31), 5)]
    assert forecast(twice, Target(9, DEADLINE, UP), now=NOW).n_points == 3
    merged = forecast([*yearly(8, 1, 2, 3), Observation(date(2026, 3, 31), 5)], Target(9, DEADLINE, UP), now=NOW)
    assert merged == outlook_of([8, 1, 2, 4], 9)


def test_order_and_gaps_do_not_matter():
    plain = yearly(1, 4, 2, 5, 7)
    gap = Observation(date(2024, 9, 30), None)
    assert forecast([*reversed(plain), gap], Target(9, DEADLINE, UP), now=NOW) == outlook_of([1, 4, 2, 5, 7], 9)


def test_decimals_are_numbers():
    decimals = [Decimal(value) for value in ("1.5", "4", "2.25", "5")]
    assert outlook_of(decimals, Decimal(9)) == outlook_of([1.5, 4, 2.25, 5], 9)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_finite_number_is_refused(value):
    with pytest.raises(ValueError, match="observation must be a finite number"):
        Observation(NOW, value)
    with pytest.raises(ValueError, match="target must be a finite number"):
        Target(value, NOW, UP)
    with pytest.raises(ValueError, match="mean drift must be a finite number"):
        DriftPrior(value, 1)


@pytest.mark.parametrize("spread", [0, -1])
def test_a_prior_needs_a_spread(spread):
    with pytest.raises(ValueError, match="spread of drifts must be positive"):
        DriftPrior(0, spread)


# Directions


def test_to_reach_a_target_above_is_an_increase_and_below_a_decrease():
    values = [50, 47, 48, 43]
    assert outlook_of(values, 60, REACH) == outlook_of(values, 60, UP)
    assert outlook_of(values, 40, REACH) == outlook_of(values, 40, DOWN)


def test_to_reach_the_baseline_looks_at_where_the_series_went():
    assert outlook_of([50, 55, 58, 54], 50, REACH) == outlook_of([50, 55, 58, 54], 50, DOWN)
    assert outlook_of([50, 45, 48, 44], 50, REACH) == outlook_of([50, 45, 48, 44], 50, UP)


def test_a_target_equal_to_the_baseline_is_forecast():
    assert outlook_of([50, 45, 48, 44], 50, UP).outlook is Outlook.LOW


# Scales


def test_a_percentage_stays_a_percentage():
    result = outlook_of([60, 75, 88, 95], 97, scale=Scale.PERCENTAGE)
    assert result.scale is Scale.PERCENTAGE
    assert result.interval.low < 95 < result.interval.high <= 100


@pytest.mark.parametrize(
    ("values", "wanted", "direction"),
    [([0, 0, 3, 8], 20, UP), ([100, 100, 98, 97], 100, UP), ([97, 98, 100, 100], 100, UP), ([5, 3, 1, 0], 0, DOWN)],
)
def test_nought_and_a_hundred_percent_are_ordinary_values(values, wanted, direction):
    result = outlook_of(values, wanted, direction, scale=Scale.PERCENTAGE)
    assert result.scale is Scale.PERCENTAGE
    assert 0 < result.probability < 1


def test_the_logit_saturates_where_the_plain_scale_runs_past_the_end():
    near_the_top = [70, 80, 88, 93, 96]
    plain = outlook_of(near_the_top, 99.5)
    assert plain.interval.high > 100
    assert outlook_of(near_the_top, 99.5, scale=Scale.PERCENTAGE).probability < plain.probability


@pytest.mark.parametrize("values_and_target", [([90, 100, 104, 110], 120), ([90, 95, 97, 99], 120), ([-1, 2, 3, 5], 9)])
def test_what_is_no_share_of_a_hundred_is_forecast_plainly(values_and_target):
    values, wanted = values_and_target
    assert outlook_of(values, wanted, scale=Scale.PERCENTAGE) == outlook_of(values, wanted)


def test_a_count_grows_in_proportion_and_never_falls_below_nought():
    growing = outlook_of([100, 200, 400, 800], 2000, scale=Scale.COUNT)
    assert growing.median > outlook_of([100, 200, 400, 800], 2000).median
    shrinking = outlook_of([9, 5, 2, 0], 0, DOWN, scale=Scale.COUNT)
    assert shrinking.scale is Scale.COUNT
    assert all(point.low80 >= 0 for point in shrinking.fan)
    assert shrinking.probability > 0


def test_a_negative_count_is_forecast_plainly():
    values = [-100, 200, 400, 800]
    assert outlook_of(values, 2000, scale=Scale.COUNT) == outlook_of(values, 2000)


def test_huge_numbers_do_not_overflow():
    values = [1e308, -1e308, 1.5e308, 1.7e308]
    result = outlook_of(values, 1.79e308)
    assert result.probability == pytest.approx(outlook_of([v / 1e300 for v in values], 1.79e8).probability)
    assert np.isfinite([result.median, result.interval.low, result.interval.high]).all()


# Running totals


def test_a_running_total_that_fell_is_no_running_total():
    result = outlook_of([10, 20, 19, 30], 50, cumulative=True)
    assert (result.outlook, result.reason) == (Outlook.UNKNOWN, Reason.CUMULATIVE_FELL)


def test_a_running_total_keeps_what_it_has():
    result = outlook_of([10, 20, 22, 30], 30, cumulative=True)
    assert (result.probability, result.shown_probability, result.reached) == (1, 0.9, True)


def test_a_running_total_cannot_come_down_to_a_target():
    assert outlook_of([10, 20, 22, 30], 25, DOWN, cumulative=True).probability == 0


def test_a_running_count_adds_up_on_the_plain_scale():
    values = [10, 20, 22, 30]
    plain = outlook_of(values, 50, cumulative=True)
    assert outlook_of(values, 50, cumulative=True, scale=Scale.COUNT) == plain


def test_a_running_share_saturates():
    result = outlook_of([40, 60, 75, 88], 95, cumulative=True, scale=Scale.PERCENTAGE)
    assert 88 < result.interval.low < result.interval.high <= 100


# The fan


def test_the_fan_opens_at_the_last_observation_and_ends_at_the_deadline():
    result = outlook_of([1, 4, 2, 5, 7], 9)
    assert len(result.fan) == 13
    assert result.fan[0] == FanPoint(date(2026, 3, 31), 7, 7, 7, 7, 7)
    last = result.fan[-1]
    assert (last.on, last.median) == (DEADLINE, result.median)
    assert (last.low80, last.high80) == (result.interval.low, result.interval.high)
    assert result.interval.coverage == 0.8


def test_a_deadline_in_five_days_has_a_short_fan():
    observations = [Observation(point.on + timedelta(days=1), point.value) for point in yearly(1, 4, 2, 5)]
    result = forecast(observations, Target(9, date(2026, 4, 6), UP), now=NOW)
    assert [point.on.day for point in result.fan] == [1, 2, 3, 4, 5, 6]


# Similar indicators


def rising_family(drifts, **options):
    return [
        Series(observations=yearly(10, 10 + d, 10 + 2 * d, 10 + 3 * d), target=Target(50, DEADLINE, UP), **options)
        for d in drifts
    ]


def test_the_prior_is_the_mean_and_spread_of_similar_drifts():
    prior = drift_prior(rising_family([1, 2, 3]))
    year = 365.25 * 3 / 1095  # 31 March 2023 to 2026: 1,096 days
    assert prior.mean == pytest.approx(2 * year, rel=1e-2)
    assert prior.sd == pytest.approx(1 * year, rel=1e-2)


def test_two_similar_series_are_too_few_and_equal_ones_have_no_spread():
    assert drift_prior(rising_family([1, 2])) is None
    assert drift_prior(rising_family([2, 2, 2])) is None


def test_similar_series_share_a_scale():
    mixed = [*rising_family([1, 2]), *rising_family([3], scale=Scale.PERCENTAGE)]
    with pytest.raises(ValueError, match="similar series must share one scale"):
        drift_prior(mixed)


def test_a_rising_family_raises_the_outlook_and_a_falling_one_lowers_it():
    values, wanted = [10, 12, 9, 11], 14
    alone = outlook_of(values, wanted).probability
    assert outlook_of(values, wanted, prior=DriftPrior(3, 0.5)).probability > alone
    assert outlook_of(values, wanted, prior=DriftPrior(-3, 0.5)).probability < alone


# Many at once


def test_many_answer_as_one_by_one_in_their_order():
    series = [
        Series(observations=yearly(1, 4, 2, 5, 7), target=Target(9, DEADLINE, UP)),
        Series(observations=yearly(1, 4), target=Target(9, DEADLINE, UP)),
        Series(observations=yearly(10, 20, 40, 80), target=Target(200, DEADLINE, UP), scale=Scale.COUNT),
        Series(observations=yearly(10, 20, 25, 31, 44), target=Target(60, DEADLINE, UP), cumulative=True),
        Series(observations=yearly(60, 50, 55, 40, 44), target=Target(30, DEADLINE, DOWN), scale=Scale.PERCENTAGE),
    ]
    together = forecast_many(series, now=NOW)
    for one, found in zip(series, together, strict=True):
        alone = forecast(
            one.observations, one.target, scale=one.scale, cumulative=one.cumulative, prior=one.prior, now=NOW
        )
        assert (found.outlook, found.reason, found.scale) == (alone.outlook, alone.reason, alone.scale)
        assert found.probability == (None if alone.probability is None else pytest.approx(alone.probability, rel=1e-9))
        assert [p.median for p in found.fan] == pytest.approx([p.median for p in alone.fan], rel=1e-9)
    assert forecast_many([], now=NOW) == ()


# Properties

tenths = st.integers(-1000, 1000).map(lambda x: x / 10)
histories = st.lists(tenths, min_size=4, max_size=12).filter(lambda values: len(set(values)) > 1)


def close(expected):
    return pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(histories, tenths)
@settings(max_examples=60, deadline=None)
def test_up_and_down_are_mirror_images(values, wanted):
    up = outlook_of(values, wanted, UP)
    down = outlook_of([-value for value in values], -wanted, DOWN)
    assert down.probability == close(up.probability)
    assert (down.interval.low, down.interval.high) == (close(-up.interval.high), close(-up.interval.low))


@given(histories, tenths)
@settings(max_examples=60, deadline=None)
def test_either_it_ends_above_or_below(values, wanted):
    assert outlook_of(values, wanted, UP).probability + outlook_of(values, wanted, DOWN).probability == close(1)


@given(histories, tenths, st.sampled_from([1e-6, 0.5, 10000]), tenths)
@settings(max_examples=60, deadline=None)
def test_another_unit_or_origin_changes_nothing(values, wanted, factor, shift):
    plain = outlook_of(values, wanted)
    moved = outlook_of([factor * (value + shift) for value in values], factor * (wanted + shift))
    assert moved.probability == close(plain.probability)
    assert moved.median == pytest.approx(factor * (plain.median + shift), rel=1e-6, abs=factor * 1e-5)


@given(histories, tenths, st.integers(-3000, 3000))
@settings(max_examples=60, deadline=None)
def test_another_decade_changes_nothing(values, wanted, days):
    by = timedelta(days=days)
    then = [Observation(point.on + by, point.value) for point in yearly(*values)]
    moved = forecast(then, Target(wanted, DEADLINE + by, UP), now=NOW + by)
    plain = outlook_of(values, wanted)
    assert (moved.probability, moved.median) == (close(plain.probability), close(plain.median))
    assert moved.required_pace == plain.required_pace


@given(histories, tenths, st.floats(0.1, 50), st.sampled_from(Scale), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_further_target_is_never_likelier(values, wanted, further, scale, cumulative):
    values = [abs(value) for value in values]
    assume(len(set(values)) > 1)
    if cumulative:
        values = sorted(values)
    near = outlook_of(values, abs(wanted), scale=scale, cumulative=cumulative)
    far = outlook_of(values, abs(wanted) + further, scale=scale, cumulative=cumulative)
    assume(near.scale is far.scale)
    assert far.probability <= near.probability


@given(histories, tenths, st.sampled_from(Scale), st.booleans())
@settings(max_examples=100, deadline=None)
def test_the_fan_is_ordered_finite_and_agrees_with_the_probability(values, wanted, scale, cumulative):
    values = sorted(values) if cumulative else values
    result = outlook_of(values, wanted, scale=scale, cumulative=cumulative)
    for point in result.fan:
        assert point.low80 <= point.low50 <= point.median <= point.high50 <= point.high80
        assert np.isfinite([point.low80, point.high80]).all()
    assert 0 <= result.probability <= 1
    if result.median < wanted:
        assert result.probability <= 0.5 + 1e-6
    if result.median > wanted:
        assert result.probability >= 0.5 - 1e-6


@given(st.lists(st.integers(0, 500), min_size=4, max_size=12).filter(any), st.sampled_from(Scale))
@settings(max_examples=100, deadline=None)
def test_a_running_total_is_never_forecast_to_fall(additions, scale):
    values = np.cumsum(additions).tolist()
    assume(values[0] != values[-1])
    result = outlook_of(values, values[-1] + 100, cumulative=True, scale=scale)
    assert result.fan[0].low80 == values[-1]
    for before, after in pairwise(result.fan):
        assert after.low80 >= before.low80 - 1e-9 * values[-1]
        assert after.median >= before.median - 1e-9 * values[-1]
        assert after.high80 >= before.high80 - 1e-9 * values[-1]


@given(st.lists(st.floats(-1e300, 1e300), min_size=4, max_size=8), st.floats(-1e300, 1e300), st.sampled_from(Scale))
@settings(max_examples=100, deadline=None)
def test_any_finite_numbers_get_an_answer(values, wanted, scale):
    result = outlook_of(values, wanted, scale=scale)
    if len(set(values)) == 1:
        assert result.reason is Reason.CONSTANT_SERIES
    else:
        assert 0 <= result.probability <= 1
        assert result.outlook is Outlook.of(result.probability)
