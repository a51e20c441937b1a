"""From the sheets of a wave to scores of units."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from kiun.analysis.survey_stats import Standing
from kiun.analysis.survey_stats.changes import Doubt, Verdict
from kiun.momentum.answer_arrays import GRADES, ROLES, UNPAIRED, AnswerArrays
from kiun.momentum.dimensions import score_of
from kiun.momentum.scores import INDEX, person_scores
from tests.momentum.builders import PULSE, bare_arrays, measured_of

ITEMS = PULSE


def alike(points, number):
    return [list(points) for _ in range(number)]


def scores_of(points, items=ITEMS):
    return person_scores(score_of(bare_arrays([2] * len(points), points, items=items).points_of(items)), items)


def test_points_become_scores_and_six_of_them_the_index():
    scores = scores_of([[1, 2, 3, 4, 5, 3, 5, 5]])
    assert scores[0].tolist() == [0, 25, 50, 75, 100, 50, 50]


def test_what_somebody_does_not_know_counts_nowhere_and_too_little_makes_no_index():
    scores = scores_of([[5, 5, 5, 5, 0, 0, 0, 0], [5, 5, 5, 0, 0, 0, 1, 1]])
    assert scores[0, INDEX] == 100
    assert np.isnan(scores[0, 4])
    assert np.isnan(scores[1, INDEX])


def test_a_dimension_is_the_mean_of_its_items():
    scores = scores_of([[1, 5, 0]], ("W1", "W2", "W3"))
    assert scores[0, 0] == 50


def test_a_unit_holds_those_below_it():
    points = alike([5] * 8, 6) + alike([1] * 8, 6)
    found = measured_of(bare_arrays([2] * 6 + [3] * 6, points))
    assert found.units.mean[:4, INDEX].tolist() == [50, 50, 100, 0]
    assert found.answered.tolist() == [12, 12, 6, 6, 0]


def test_what_may_not_be_shown_is_no_number_anywhere():
    hidden = [Standing.SHOWN, Standing.SHOWN, Standing.TOO_FEW, Standing.PROTECTS_OTHERS, Standing.TOO_FEW]
    found = measured_of(bare_arrays([2] * 4 + [3] * 8, alike([4] * 8, 12), shown=hidden))
    assert np.isnan(found.units.mean[2:4]).all()
    assert np.isnan(found.reach[2:4]).all()
    assert np.isnan(found.response[2:4]).all()
    assert found.answered[2:4].tolist() == [0, 0]
    assert [found.bottleneck(place) for place in (2, 3)] == [None, None]
    assert found.shrunken(2) == {}


def test_what_those_who_answered_to_both_see_the_other_way_round_is_not_clear():
    """Need is lowest by what twenty say who say nothing of fit; six answered to both, and rate need higher."""
    points = alike([4, 3, 5, 5, 5, 5, 5, 5], 6) + alike([1, 0, 5, 5, 5, 5, 5, 5], 20)
    found = measured_of(bare_arrays([2] * 26, points)).bottleneck(2)
    assert (found.lowest, found.next, found.is_clear, found.named) == ("W", "A", False, ("W", "A"))


def test_a_dimension_that_four_know_is_not_shown():
    points = alike([4] * 8, 4) + alike([0, 4, 4, 4, 4, 4, 4, 4], 4)
    found = measured_of(bare_arrays([2] * 8, points))
    assert np.isnan(found.units.mean[2, 0])
    assert found.units.mean[2, 1] == 75


def test_the_bottleneck_is_clear_when_the_same_people_rate_it_lower():
    varied = [[5, 4, 4, 4, 4, 1, 4, 4], [4, 4, 5, 4, 4, 2, 4, 4], [4, 5, 4, 4, 5, 1, 4, 4]] * 4
    found = measured_of(bare_arrays([2] * 12, varied, invited=[0, 0, 40, 0, 0]))
    bottleneck = found.bottleneck(2)
    assert (bottleneck.lowest, bottleneck.is_clear) == ("T", True)
    even = [[4, 4, 4, 4, 3, 4, 4, 4], [4, 4, 4, 4, 4, 3, 4, 4], [4, 4, 4, 4, 4, 2, 4, 4], [4, 4, 4, 4, 2, 4, 4, 4]] * 3
    assert measured_of(bare_arrays([2] * 12, even)).bottleneck(2).is_clear is False


def test_changes_are_judged_side_by_side_and_not_below_half_the_answers():
    before = measured_of(
        bare_arrays([2] * 10 + [3] * 10, [[2 + n % 2] * 8 for n in range(20)], invited=[0, 0, 10, 40, 0])
    )
    after = measured_of(
        bare_arrays([2] * 10 + [3] * 10, [[3 + n % 2] * 8 for n in range(20)], invited=[0, 0, 10, 40, 0])
    )
    found = after.changes_since(before)
    assert (found[2].difference, found[2].verdict) == (25, Verdict.ROSE)
    assert (found[3].verdict, found[3].doubt) == (Verdict.UNDECIDABLE, Doubt.LOW_RESPONSE)


def test_arrays_come_back_as_they_were_packed():
    packed = bare_arrays([2] * 6, alike([3] * 8, 6))
    again = AnswerArrays.unpacked(packed.packed())
    assert again.items == ITEMS
    assert (again.answers == packed.answers).all()
    assert (again.invited == packed.invited).all()


def test_arrays_of_before_answers_could_be_tied_tie_nobody():
    with np.load(BytesIO(bare_arrays([2] * 6, alike([3] * 8, 6)).packed())) as held:
        earlier = {name: held[name] for name in held.files if name != "pairs"}
    target = BytesIO()
    np.savez_compressed(target, **earlier)
    assert AnswerArrays.unpacked(target.getvalue()).pairs.tolist() == [UNPAIRED] * 6


@pytest.mark.parametrize("role", ROLES)
def test_role_groups_are_apart(role):
    roles = [0] * 5 + [1] * 6 + [2] * 7
    points = alike([1] * 8, 5) + alike([3] * 8, 6) + alike([5] * 8, 7)
    found = measured_of(bare_arrays([2] * 18, points, roles=roles))
    assert found.of_role(role).mean[0, INDEX] == {"dx": 0, "manager": 50, "staff": 100}[role]


def test_a_dimension_that_three_of_a_department_answered_is_not_told_of_its_neighbour_either():
    """The first department has seven people, of whom three answered to W1; the division less the second are those."""
    knows, does_not = [4] * 8, [0, *[4] * 7]
    points = [knows] * 3 + [does_not] * 4 + [knows] * 9
    found = measured_of(bare_arrays([2] * 7 + [3] * 9, points))
    assert np.isnan(found.units.mean[2:4, 0]).all()
    assert found.units.mean[:4, 1].tolist() == [75] * 4
    assert found.units.mean[:2, 0].tolist() == [75] * 2


def test_an_item_that_three_managers_answered_is_not_told_of_the_staff_either():
    roles = [1] * 8 + [2] * 9
    points = [[4] * 8] * 3 + [[0, *[4] * 7]] * 5 + [[2] * 8] * 9
    found = measured_of(bare_arrays([2] * 17, points, roles=roles))
    told = {role: found.items_of_role(role, ITEMS).mean[0, :2] for role in ROLES}
    assert np.isnan([told["manager"][0], told["staff"][0]]).all()
    assert (told["manager"][1], told["staff"][1]) == (75, 25)


def test_an_office_less_its_role_group_does_not_tell_of_three_of_its_section():
    """Twelve of the division are the DX office, and three of eight staff in the department below it answered to W1."""
    knows, does_not = [4] * 8, [0, *[4] * 7]
    points = [knows] * 12 + [knows] * 3 + [does_not] * 5 + [knows] * 20
    found = measured_of(bare_arrays([1] * 12 + [2] * 8 + [4] * 20, points, roles=[0] * 12 + [2] * 28))
    assert np.isnan(found.of_role("dx").mean[0, 0])
    assert found.units.mean[1, 0] == 75
    assert found.of_role("dx").mean[0, 1] == 75


def test_a_dimension_that_fewer_than_five_of_a_grade_answered_is_not_told():
    """Eight chiefs, of whom one alone answered to W1."""
    found = bare_arrays([2] * 8, alike([3] * 8, 8))
    counts = np.zeros((len(GRADES), len(ITEMS), 5), np.int64)
    counts[2, :, 2] = 8
    counts[2, 0] = [1, 0, 0, 0, 0]
    people, scores = measured_of(replace(found, grade_counts=counts)).of_grade(GRADES[2])
    assert people == 6
    assert np.isnan(scores[0])
    assert scores[1:].tolist() == [50] * INDEX


def tied(pairs, points):
    return measured_of(bare_arrays([2] * len(pairs), points, pairs=pairs))


def test_the_change_of_the_same_people_leaves_out_whoever_came_or_went():
    before = tied([*range(1, 11), *[0] * 5], alike([3] * 8, 10) + alike([1] * 8, 5))
    after = tied([0, 0, 0, 0, 0, *range(10, 0, -1)], [*alike([5] * 8, 5), [4] * 8, *alike([3] * 8, 9)])
    change = after.change_of_same_people(before)
    assert change is not None
    assert (change.before, change.after, change.difference) == (10, 10, 2.5)
    assert (change.verdict, change.doubt) == (Verdict.UNDECIDABLE, Doubt.WITHIN_CHANCE)


@pytest.mark.parametrize(
    ("tied_people", "others", "is_told"), [(10, 5, True), (10, 0, True), (9, 5, False), (10, 4, False)]
)
def test_neither_few_who_are_tied_nor_few_others_are_told_of(tied_people, others, is_told):
    pairs = [*range(1, tied_people + 1), *[0] * others]
    wave = tied(pairs, alike([3] * 8, len(pairs)))
    whole = tied([*range(1, 16)], alike([3] * 8, 15))
    assert (wave.change_of_same_people(whole) is not None) is is_told
    assert (whole.change_of_same_people(wave) is not None) is is_told


def test_a_town_that_is_hidden_tells_nothing_of_the_same_people():
    hidden = [Standing.TOO_FEW] + [Standing.SHOWN] * 4
    pairs = [*range(1, 13)]
    before = tied(pairs, alike([3] * 8, 12))
    after = measured_of(bare_arrays([2] * 12, alike([4] * 8, 12), pairs=pairs, shown=hidden))
    assert after.change_of_same_people(before) is None
