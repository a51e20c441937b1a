"""Tables of two questions, attacked by somebody who adds and subtracts everything that is shown."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kiun.analysis.survey_stats import Standing, suppress_table

FEWEST = 5
tables = st.tuples(st.integers(2, 4), st.integers(2, 3)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 30]))
)


def shown(counts):
    return suppress_table(np.array(counts)) == Standing.SHOWN


def sums_of(shape):
    """Each row and column as a vector over the cells."""
    cells = np.arange(shape[0] * shape[1]).reshape(shape)
    lines = [*cells, *cells.T]
    return [np.isin(cells, line).reshape(-1).astype(np.int64) for line in lines]


def nullity_outside(vectors, inside):
    """How many independent combinations of `vectors` are 0 on every cell outside."""
    rank = np.linalg.matrix_rank
    matrix = np.array(vectors)
    outside = matrix[:, ~inside]
    return rank(matrix) - (rank(outside) if outside.size else 0)


def leak(counts, may_show):
    """A set of cells with fewer than five people of which the shown cells say more than the sums do."""
    rows, columns = counts.any(axis=1), counts.any(axis=0)
    counts, may_show = counts[np.ix_(rows, columns)], may_show[np.ix_(rows, columns)]
    sums, people = sums_of(counts.shape), counts.reshape(-1)
    cells = [
        vector for vector, open_ in zip(np.eye(counts.size, dtype=np.int64), may_show.reshape(-1), strict=True) if open_
    ]
    few = np.flatnonzero(people < FEWEST).tolist()
    for size in range(1, len(few) + 1):
        for chosen in combinations(few, size):
            inside = np.isin(np.arange(counts.size), chosen)
            if people[inside].sum() < FEWEST and nullity_outside([*sums, *cells], inside) > nullity_outside(
                sums, inside
            ):
                return chosen
    return None


@given(tables)
def test_no_sum_or_difference_tells_about_fewer_than_five(counts):
    assert leak(counts, shown(counts)) is None


@given(tables)
def test_small_cells_and_empty_ones_are_hidden_unless_nobody_is_in_the_row(counts):
    may_show = shown(counts)
    used = counts.any(axis=1)[:, None] & counts.any(axis=0)[None, :]
    assert not (may_show & used & (counts < FEWEST)).any()
    assert may_show[~used].all()


def test_the_attacker_catches_a_table_in_which_only_small_cells_are_hidden():
    counts = np.array([[9, 3], [8, 9]])
    assert leak(counts, counts >= FEWEST) == (1,)
    assert leak(counts, shown(counts)) is None


def test_a_lonely_small_cell_takes_others_with_it():
    counts = [[20, 3, 20], [20, 20, 20], [20, 20, 20]]
    assert shown(counts).sum() == 5
    assert not shown(counts)[0, 1]


def test_large_cells_are_all_shown():
    assert shown([[10, 12], [11, 30]]).all()


def test_a_row_of_few_takes_one_other_with_it_and_the_rest_stays():
    counts = [[2, 1, 1], [20, 25, 30], [20, 25, 30]]
    assert shown(counts).tolist() == [[False] * 3, [True] * 3, [False] * 3]


def test_a_table_of_few_shows_nothing():
    assert not shown([[1, 2], [0, 1]]).any()


def test_more_people_may_be_asked_for():
    assert (suppress_table(np.array([[8, 20], [20, 20]]), fewest=10) == Standing.SHOWN).sum() == 0


@pytest.mark.parametrize("counts", [[1, 2], [[-1]], [[0.5]]])
def test_what_is_no_table_of_counts_is_refused(counts):
    with pytest.raises(ValueError, match="table of whole numbers"):
        suppress_table(np.array(counts))
