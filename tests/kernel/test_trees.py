from hypothesis import given
from hypothesis import strategies as st

from kiun.kernel.trees import by_place, places


def test_each_row_is_followed_by_what_is_below_it_and_siblings_stand_by_their_order():
    rows = [(9, None, 2), (10, None, 1), (100, 10, 2), (11, 10, 1), (12, 11, 5), (13, 10, 1)]
    assert places(rows) == {10: 1, 11: 2, 12: 3, 13: 4, 100: 5, 9: 6}


def test_a_row_whose_parent_is_not_at_hand_is_one_of_the_top():
    assert places([(5, 1, 1), (4, 5, 1)]) == {5: 1, 4: 2}


def test_what_belongs_nowhere_stands_last_either_way():
    for is_descending in (False, True):
        order = by_place("department", is_descending=is_descending)
        assert (order.descending, order.nulls_last) == (is_descending, True)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), max_size=20))
def test_a_subtree_is_one_run_of_places(choices):
    """Row n hangs on an earlier one, or on none."""
    parents = {key: parent if 0 < parent < key else None for key, (parent, _) in enumerate(choices, start=1)}
    found = places((key, parents[key], order) for key, (_, order) in enumerate(choices, start=1))
    assert sorted(found.values()) == list(range(1, len(choices) + 1))
    for top in parents:
        below = {key for key in parents if is_below(key, top, parents)}
        taken = sorted(found[key] for key in below)
        assert taken == list(range(found[top], found[top] + len(below)))


def is_below(key, top, parents):
    while key is not None and key != top:
        key = parents[key]
    return key == top
