import numpy as np
import pytest

from kiun.analysis.survey_stats import icc1, icc1k, rwg

# Eight wines tasted by four judges, as published with pingouin.
WINES = np.array(
    [[1, 2, 0, 1], [1, 3, 3, 2], [3, 8, 1, 4], [6, 4, 3, 3], [6, 5, 5, 6], [7, 5, 6, 2], [8, 7, 7, 9], [9, 9, 9, 8]]
)
NAN = float("nan")


def test_the_published_wines():
    scores, wines = WINES.ravel(), np.repeat(np.arange(8), 4)
    one, mean = icc1(scores, wines), icc1k(scores, wines)
    assert (round(one.value, 3), round(mean.value, 3)) == (0.728, 0.914)
    assert (round(one.low, 2), round(one.high, 2)) == (0.43, 0.93)
    assert (round(mean.low, 2), round(mean.high, 2)) == (0.75, 0.98)
    assert (one.groups, one.people, one.size, one.missing) == (8, 32, 4, 0)
    assert one.f == pytest.approx(11.680026, abs=1e-6)
    assert one.p == mean.p == pytest.approx(2.2e-6, abs=1e-7)


def test_unequal_groups_by_hand():
    """Groups 1 2 3 and 5 7: means 2 and 6, grand mean 3.6; MSB = 3·1.6² + 2·2.4² = 19.2, MSW = (2 + 2) / 3, F = 14.4.

    The average size is 5 − 13/5 = 2.4, so ICC(1) = 13.4 / (14.4 + 1.4).
    """
    found = icc1([1, 2, 3, 5, 7], list("aaabb"))
    assert (found.f, found.size, found.value) == pytest.approx((14.4, 2.4, 13.4 / 15.8))
    assert icc1k([1, 2, 3, 5, 7], list("aaabb")).value == pytest.approx(13.4 / 14.4)


def test_people_without_a_score_are_left_out_and_counted():
    found = icc1([1, 2, 3, NAN, 5, 7, NAN], list("aaaabbc"))
    assert found.value == icc1([1, 2, 3, 5, 7], list("aaabb")).value
    assert (found.groups, found.people, found.missing) == (2, 5, 2)


def test_groups_that_differ_less_than_their_people_go_below_0():
    assert icc1([1, 5, 2, 4], list("aabb")).value == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("scores", "groups"), [([1, 2], "aa"), ([1, 2], "ab"), ([1, 1, 2, 2], "aabb"), ([1, 2, 3], "ab"), ([NAN, 1], "aa")]
)
def test_what_tells_no_correlation_is_refused(scores, groups):
    with pytest.raises(ValueError, match=r"ICC|as many groups"):
        icc1(scores, list(groups))


def test_agreement_on_one_item_by_hand():
    """4 4 5 3 4 has variance 1/2 and chance on five steps 2: r_wg = 3/4."""
    found = rwg([4, 4, 5, 3, 4])
    assert (found.value, found.people, found.items) == (pytest.approx(0.75), 5, 1)


def test_agreement_on_several_items_by_hand():
    """Mean variance 1/2 on J = 3: 3 · .75 / (3 · .75 + .25) = .9."""
    found = rwg(np.repeat([[4], [4], [5], [3], [4]], 3, axis=1))
    assert (found.value, found.people, found.items) == (pytest.approx(0.9), 5, 3)


def test_perfect_agreement_and_worse_than_chance():
    assert rwg([3, 3, 3]).value == 1
    assert rwg([1, 5, 1, 5]).value == 0
    assert rwg([[1, 1], [5, 5]]).value == 0


def test_another_chance_variance():
    """.5 / 1.34, the slightly skewed five steps of LeBreton and Senter."""
    assert rwg([4, 4, 5, 3, 4], chance_variance=1.34).value == pytest.approx(1 - 0.5 / 1.34)
    assert rwg([4, 4, 5, 3, 4], steps=7).value == pytest.approx(1 - 0.5 / 4)


def test_what_is_not_known_is_left_out_item_by_item():
    found = rwg([[4, 4], [4, NAN], [5, 5], [3, 3], [4, 4], [NAN, 4], [NAN, NAN]])
    assert (found.value, found.people) == (pytest.approx(2 * 0.75 / (2 * 0.75 + 0.25)), 6)


@pytest.mark.parametrize("answers", [[], [4], [[4, NAN], [3, 2]], [[[1]]]])
def test_agreement_needs_two_people_for_each_item(answers):
    with pytest.raises(ValueError, match="r_wg"):
        rwg(answers)


@pytest.mark.parametrize("chance", [{"steps": 1}, {"chance_variance": 0}])
def test_agreement_needs_a_chance_to_compare_with(chance):
    with pytest.raises(ValueError, match="r_wg"):
        rwg([1, 2, 3], **chance)
