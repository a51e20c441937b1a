"""Each model against the textbook formula, and the mixture against plain arithmetic."""

import numpy as np
import pytest
from scipy import stats

from kiun.analysis.forecast.mixture import MODELS, TEMPERATURE, Mixture, fit, weigh

TIMES = np.array([[-4.5, -3.5, -2.0, -1.5, 0.0]])
LEVELS = np.array([[-1.0, 0.5, -0.2, 0.9, 0.0]])
HORIZON = np.array([[2.5]])
ALL = np.ones((5, 1), dtype=bool)
LINE, SHRUNK_LINE, STANDING, DRIFTING, SHRUNK = range(5)
ENERGY = 1.5**2 / 1 + 0.7**2 / 1.5 + 1.1**2 / 0.5 + 0.9**2 / 1.5


def fitted(times=TIMES, levels=LEVELS, mean=0.0, sd=np.nan):
    return fit(times, levels, np.array([mean]), np.array([sd]))


def predictive(model, **prior):
    last = fitted(**prior).after_all()
    return (
        last.location(HORIZON)[model, 0, 0],
        last.scale(HORIZON)[model, 0, 0],
        last.df[model, 0, 0],
    )


def test_the_line_is_the_predictive_t_of_ordinary_regression():
    t, y = TIMES[0], LEVELS[0]
    line = stats.linregress(t, y)
    residual = np.sum((y - line.intercept - line.slope * t) ** 2) / 3
    spread = np.sqrt(residual * (1 + 1 / 5 + (2.5 - t.mean()) ** 2 / np.sum((t - t.mean()) ** 2)))
    assert predictive(LINE) == pytest.approx((line.intercept + 2.5 * line.slope, spread, 3), rel=1e-12)


def test_the_walk_without_drift_stays_and_spreads_with_the_root_of_time():
    variance = ENERGY / 4
    assert predictive(STANDING) == pytest.approx((0, np.sqrt(variance * 2.5), 4), rel=1e-12)


def test_the_walk_with_drift_goes_on_as_from_first_to_last():
    drift = 1 / 4.5
    variance = (ENERGY - 1 / 4.5) / 3
    assert predictive(DRIFTING) == pytest.approx((2.5 * drift, np.sqrt(variance * (2.5 + 2.5**2 / 4.5)), 3), rel=1e-12)


def test_the_shrunk_walk_drifts_as_after_four_more_steps_of_standing_still():
    drift = 1 / (4.5 + 4)
    variance = (ENERGY - 1 / 8.5) / 4
    assert predictive(SHRUNK) == pytest.approx((2.5 * drift, np.sqrt(variance * (2.5 + 2.5**2 / 8.5)), 4), rel=1e-12)


def test_the_shrunk_line_is_ridge_regression():
    t, y = TIMES[0] - TIMES.mean(), LEVELS[0] - LEVELS.mean()
    precision = t @ t + 4
    slope = t @ y / precision
    residual = np.sum((y - slope * t) ** 2) + 4 * slope**2
    ahead = 2.5 - TIMES.mean()
    expected = (LEVELS.mean() + slope * ahead, np.sqrt(residual / 4 * (1 + 1 / 5 + ahead**2 / precision)), 4)
    assert predictive(SHRUNK_LINE) == pytest.approx(expected, rel=1e-12)


def test_a_known_drift_counts_by_its_variance_against_the_noise():
    noise = (ENERGY - 1 / 4.5) / 3
    weight = noise / 0.2**2
    drift = (1 + weight * 0.7) / (4.5 + weight)
    assert predictive(SHRUNK, mean=0.7, sd=0.2)[0] == pytest.approx(2.5 * drift, rel=1e-12)


