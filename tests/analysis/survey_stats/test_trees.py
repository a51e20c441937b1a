"""All units at once give what each gives alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.analysis.survey_stats import count_below, depths, mean_interval, sample_change, unit_means, wave_change
from kiun.analysis.survey_stats.changes import Sample

# Town; 市民部 with 市民課 (and below it 証明係) and 保険課; 総務部.
PARENTS = [-1, 0, 1, 2, 1, 0]
BELOW = {0: {0, 1, 2, 3, 4, 5}, 1: {1, 2, 3, 4}, 2: {2, 3}, 3: {3}, 4: {4}, 5: {5}}

answers = st.lists(
    st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(1, 5))), min_size=1, max_size=40
)  # fmt: skip


def arrays(rows):
    return [unit for unit, _ in rows], np.array([[np.nan if value is None else value] for _, value in rows])


def below(rows, unit):
    return [value for place, value in rows if place in BELOW[unit] and value is not None]


@given(answers)
def test_a_unit_holds_everybody_below_it(rows):
    found = unit_means(PARENTS, *arrays(rows))
    for unit in BELOW:
        values = below(rows, unit)
        assert found.people[unit, 0] == len(values)
        if values:
            assert found.mean[unit, 0] == pytest.approx(np.mean(values))
        else:
            assert np.isnan(found.mean[unit, 0])
        if len(values) > 1:
            assert found.variance[unit, 0] == pytest.approx(np.var(values, ddof=1), abs=1e-9)


@given(answers, st.integers(0, 10))
def test_the_intervals_are_those_of_each_mean(rows, silent):
    found = unit_means(PARENTS, *arrays(rows))
    population = [len(below(rows, unit)) + silent for unit in BELOW]
    reach = found.reach(population)
    for unit in BELOW:
        values = below(rows, unit)
        if values:
            alone = mean_interval(values, population=population[unit])
            assert alone.high - alone.mean == pytest.approx(reach[unit, 0], abs=1e-9)


def test_the_people_below_are_counted():
    assert count_below(PARENTS, [1, 0, 2, 3, 4, 5]).tolist() == [15, 9, 5, 3, 4, 5]
    assert depths(PARENTS).tolist() == [0, 1, 2, 3, 2, 1]


def test_a_circle_is_refused():
    with pytest.raises(ValueError, match="circles"):
        depths([1, 0])


def test_a_change_of_samples_is_that_of_their_scores():
    before, after = [2.0, 3, 3, 4, 5, 2], [3.0, 4, 4, 5, 5]
    alone = wave_change(before, after, paired=False, margin=0.1, responses=(0.6, 0.7))
    samples = Sample.of(np.array(before)), Sample.of(np.array(after))
    assert sample_change(*samples, margin=0.1, responses=(0.6, 0.7)) == alone
    found = unit_means([-1], [0] * 6, np.array(before)[:, None])
    assert found.sample(0, 0) == Sample(6, pytest.approx(19 / 6), pytest.approx(np.var(before, ddof=1)))
