import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kiun.analysis.forecast import CalibrationBin, brier_score, calibration_table


def test_brier_is_the_mean_squared_distance():
    assert brier_score([0.8, 0.3, 0.5], [True, False, True]) == pytest.approx((0.04 + 0.09 + 0.25) / 3)


def test_certainty_scores_zero_when_right_and_one_when_wrong():
    assert brier_score([1.0, 0.0], [True, False]) == 0
    assert brier_score([1.0, 0.0], [False, True]) == 1


def test_a_bin_tells_forecast_and_outcome_with_its_uncertainty():
    table = calibration_table([0.7, 0.8, 0.75, 0.75, 0.2], [True, True, False, True, False], edges=(0, 0.5, 1))
    assert (table.n, table.base_rate) == (5, 0.6)
    assert table.bins[0].n == 1
    upper = table.bins[1]
    assert (upper.low, upper.high, upper.n, upper.mean_forecast, upper.observed_rate) == (0.5, 1, 4, 0.75, 0.75)
    # Wilson's interval for 3 of 4, by hand: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n) with z = 1.959964
    assert (upper.observed_low, upper.observed_high) == pytest.approx((0.300642, 0.954413), abs=1e-6)


def test_an_empty_bin_claims_nothing():
    table = calibration_table([0.9], [True], edges=(0, 0.5, 1))
    assert table.bins[0] == CalibrationBin(0, 0.5, 0, None, None, None, None)


def test_edges_belong_to_the_bin_above_and_one_to_the_last():
    table = calibration_table([0.0, 0.1, 0.9, 1.0], [False, False, True, True])
    assert [one.n for one in table.bins] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]


@settings(deadline=None)
@given(hnp.arrays(float, st.integers(1, 60), elements=st.floats(0, 1)), st.randoms(use_true_random=False))
def test_every_forecast_is_in_one_bin_and_the_means_add_up(probabilities, random):
    outcomes = [random.random() < p for p in probabilities]
    table = calibration_table(probabilities, outcomes)
    filled = [one for one in table.bins if one.n]
    assert sum(one.n for one in filled) == len(probabilities) == table.n
    assert sum(one.n * one.mean_forecast for one in filled) == pytest.approx(np.sum(probabilities))
    assert sum(one.n * one.observed_rate for one in filled) == pytest.approx(sum(outcomes))
    assert all(one.low - 1e-12 <= one.mean_forecast <= one.high + 1e-12 for one in filled)
    assert all(one.observed_low - 1e-12 <= one.observed_rate <= one.observed_high + 1e-12 for one in filled)


@pytest.mark.parametrize(
    ("probabilities", "outcomes"),
    [([], []), ([0.5], [True, False]), ([1.1], [True]), ([-0.1], [True]), ([float("nan")], [True])],
)
def test_what_cannot_be_scored_is_refused(probabilities, outcomes):
    with pytest.raises(ValueError, match=r"probabilities"):
        brier_score(probabilities, outcomes)


@pytest.mark.parametrize("edges", [(0, 0.5), (0.1, 1), (0, 0.7, 0.3, 1), (0, 0.5, 0.5, 1)])
def test_edges_increase_from_nought_to_one(edges):
    with pytest.raises(ValueError, match="edges must increase from 0 to 1"):
        calibration_table([0.5], [True], edges=edges)
