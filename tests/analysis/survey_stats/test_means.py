import numpy as np
import pytest

from kiun.analysis.survey_stats import bounds_of, mean_interval, nonresponse_bounds, poststratify

NAN = float("nan")


def test_an_interval_by_hand():
    """3 4 5 4 4: mean 4, sd √.5, error √.1; t₄ at 97.5% is 2.776445."""
    found = mean_interval([3, 4, 5, 4, 4])
    assert (found.mean, found.error, found.people, found.missing) == (4, pytest.approx(0.1**0.5), 5, 0)
    assert (found.low, found.high) == pytest.approx((4 - 0.877989, 4 + 0.877989), abs=1e-6)


def test_five_people_with_a_spread_of_point_seven():
    """The half-width of ±.87 that says why five people are few."""
    answers = 3 + 0.7 * np.array([-1, -1, 0, 1, 1])
    assert round(mean_interval(answers).high - 3, 2) == 0.87


def test_whoever_asked_everybody_has_no_sampling_error():
    found = mean_interval([3, 4, 5, 4, 4], population=5)
    assert (found.low, found.mean, found.high, found.error) == (4, 4, 4, 0)


def test_a_known_population_narrows_the_interval():
    part, half = mean_interval([3, 4, 5, 4, 4]), mean_interval([3, 4, 5, 4, 4], population=10)
    assert half.error == pytest.approx(part.error * 0.5**0.5)


def test_what_is_not_known_is_left_out_and_counted():
    found = mean_interval([3, NAN, 4, 5, 4, 4, NAN])
    assert (found.mean, found.people, found.missing) == (4, 5, 2)


def test_one_answer_says_nothing_of_its_error():
    found = mean_interval([4])
    assert (found.mean, found.low, found.high) == (4, -np.inf, np.inf)
    assert np.isnan(found.error)


@pytest.mark.parametrize("values", [[], [NAN]])
def test_a_mean_needs_an_answer(values):
    with pytest.raises(ValueError, match="answer"):
        mean_interval(values)


def test_more_answers_than_people_are_refused():
    with pytest.raises(ValueError, match="people"):
        mean_interval([1, 2, 3], population=2)


def test_weights_by_hand():
    """Two of ten in the first stratum say 1 2, three of ten in the second 3 4 5: (1.5 + 4) / 2.

    Weights 5/2 · 1/2 and 5/3 · 1/2; variance ¼ · .8 · .5/2 + ¼ · .7 · 1/3.
    """
    found = poststratify([1, 2, 3, 4, 5], [0, 0, 1, 1, 1], [10, 10])
    assert found.mean == pytest.approx(2.75)
    assert found.weights == pytest.approx([1.25, 1.25, 5 / 6, 5 / 6, 5 / 6])
    assert found.error == pytest.approx((0.25 * 0.8 * 0.25 + 0.25 * 0.7 / 3) ** 0.5)
    assert found.effective == pytest.approx(4.8)
    assert (found.uncovered, found.people, found.missing) == (0, 5, 0)
    # t₃ at 97.5% is 3.182446.
    assert found.high == pytest.approx(2.75 + 3.182446 * found.error, abs=1e-5)


def test_proportional_strata_weigh_alike():
    found = poststratify([1, 2, 3, 4], [0, 0, 1, 1], [50, 50])
    assert found.weights == pytest.approx([1, 1, 1, 1])
    assert (found.mean, found.effective) == (2.5, 4)


def test_people_who_did_not_know_have_no_weight():
    found = poststratify([1, NAN, 2, 3, 4, 5], [0, 1, 0, 1, 1, 1], [10, 10])
    assert found.weights[1] == 0
    assert (found.mean, found.people, found.missing) == (pytest.approx(2.75), 5, 1)


def test_a_stratum_in_which_nobody_answered_is_not_spoken_for():
    found = poststratify([1, 2, 3, 4], [0, 0, 1, 1], [10, 10, 5])
    assert (found.mean, found.uncovered) == (2.5, pytest.approx(0.2))


def test_one_answer_in_a_stratum_takes_the_pooled_variance():
    """1 3 and 4: the pooled variance is 2."""
    found = poststratify([1, 3, 4], [0, 0, 1], [10, 10])
    assert found.error == pytest.approx((0.25 * 0.8 * 2 / 2 + 0.25 * 0.9 * 2 / 1) ** 0.5)


def test_one_answer_in_each_stratum_has_no_end():
    found = poststratify([1, 4], [0, 1], [10, 10])
    assert (found.low, found.high) == (-np.inf, np.inf)


def test_everybody_answered():
    found = poststratify([1, 4, 4], [0, 1, 1], [1, 2])
    assert (found.low, found.mean, found.high) == (3, 3, 3)


@pytest.mark.parametrize(
    ("values", "strata", "population"),
    [
        ([1, 2], [0], [5]),
        ([1, 2], [0, 1], [5]),
        ([1, 2], [0, -1], [5]),
        ([1, 2], [0, 0], [1]),
        ([NAN], [0], [5]),
        ([], np.array([], dtype=int), [5]),
        ([1.0], [0.5], [5]),
    ],
)
def test_weights_refuse_what_does_not_fit(values, strata, population):
    with pytest.raises(ValueError, match="strat"):
        poststratify(values, strata, population)


def test_bounds_by_hand():
    """Six of ten say 4 on average: the other four lie between 1 and 5."""
    found = nonresponse_bounds([4, 4, 4, 4, 3, 5, NAN], 10)
    assert (found.mean, found.response) == (4, 0.6)
    assert (found.low, found.high) == pytest.approx((2.8, 4.4))


def test_bounds_close_when_everybody_answers():
    found = nonresponse_bounds([2, 4], 2)
    assert (found.low, found.high) == (3, 3)


@pytest.mark.parametrize(("values", "population"), [([], 3), ([NAN], 3), ([1, 2], 1), ([6], 3), ([0], 3)])
def test_bounds_refuse_what_does_not_fit(values, population):
    with pytest.raises(ValueError, match=r"answer|scale"):
        nonresponse_bounds(values, population)


def test_bounds_of_a_mean_that_is_known_already():
    found = bounds_of(50, 0.75, lowest=0, highest=100)
    assert (found.mean, found.response, found.low, found.high) == (50, 0.75, 37.5, 62.5)


@pytest.mark.parametrize(("mean", "response"), [(50, 0), (50, 1.1), (101, 0.5), (-1, 0.5)])
def test_bounds_of_a_mean_refuse_what_does_not_fit(mean, response):
    with pytest.raises(ValueError, match="scale"):
        bounds_of(mean, response, lowest=0, highest=100)
