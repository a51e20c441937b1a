"""What few people answered cannot be worked out from what is told of their neighbours."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.survey_stats import told, told_of_groups

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


SIZES = st.sampled_from([0, 0, 0, 1, 2, 3, 6])
COUNTS = st.lists(st.lists(SIZES, min_size=4, max_size=4), min_size=8, max_size=8)


@settings(max_examples=40)
@given(COUNTS, st.lists(st.booleans(), min_size=11, max_size=11))
def test_no_sum_or_difference_of_units_and_groups_is_about_fewer(counts, shown):
    own = np.array(counts)
    units = told(PARENTS, gathered(own.sum(axis=1))[:, None], shown[:8])[:, 0]
    groups = told_of_groups(PARENTS, own, [*units, *shown[8:]])
    assert not (groups & ~np.array(shown[8:])).any()
    assert not _is_worked_out_beside(own, units, groups)


def test_the_office_less_its_group_would_be_three_of_its_section():
    """Twelve of the office's department answer as a group of their own, three of the eight of its section as staff."""
    own = np.zeros((8, 3), dtype=int)
    own[1, 1], own[3, 2], own[2, 2] = 12, 3, 20
    units = told(PARENTS, gathered(own.sum(axis=1))[:, None], [True] * 8)[:, 0]
    assert units[:4].tolist() == [True, True, True, False]
    assert _is_worked_out_beside(own, units, np.array([True, True]))
    assert told_of_groups(PARENTS, own, [*units, True, True]).tolist() == [False, False]


def test_groups_that_mix_everywhere_are_all_told():
    own = np.zeros((8, 4), dtype=int)
    own[3:, 1:] = 7
    units = told(PARENTS, gathered(own.sum(axis=1))[:, None], [True] * 8)[:, 0]
    assert told_of_groups(PARENTS, own, [*units, True, True, True]).tolist() == [True] * 3


def _is_worked_out_beside(own, units, groups):
    """The same with groups: people of one unit and group are alike."""
    kinds = [(unit, group) for unit in range(8) for group in range(own.shape[1]) if own[unit, group]]
    rows = [[float(_is_below(unit, top)) for unit, _group in kinds] for top in np.flatnonzero(units)]
    rows += [[float(group == one + 1) for _unit, group in kinds] for one in np.flatnonzero(groups)]
    matrix = np.array(rows).reshape(len(rows), len(kinds))
    sizes = [own[kind] for kind in kinds]
    few_sets = (
        few for size in range(1, 5) for few in combinations(range(len(kinds)), size) if sum(sizes[k] for k in few) < 5
    )
    for few in few_sets:
        others = [place for place in range(len(kinds)) if place not in few]
        if _rank(matrix[:, [*others, *few]]) > _rank(matrix[:, others]):
            return True
    return False


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
