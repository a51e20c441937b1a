"""The benchmark is the acceptance: a small run of it keeps every change of the method honest."""

import numpy as np
import pytest
from benchmarks.forecast import KIUN, LENGTHS, PLUG_IN, PROCESSES, TARGETS, draw_case, margin, run

from kiun.analysis.forecast import brier_score


@pytest.fixture(scope="module")
def answers():
    return run(11, 420, list(PROCESSES), TARGETS)


@pytest.mark.parametrize("n", LENGTHS)
def test_kiun_is_best_or_next_to_it(answers, n):
    assert margin(answers[n].brier()) <= 0.005


def test_saying_nine_in_ten_is_right_nine_times_in_ten_unlike_regression(answers):
    came_true = np.concatenate([each.came_true for each in answers.values()])
    sure = {
        method: np.concatenate([each.by_method[method] for each in answers.values()]) >= 0.9
        for method in (KIUN, PLUG_IN)
    }
    assert came_true[sure[KIUN]].mean() >= 0.9
    assert came_true[sure[PLUG_IN]].mean() < 0.9


def test_fifty_percent_always_scores_a_quarter(answers):
    assert {each.brier()["always 50%"] for each in answers.values()} == {0.25}
    assert brier_score([0.5], [True]) == 0.25


@pytest.mark.parametrize("process", PROCESSES)
def test_the_methods_never_see_the_deadline(process):
    case = draw_case(np.random.default_rng(3), process, 6, "stretch")
    assert len(case.series.observations) == 6
    assert all(observation.on < case.series.target.by for observation in case.series.observations)
