"""From what is told of single questions to the scores of groups, and nothing besides."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.survey_stats import Standing, unit_means
from kiun.momentum.answer_arrays import NOBODY, ROLES
from kiun.momentum.dimensions import score_of
from kiun.momentum.measured import Measured
from kiun.momentum.scores import INDEX, group_scores, person_scores
from tests.momentum.builders import PARENTS, bare_arrays, measured_of

ITEMS = ("W1", "W2", "A1", "E1", "P1", "V1", "T1", "I1")
NAN = np.nan
TOWN = np.array([40.0, 60, 50, 50, 50, 50, 50, 99])


def composed(*told):
    return group_scores(np.array([told], np.float64), TOWN, ITEMS)[0].tolist()


def test_of_a_group_of_which_all_is_told_each_dimension_is_the_mean_of_its_items():
    assert composed(20, 50, 10, 20, 30, 40, 50, 0) == [35, 10, 20, 30, 40, 50, 185 / 6]


def test_for_a_hidden_item_stands_that_of_the_town_moved_as_the_others_of_its_dimension():
    """In the town W2 is 20 above W1; so it is taken to be here."""
    assert composed(20, NAN, 10, 20, 30, 40, 50, NAN)[0] == 30


def test_a_dimension_of_which_nothing_is_told_is_not_told_and_the_index_is_moved_as_the_others():
    found = composed(40, 60, NAN, 60, 60, 60, 60, NAN)
    assert np.isnan(found[1])
    # Of five dimensions four lie 10 above those of the town, one lies as high.
    assert found[INDEX] == (50 + 58 + 60 + 60 + 60 + 60) / 6


def test_of_fewer_than_four_dimensions_no_index_is_made():
    assert np.isnan(composed(40, 60, NAN, NAN, NAN, 60, 60, NAN)[INDEX])


def test_what_is_not_told_of_the_town_is_used_nowhere():
    town = np.where(np.arange(8) == 1, NAN, TOWN)
    assert group_scores(np.array([[20.0, 70, 10, 20, 30, 40, 50, 0]]), town, ITEMS)[0, 0] == 20


def test_what_is_filled_in_does_not_leave_the_scale():
    town = np.array([50.0, 80, 50, 50, 50, 50, 50, 50])
    high, low = ([one, NAN, *[50] * 6] for one in (100, 0))
    assert group_scores(np.array([high, low]), town, ITEMS)[:, 0].tolist() == [100, 15]


def test_where_the_town_is_hidden_only_what_is_told_whole_has_a_score():
    told = np.array([[20, 50, 10, 20, 30, 40, 50, 0], [20, NAN, 10, 20, 30, 40, 50, 0]], np.float64)
    found = group_scores(told, np.full(8, NAN), ITEMS)
    assert found[0].tolist() == [35, 10, 20, 30, 40, 50, 185 / 6]
    assert np.isnan(found[1]).tolist() == [True, False, False, False, False, False, True]


def test_a_hidden_town_does_not_hide_its_departments():
    answers = np.full((16, len(ITEMS)), 4)
    wave = arrays([2] * 7 + [3] * 9, [2] * 16, answers)
    hidden = replace(wave, shown=np.array([Standing.COMPARES_WAVES, *[Standing.SHOWN] * 4]))
    assert measured_of(hidden).units.mean[:4, INDEX].tolist()[1:] == [75] * 3
    assert measured_of(hidden).bottleneck(2).lowest == "W"


def arrays(units, roles, answers):
    return bare_arrays(units, answers, roles=roles, items=ITEMS)


def shuffled(found, seed):
    """Who of a unit and role group answered what to an item is exchanged, item by item: each cell of an item stays what
    it was, and what the same person said to two items does not.
    """
    rng = np.random.default_rng(seed)
    answers = found.answers.copy()
    for unit, role in product(np.unique(found.units), np.unique(found.roles)):
        here = np.flatnonzero((found.units == unit) & (found.roles == role))
        for column in range(len(ITEMS)):
            answers[here, column] = answers[rng.permutation(here), column]
    return replace(found, answers=answers)


def means_of(found: Measured):
    return [found.units.mean, *(found.of_role(role).mean for role in ROLES)]


def means_of_people(found: Measured):
    """What would be told if each person's own score were averaged."""
    return [
        unit_means(PARENTS, found.arrays.units, found.scores).mean,
        *(
            unit_means([NOBODY], np.zeros(int(theirs.sum()), np.int64), found.scores[theirs]).mean
            for theirs in (found.arrays.roles == number for number in range(len(ROLES)))
        ),
    ]