@pytest.mark.parametrize(("shrunk", "free"), [(SHRUNK_LINE, LINE), (SHRUNK, DRIFTING)])
def test_a_vague_prior_changes_nothing_but_the_degrees_of_freedom(shrunk, free):
    location, scale, df = predictive(shrunk, mean=0.7, sd=1e6)
    free_location, free_scale, free_df = predictive(free)
    assert location == pytest.approx(free_location, abs=1e-9)
    assert (scale**2 * 4, df) == (pytest.approx(free_scale**2 * 3), free_df + 1)


@pytest.mark.parametrize("shrunk", [SHRUNK_LINE, SHRUNK])
def test_a_certain_prior_dictates_the_drift(shrunk):
    assert fitted(mean=0.7, sd=1e-9).after_all().slope[shrunk, 0, 0] == pytest.approx(0.7, abs=1e-6)


def test_an_exact_line_is_known_to_a_hundredth_of_its_step():
    exact = np.array([[-3.0, -2.0, -1.0, 0.0]])
    last = fitted(exact, exact).after_all()
    assert last.location(HORIZON)[[LINE, DRIFTING], 0, 0] == pytest.approx([2.5, 2.5])
    assert last.scale(HORIZON)[LINE, 0, 0] == pytest.approx(0.01 * np.sqrt(1 + 1 / 4 + 4**2 / 5))


def test_a_prefix_is_fitted_as_if_it_were_the_whole():
    short, long = fitted(TIMES[:, :4], LEVELS[:, :4]), fitted()
    step = np.array([[1.5]])
    assert long.location(step)[:, :, 1] == pytest.approx(short.location(step)[:, :, -1], rel=1e-9)
    assert long.scale(step)[:, :, 1] == pytest.approx(short.scale(step)[:, :, -1], rel=1e-9)


def test_the_weights_are_the_tempered_likelihood_of_the_fourth_and_fifth_value_foreseen():
    foreseen = np.zeros(len(MODELS))
    for known in (3, 4):
        past = fitted(TIMES[:, :known], LEVELS[:, :known]).after_all()
        step = np.array([[TIMES[0, known] - TIMES[0, known - 1]]])
        density = stats.t.logpdf(LEVELS[0, known], past.df, past.location(step), past.scale(step))
        foreseen += density[:, 0, 0]
    expected = np.exp(TEMPERATURE * foreseen)
    assert weigh(fitted(), TIMES, LEVELS, ALL)[:, 0] == pytest.approx(expected / expected.sum(), rel=1e-9)


def test_a_model_that_is_not_usable_weighs_nothing():
    usable = np.array([[True], [False], [True], [False], [True]])
    weights = weigh(fitted(), TIMES, LEVELS, usable)[:, 0]
    assert weights[[1, 3]].tolist() == [0, 0]
    assert weights.sum() == pytest.approx(1)


def mixture(floor=-np.inf):
    models = fitted()
    return Mixture.at(models, weigh(models, TIMES, LEVELS, ALL), HORIZON, np.array([floor]))


def test_the_distribution_is_the_weighted_sum_of_its_models():
    weights = weigh(fitted(), TIMES, LEVELS, ALL)[:, 0]
    last = fitted().after_all()
    each = stats.t.cdf(0.8, last.df, last.location(HORIZON), last.scale(HORIZON))[:, 0, 0]
    assert mixture().cdf(np.array([[0.8]]))[0, 0] == pytest.approx(weights @ each, rel=1e-12)


@pytest.mark.parametrize("floor", [-np.inf, 0.0])
def test_quantiles_invert_the_distribution(floor):
    wanted = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
    quantiles = mixture(floor).quantiles(wanted)[0, 0]
    assert [mixture(floor).cdf(np.array([[q]]))[0, 0] for q in quantiles] == pytest.approx(wanted, abs=1e-7)


def test_nothing_lies_under_the_floor():
    free, floored = mixture(), mixture(0.0)
    at = np.array([[1.0]])
    below = free.cdf(np.array([[0.0]]))
    assert floored.cdf(np.array([[0.0]]))[0, 0] == 0
    assert floored.cdf(at) == pytest.approx((free.cdf(at) - below) / (1 - below), rel=1e-12)
