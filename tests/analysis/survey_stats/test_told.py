"""What few people answered cannot be worked out from what is told of their neighbours."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiun.analysis.survey_stats import told

# A town of two divisions; the first has three departments, the second two.
PARENTS = [-1, 0, 0, 1, 1, 1, 2, 2]


def gathered(own):
    total = np.array(own)
    for place in range(len(PARENTS) - 1, 0, -1):
        total[PARENTS[place]] += total[place]
    return total


def test_what_three_answered_takes_its_smallest_neighbour_along():
    people = gathered([0, 0, 0, 9, 3, 7, 20, 20])[:, None]
    assert told(PARENTS, people, [True] * 8)[:, 0].tolist() == [True, True, True, True, False, False, True, True]


def test_what_nobody_answered_takes_nobody_along():
    people = gathered([0, 0, 0, 9, 0, 7, 20, 20])[:, None]
    assert told(PARENTS, people, [True] * 8)[:, 0].tolist() == [True, True, True, True, False, True, True, True]


def test_people_of_the_division_itself_are_a_part_of_it_too():
    people = gathered([0, 2, 0, 9, 8, 7, 20, 20])[:, None]
    assert told(PARENTS, people, [True] * 8)[:, 0].tolist() == [True, True, True, True, True, False, True, True]


def test_a_question_is_hidden_where_its_unit_is_and_each_for_itself():
    people = np.column_stack([gathered([0, 0, 0, 9, 3, 7, 20, 20]), gathered([0, 0, 0, 9, 9, 9, 20, 20])])
    found = told(PARENTS, people, [True, True, True, True, True, True, False, True])
    assert found[:, 1].tolist() == [True, True, True, True, True, True, False, True]
    assert found[:, 0].tolist() == [True, True, True, True, False, False, False, True]


def test_a_question_that_four_answered_is_told_nowhere():
    assert not told(PARENTS, gathered([0, 0, 0, 1, 1, 1, 1, 0])[:, None], [True] * 8).any()


@given(
    st.lists(st.integers(0, 9), min_size=8, max_size=8),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.integers(1, 6),
)
def test_no_sum_or_difference_of_what_is_told_is_about_fewer(own, shown, fewest):
    people = gathered(own)
    found = told(PARENTS, people[:, None], shown, fewest=fewest)[:, 0]
    assert not (found & ~(np.array(shown) & (people >= fewest))).any()
    assert not _is_worked_out(own, found, fewest)


def test_the_attack_finds_what_a_simple_rule_gives_away():
    own = [0, 0, 0, 9, 3, 7, 20, 20]
    assert _is_worked_out(own, gathered(own) >= 5, 5)


def _is_worked_out(own, found, fewest):
    """A combination of told units that vanishes on all others but not on the few."""
    rows = np.array([[_is_below(unit, top) for unit in range(8)] for top in np.flatnonzero(found)], dtype=float)
    rows = rows.reshape(-1, 8)
    for few in _small_sets(own, fewest):
        others = [unit for unit in range(8) if unit not in few and own[unit]]
        if _rank(rows[:, [*others, *few]]) > _rank(rows[:, others]):
            return True
    return False


def _rank(rows):
    return np.linalg.matrix_rank(rows) if rows.size else 0


def _is_below(unit, top):
    while unit not in (top, -1):
        unit = PARENTS[unit]
    return unit == top


def _small_sets(own, fewest):
    there = [unit for unit in range(8) if own[unit]]
    for size in range(1, len(there) + 1):
        for few in combinations(there, size):
            if sum(own[unit] for unit in few) < fewest:
                yield list(few)