def alike(some, others):
    """An index is told only if five people have one, and who has is no sum of cells: it is compared where both have."""
    some, others = np.vstack(some), np.vstack(others)
    without = np.isnan(some[:, INDEX]) | np.isnan(others[:, INDEX])
    some[without, INDEX] = others[without, INDEX] = np.nan
    return np.allclose(some, others, equal_nan=True)


PEOPLE = st.integers(12, 40)


@st.composite
def waves(draw):
    size = draw(PEOPLE)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    answers = rng.integers(1, 6, (size, len(ITEMS)))
    answers[rng.random(answers.shape) < draw(st.sampled_from([0, 0.02, 0.1, 0.3]))] = 0
    units = np.concatenate([np.repeat([2, 3, 4], 2), rng.integers(0, len(PARENTS), size - 6)])
    return arrays(units, rng.integers(-1, len(ROLES), size), answers)


@settings(max_examples=40, deadline=None)
@given(waves(), st.integers(0, 1000))
def test_scores_of_groups_tell_nothing_that_the_cells_of_their_items_do_not(wave, seed):
    """They stay the same whoever gave the answers: so no sum or difference of them tells of a person."""
    assert alike(means_of(measured_of(wave)), means_of(measured_of(shuffled(wave, seed))))


def test_the_mean_of_peoples_own_scores_would_tell():
    """One of twelve leaves W2 out: their own W1 counts twice as much as that of the others."""
    answers = np.full((12, len(ITEMS)), 3)
    answers[:, 0] = [1, *[5] * 11]
    answers[0, 1] = 0
    wave = arrays([2] * 12, [2] * 12, answers)
    others = [measured_of(shuffled(wave, seed)) for seed in range(8)]
    assert all(alike(means_of(measured_of(wave)), means_of(other)) for other in others)
    assert not all(alike(means_of_people(measured_of(wave)), means_of_people(other)) for other in others)


@pytest.mark.parametrize(("silent", "is_told"), [(0, True), (4, False)])
def test_how_far_people_are_apart_is_said_of_what_is_told_alone(silent, is_told):
    """Seven of the first department rate W1 differently and W2 alike. If four say nothing to W1, it is hidden there."""
    answers = np.full((16, len(ITEMS)), 3)
    answers[:7, 0] = [1, 5, 1, 5, 1, 5, 1]
    answers[:silent, 0] = 0
    found = measured_of(arrays([2] * 7 + [3] * 9, [2] * 16, answers))
    assert bool(found.items.people[2, 0]) is is_told
    assert bool(found.units.variance[2, 0] > 0) is is_told
    assert found.units.people[2, 0] == 7


def test_the_obstacle_is_clear_only_where_all_of_both_dimensions_is_told():
    answers = np.full((16, len(ITEMS)), 4)
    answers[:, 6] = 1
    answers[::2, 6] = 2
    clear = measured_of(arrays([2] * 7 + [3] * 9, [2] * 16, answers)).bottleneck(2)
    answers[:4, 0] = 0
    answers[:, 1] = 3
    unclear = measured_of(arrays([2] * 7 + [3] * 9, [2] * 16, answers)).bottleneck(2)
    assert (clear.lowest, clear.is_clear) == ("T", True)
    assert (unclear.lowest, unclear.next, unclear.is_clear) == ("T", "W", False)


def test_scores_of_a_person_are_means_of_what_they_answered():
    found = person_scores(score_of(np.array([[1.0, NAN, 3, 3, 3, 3, 3, 3]])), ITEMS)
    assert found[0].tolist() == [0, 50, 50, 50, 50, 50, 250 / 6]
