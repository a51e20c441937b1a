import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.survey_stats import shrink

# Batting averages after 45 turns in 1970, Efron and Morris 1975: hits of Clemente, F. Robinson, F. Howard … Alvis.
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
NAN = float("nan")


def test_the_published_players():
    averages = HITS / 45
    mean = averages.mean()
    found = shrink(averages, np.full(18, mean * (1 - mean) / 45))
    assert found.weight.round(3) == pytest.approx(np.full(18, 0.212))
    assert (round(found.raw[0], 3), round(found.shrunk[0], 3)) == (0.400, 0.294)
    assert (round(found.centre, 3), found.groups) == (0.265, 18)


def test_equal_variances_by_hand():
    """0 2 4 6 8 around 4: Σ = 40, variance 2, k = 5: the weight is 1 − 2 · 2/40 = .9."""
    found = shrink([0, 2, 4, 6, 8], [2] * 5)
    assert found.weight == pytest.approx([0.9] * 5)
    assert found.shrunk == pytest.approx([0.4, 2.2, 4, 5.8, 7.6])
    assert found.between_variance == pytest.approx(8)


def test_uncertain_groups_give_way_more():
    found = shrink([0, 2, 4, 6, 8, 10], [0.5, 4, 0.5, 4, 0.5, 4])
    assert found.weight[0] > found.weight[1]
    spread = np.sum((found.raw - found.centre) ** 2 / (np.array([0.5, 4] * 3) + found.between_variance))
    assert spread == pytest.approx(5)


def test_differences_that_chance_explains_keep_little():
    """No variance between groups is left: the weight is 1 − (k − 3)/(k − 1)."""
    found = shrink([3.0, 3.1, 2.9, 3.0, 3.05], [1] * 5)
    assert found.between_variance == 0
    assert found.weight == pytest.approx([0.5] * 5)


def test_groups_without_a_mean_stay_without():
    found = shrink([0, NAN, 2, 4, 6, 8], [2, 9, 2, 2, 2, 2])
    assert found.weight[[0, 2]] == pytest.approx([0.9, 0.9])
    assert np.isnan([found.raw[1], found.shrunk[1], found.weight[1]]).all()
    assert found.groups == 5


@pytest.mark.parametrize(
    ("means", "variances"),
    [([1, 2, 3], [1] * 3), ([1, 2, 3, 4], [1, 1, 1, 0]), ([1, 2, 3, 4], [1] * 3), ([NAN] * 5, [1] * 5)],
)
def test_what_cannot_be_shrunk_is_refused(means, variances):
    with pytest.raises(ValueError, match="variances"):
        shrink(means, variances)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 100)), min_size=4, max_size=30))
def test_shrunk_means_lie_between_raw_and_centre(groups):
    means, variances = np.array(groups).T
    found = shrink(means, variances)
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    low, high = np.minimum(found.raw, found.centre), np.maximum(found.raw, found.centre)
    assert ((low - 1e-9 <= found.shrunk) & (found.shrunk <= high + 1e-9)).all()
