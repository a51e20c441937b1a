import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kiun.analysis.survey_stats import cronbach_alpha, feldt_interval, mcdonald_omega


def published():
    """People × items of `cronbach_alpha.csv`, as published with pingouin."""
    with (Path(__file__).parent / "cronbach_alpha.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answers = np.full((15, 10), np.nan)
    for row in rows:
        answers[int(row["Subj"]), int(row["Items"][1:]) - 1] = float(row["Scores"])
    return answers


def test_the_published_example():
    alpha = cronbach_alpha(published())
    assert alpha.value == pytest.approx(0.5917188485995826, abs=1e-14)
    assert (round(alpha.low, 3), round(alpha.high, 3)) == (0.195, 0.840)
    assert (alpha.items, alpha.people, alpha.dropped, alpha.confidence) == (10, 15, 0, 0.95)


def test_feldts_interval_as_published():
    low, high = feldt_interval(0.85, people=89, items=7)
    assert (round(low, 4), round(high, 3)) == (0.7971, 0.893)


def test_alpha_by_hand():
    """Items 1 2 3 and 2 2 4: variances 1 and 4/3, totals 3 4 7 with variance 13/3; α = 2 · (1 − 7/13)."""
    assert cronbach_alpha([[1, 2], [2, 2], [3, 4]]).value == pytest.approx(12 / 13)


def test_people_who_left_something_out_are_dropped_and_counted():
    with_gaps = np.vstack([published(), [np.nan] * 10, [1.0] * 9 + [np.nan]])
    alpha = cronbach_alpha(with_gaps)
    assert (alpha.value, alpha.people, alpha.dropped) == (cronbach_alpha(published()).value, 15, 2)


def test_a_wider_confidence_gives_a_wider_interval():
    narrow, wide = cronbach_alpha(published(), confidence=0.9), cronbach_alpha(published(), confidence=0.99)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


@pytest.mark.parametrize(
    "answers", [[[1], [2]], [[1, 2]], [[1, np.nan], [2, 3]], [[1, 1], [1, 1]], [[1, 2], [2, 1]], [1, 2], [[1, np.inf]]]
)
def test_alpha_refuses_what_it_cannot_tell(answers):
    with pytest.raises(ValueError, match=r"α|answers"):
        cronbach_alpha(answers)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_lies_between_0_and_1(confidence):
    with pytest.raises(ValueError, match="confidence"):
        cronbach_alpha(published(), confidence=confidence)


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(float, (12, 4), elements=st.integers(1, 5).map(float)), st.floats(0.1, 9), st.floats(-5, 5))
def test_alpha_knows_neither_unit_nor_zero(answers, unit, zero):
    if answers.sum(axis=1).var() > 0:
        assert cronbach_alpha(answers * unit + zero).value == pytest.approx(cronbach_alpha(answers).value, abs=1e-9)


def with_covariance(covariance, people, seed=0):
    """Answers whose sample covariance is exactly the one asked for."""
    raw = np.random.default_rng(seed).standard_normal((people, len(covariance)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False)).T)
    return white @ np.linalg.cholesky(np.asarray(covariance)).T


def one_factor(loadings, unique):
    return np.outer(loadings, loadings) + np.diag(unique)


def test_omega_of_a_known_factor():
    """Σλ = 2.6, Σψ = 2.26: ω = 6.76 / 9.02."""
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    omega = mcdonald_omega(with_covariance(one_factor(loadings, 1 - loadings**2), 200))
    assert omega.value == pytest.approx(6.76 / 9.02, abs=1e-6)
    assert omega.loadings == pytest.approx(loadings, abs=1e-4)
    assert omega.uniquenesses == pytest.approx(1 - loadings**2, abs=1e-4)
    assert (omega.chi_square, omega.degrees_of_freedom, omega.p) == pytest.approx((0, 2, 1), abs=1e-6)
    assert (omega.heywood, omega.people, omega.dropped) == (False, 200, 0)


def test_omega_of_three_items_by_hand():
    """Three correlations fix three loadings: λ₁² = r₁₂ r₁₃ / r₂₃, so .42, .35, .30 give .7, .6, .5."""
    correlations = np.array([[1, 0.42, 0.35], [0.42, 1, 0.30], [0.35, 0.30, 1]])
    omega = mcdonald_omega(with_covariance(correlations, 60))
    assert omega.loadings == pytest.approx([0.7, 0.6, 0.5], abs=1e-4)
    assert omega.value == pytest.approx(1.8**2 / (1.8**2 + 0.51 + 0.64 + 0.75), abs=1e-6)
    assert omega.degrees_of_freedom == 0
    assert np.isnan(omega.p)


def test_items_of_unequal_spread_count_with_their_spread():
    loadings, unique = np.array([2.0, 1.0, 0.5]), np.array([1.0, 2.0, 0.25])
    omega = mcdonald_omega(with_covariance(one_factor(loadings, unique), 90))
    assert omega.value == pytest.approx(3.5**2 / (3.5**2 + 3.25), abs=1e-6)


def test_omega_equals_alpha_when_all_items_load_alike():
    answers = with_covariance(one_factor(np.full(5, 0.7), np.full(5, 0.51)), 100)
    assert mcdonald_omega(answers).value == pytest.approx(cronbach_alpha(answers).value, abs=1e-6)


def test_the_interval_of_omega_holds_it_as_often_as_it_says():
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    truth, random = 6.76 / 9.02, np.random.default_rng(1)
    held = 0
    for _ in range(80):
        factor = random.standard_normal((150, 1))
        omega = mcdonald_omega(factor * loadings + random.standard_normal((150, 4)) * np.sqrt(1 - loadings**2))
        held += omega.low <= truth <= omega.high
    assert 72 <= held <= 79


def test_two_factors_are_noticed():
    pair = np.array([[1, 0.7], [0.7, 1]])
    omega = mcdonald_omega(
        with_covariance(np.kron(np.eye(2), pair) + 0.2 * np.kron(1 - np.eye(2), np.ones((2, 2))), 200)
    )
    assert omega.p < 0.001


def test_a_heywood_case_claims_no_interval():
    """r₁₂ r₁₃ / r₂₃ = .9 · .9 / .5 would be a loading above 1."""
    omega = mcdonald_omega(with_covariance([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]], 60))
    assert omega.heywood
    assert np.isnan([omega.low, omega.high]).all()


@pytest.mark.parametrize(
    "answers",
    [
        [[1, 2], [2, 3], [3, 1]],
        [[1, 2, 3], [2, 3, 1], [3, 1, 2]],
        [[1, 1, 5], [2, 2, 5], [3, 1, 5], [4, 2, 5], [1, 3, 5]],
        [[1, 1, 2], [2, 2, 3], [3, 3, 1], [4, 4, 2], [1, 1, 5]],
    ],
    ids=["two items", "no more people than items", "no spread", "repeated item"],
)
def test_omega_refuses_what_it_cannot_tell(answers):
    with pytest.raises(ValueError, match="ω"):
        mcdonald_omega(answers)


def test_omega_drops_people_who_left_something_out():
    answers = with_covariance(one_factor(np.full(3, 0.7), np.full(3, 0.51)), 50)
    omega = mcdonald_omega(np.vstack([answers, [1, np.nan, 2]]))
    assert (omega.people, omega.dropped) == (50, 1)
    assert omega.value == mcdonald_omega(answers).value
