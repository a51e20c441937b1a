import numpy as np
import pytest

from kiun.analysis.survey_stats import Change, Doubt, Verdict, benjamini_hochberg, settle, wave_change

NAN = float("nan")
# The fifteen p values of Benjamini and Hochberg 1995.
PUBLISHED = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0
)  # fmt: skip


def spread(mean, sd, n):
    """n answers with exactly this mean and standard deviation."""
    raw = np.arange(n) - (n - 1) / 2
    return mean + sd * raw / raw.std(ddof=1)


def test_pairs_by_hand():
    """Differences 1 0 2 1 1: mean 1, sd √.5, t = 1/√.1 = 3.1623 on 4 degrees."""
    found = wave_change([3, 4, 3, 4, 2], [4, 4, 5, 5, 3], paired=True)
    assert (found.difference, found.before, found.after) == (1, 5, 5)
    assert (found.low, found.high) == pytest.approx((0.122011, 1.877989), abs=1e-6)
    assert found.p == pytest.approx(0.034109, abs=1e-5)
    assert (found.verdict, found.doubt) == (Verdict.ROSE, None)


def test_two_samples_by_hand():
    """Variances 1 and 4 with 10 and 20 people: error √(.1 + .2), Welch's degrees .09 / (.01/9 + .04/19) = 27.9837."""
    found = wave_change(spread(3, 1, 10), spread(2, 2, 20), paired=False)
    assert found.difference == pytest.approx(-1)
    assert found.high == pytest.approx(-1 + 2.048479 * 0.3**0.5, abs=1e-4)
    assert (found.before, found.after, found.verdict) == (10, 20, Verdict.UNDECIDABLE)


def test_forty_people_with_a_spread_of_point_seven():
    """±.31, the half-width below which no difference between waves of forty people can be seen."""
    found = wave_change(spread(3, 0.7, 40), spread(3, 0.7, 40), paired=False)
    assert round(found.high, 2) == 0.31


@pytest.mark.parametrize(("after", "verdict"), [(4.0, Verdict.ROSE), (2.0, Verdict.FELL), (3.1, Verdict.UNDECIDABLE)])
def test_the_direction_is_told_only_when_the_answers_can_tell_it(after, verdict):
    found = wave_change(spread(3, 0.7, 40), spread(after, 0.7, 40), paired=False)
    assert found.verdict == verdict
    assert found.doubt == (Doubt.WITHIN_CHANCE if verdict == Verdict.UNDECIDABLE else None)


def test_nothing_that_matters_changed_when_the_interval_fits_the_margin():
    before, after = spread(3, 0.7, 400), spread(3.05, 0.7, 400)
    assert wave_change(before, after, paired=False).doubt == Doubt.WITHIN_CHANCE
    assert wave_change(before, after, paired=False, margin=0.2).verdict == Verdict.SAME
    assert wave_change(before, spread(3.12, 0.7, 400), paired=False, margin=0.3).verdict == Verdict.SAME


def test_pairs_see_what_two_samples_cannot():
    before = spread(3, 1, 12)
    after = before + spread(0.3, 0.2, 12)
    assert wave_change(before, after, paired=True).verdict == Verdict.ROSE
    assert wave_change(before, after, paired=False).verdict == Verdict.UNDECIDABLE


def test_people_missing_on_either_side_are_no_pair():
    found = wave_change([3, NAN, 4, 3, 4, 2, 1], [4, 5, 4, 5, 5, 3, NAN], paired=True)
    assert (found.difference, found.before, found.after) == (1, 5, 5)
    alone = wave_change([3, NAN, 4, 3, 4, 2, 1], [4, 5, 4, 5, 5, 3, NAN], paired=False)
    assert (alone.before, alone.after) == (6, 6)


@pytest.mark.parametrize("paired", [True, False])
def test_four_people_decide_nothing(paired):
    found = wave_change([1, 1, 2, 1], [5, 5, 4, 5], paired=paired)
    assert (found.verdict, found.doubt) == (Verdict.UNDECIDABLE, Doubt.TOO_FEW_PEOPLE)
    assert found.low > 0


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("n", [0, 1])
def test_hardly_anybody_gives_no_interval(paired, n):
    found = wave_change([3.0] * n, [4.0] * n, paired=paired)
    assert found.doubt == Doubt.TOO_FEW_PEOPLE
    assert np.isnan([found.low, found.high, found.p]).all()


def test_no_trend_below_half_the_answers():
    before, after = spread(3, 0.7, 40), spread(4, 0.7, 40)
    assert wave_change(before, after, paired=False, responses=(0.8, 0.5)).verdict == Verdict.ROSE
    assert wave_change(before, after, paired=False, responses=(0.8, 0.49)).doubt == Doubt.LOW_RESPONSE


@pytest.mark.parametrize("paired", [True, False])
def test_answers_without_spread_decide_nothing(paired):
    found = wave_change([3] * 6, [4] * 6, paired=paired)
    assert (found.verdict, found.doubt) == (Verdict.UNDECIDABLE, Doubt.NO_SPREAD)
    assert np.isnan(found.p)


def test_every_verdict_and_doubt_has_words():
    assert Verdict.UNDECIDABLE.label == "判定不能"
    assert all(word.label for kind in (Verdict, Doubt) for word in kind)


@pytest.mark.parametrize(
    "asked",
    [
        {"before": [1, 2], "after": [1], "paired": True},
        {"before": [1, 2], "after": [1, 2], "paired": True, "margin": -1},
        {"before": [1, 2], "after": [1, 2], "paired": True, "responses": (0.5, 50)},
    ],
)
def test_what_does_not_fit_is_refused(asked):
    with pytest.raises(ValueError, match=r"pairs|margin"):
        wave_change(**asked)


def test_the_published_discoveries():
    """The first four at 5%; by hand .0095 · 15 / 4 = .035625."""
    found = benjamini_hochberg(PUBLISHED)
    assert found.found.tolist() == [True] * 4 + [False] * 11
    assert found.adjusted[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
    assert found.adjusted[-1] == 1
    assert found.tested == 15


def test_adjusted_p_never_falls_as_p_rises_and_keeps_the_order_asked():
    found = benjamini_hochberg([0.04, 0.01, 0.03, 0.02])
    assert found.adjusted == pytest.approx([0.04] * 4)
    assert found.found.all()


def test_comparisons_that_could_not_be_made_do_not_count():
    found = benjamini_hochberg([NAN, 0.03, NAN, 0.02])
    assert found.adjusted[[1, 3]] == pytest.approx([0.03, 0.03])
    assert np.isnan(found.adjusted[[0, 2]]).all()
    assert found.found.tolist() == [False, True, False, True]
    assert found.tested == 2
    assert benjamini_hochberg([]).tested == 0


def test_a_p_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="p_values"):
        benjamini_hochberg([0.5, 1.5])


def change(p, verdict=Verdict.ROSE, doubt=None):
    return Change(1.0, 0.1, 1.9, 0.95, p, 10, 10, verdict, doubt)


def test_a_change_among_many_needs_more_than_its_own_p():
    quiet = [change(p, Verdict.UNDECIDABLE, Doubt.WITHIN_CHANCE) for p in PUBLISHED[9:]]
    settled = settle([change(p) for p in PUBLISHED[:9]] + quiet)
    assert [one.verdict for one in settled[:4]] == [Verdict.ROSE] * 4
    assert {(one.verdict, one.doubt) for one in settled[4:9]} == {(Verdict.UNDECIDABLE, Doubt.MANY_COMPARISONS)}
    assert {one.doubt for one in settled[9:]} == {Doubt.WITHIN_CHANCE}
    assert settled[3].adjusted_p == pytest.approx(0.035625)


def test_departments_that_could_not_be_tested_do_not_weigh_on_the_others():
    untested = [change(0.9, Verdict.UNDECIDABLE, Doubt.TOO_FEW_PEOPLE)] * 50
    first, *rest = settle([change(0.04), *untested])
    assert (first.verdict, first.adjusted_p) == (Verdict.ROSE, 0.04)
    assert all(np.isnan(one.adjusted_p) for one in rest)
