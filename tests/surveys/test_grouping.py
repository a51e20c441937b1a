"""Nobody stands in a group of fewer than five."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.surveys.grouping import WHOLE, Group, above, departments_for_texts, groups_of, groups_of_answers, placing_of

PATHS = ["/1/", "/1/2/", "/1/2/3/", "/1/4/", "/5/", "/5/6/", "/5/7/"]
groups = st.builds(Group, st.sampled_from(["", *PATHS]), st.sampled_from(["dx", "manager", "staff"]))


def sizes_of(placing):
    return +sum(placing.spread.values(), Counter())


def test_a_team_of_three_is_counted_in_the_division():
    team, division = Group("/1/2/", "staff"), Group("/1/", "staff")
    placed = groups_of({team: 3, Group("/1/4/", "staff"): 9, division: 2})
    assert placed == {team: division, Group("/1/4/", "staff"): Group("/1/4/", "staff"), division: division}


def test_managers_of_small_divisions_are_counted_for_the_town():
    placed = groups_of({Group("/1/", "manager"): 3, Group("/5/", "manager"): 2, Group("/1/", "staff"): 8})
    assert placed[Group("/1/", "manager")] == placed[Group("/5/", "manager")] == Group("", "manager")


def test_a_dx_office_of_two_is_kept_company_by_some_of_the_largest_groups():
    dx, few, many, more = Group("/5/6/", "dx"), Group("/1/", "staff"), Group("/5/", "staff"), Group("/8/", "staff")
    invited = {dx: 2, few: 6, many: 15, more: 18}
    placing = placing_of(invited)
    assert placing.place == {dx: WHOLE, few: few, many: many, more: more}
    assert placing.company == {(many, WHOLE): 2, (more, WHOLE): 6}
    assert sizes_of(placing) == {WHOLE: 10, few: 6, many: 13, more: 12}


def test_a_few_staff_of_the_town_are_kept_company_by_staff_and_stay_staff():
    few, many, managers, top = Group("/5/", "staff"), Group("/1/", "staff"), Group("/1/", "manager"), Group("", "staff")
    invited = {few: 2, many: 18, managers: 40}
    placing = placing_of(invited)
    assert placing.place == {few: top, many: many, managers: managers}
    assert placing.company == {(many, top): 8}
    assert sizes_of(placing) == {top: 10, many: 10, managers: 40}


def test_groups_that_are_small_themselves_spare_no_more_than_is_needed():
    dx, some = Group("/5/6/", "dx"), Group("/1/", "staff")
    assert placing_of({dx: 2, some: 9}).company == {(some, WHOLE): 3}


def test_where_no_group_can_spare_anybody_the_smallest_joins():
    dx, few, many = Group("/5/6/", "dx"), Group("/1/", "staff"), Group("/5/", "staff")
    placing = placing_of({dx: 2, few: 6, many: 6})
    assert (placing.place, placing.company) == ({dx: WHOLE, few: WHOLE, many: many}, {})
    assert groups_of({dx: 2, few: 6, many: 70})[few] == WHOLE


def test_a_survey_of_four_has_one_group():
    assert set(groups_of({Group("/1/", "staff"): 3, Group("/5/", "manager"): 1}).values()) == {WHOLE}


@given(st.lists(groups, max_size=60))
def test_every_group_has_five_or_is_the_only_one(people):
    placing = placing_of(Counter(people))
    assert {kind: found.total() for kind, found in placing.spread.items()} == Counter(people)
    assert all(number > 0 for found in placing.spread.values() for number in found.values() if number)
    sizes = sizes_of(placing)
    assert all(size >= 5 for size in sizes.values()) or len(sizes) == 1


@given(st.lists(groups, max_size=60))
def test_a_group_lies_at_or_above_its_people_and_never_names_a_role_that_is_not_theirs(people):
    placing = placing_of(Counter(people))
    for kind, group in (*placing.place.items(), *placing.company):
        assert kind.path.startswith(group.path)
        assert group.role_group in ("", kind.role_group)


@given(st.lists(groups, max_size=60), st.integers(2, 12))
def test_so_it_is_where_people_of_one_kind_cannot_be_parted(people, least):
    sizes = Counter(groups_of(Counter(people), least=least)[person] for person in people)
    assert all(size >= least for size in sizes.values()) or len(sizes) == 1


CROWDS = st.dictionaries(groups, st.integers(0, 20), max_size=12)


@given(CROWDS)
def test_crowds_too_have_five_each_and_nobody_is_lent_who_is_not_there(invited):
    placing = placing_of(invited)
    assert all(number >= 0 for found in placing.spread.values() for number in found.values())
    assert sum(placing.spread.values(), Counter()).total() == sum(invited.values())
    sizes = sizes_of(placing)
    assert all(size >= 5 for size in sizes.values()) or len(sizes) == 1


@pytest.mark.parametrize(
    "departments",
    [
        [(0, 1), (0, 6), (1, 3)],
        [(1, 3), (8, 0), (6, 0), (5, 1), (5, 0), (5, 5), (5, 5)],
        [(19, 1), (1, 0), (8, 5), (8, 0), (5, 5)],
    ],
)
def test_who_keeps_company_is_not_left_alone_and_no_group_lends_what_it_has_lent(departments):
    """(staff, managers) of each department"""
    invited = {
        Group(f"/{number}/", role): size
        for number, sizes in enumerate(departments, start=1)
        for role, size in zip(("staff", "manager"), sizes, strict=True)
    }
    sizes = sizes_of(placing_of(invited))
    assert sizes.total() == sum(invited.values())
    assert min(sizes.values()) >= 5


def test_of_grades_two_directors_are_counted_with_some_of_the_most_frequent():
    grades = {Group("", "director"): 2, Group("", "section"): 6, Group("", "staff"): 30}
    placing = placing_of(grades)
    assert sizes_of(placing) == {WHOLE: 10, Group("", "section"): 6, Group("", "staff"): 22}


def test_few_who_answered_are_joined_by_their_smallest_neighbour():
    few, neighbour, far = Group("/1/2/", "staff"), Group("/1/4/", "staff"), Group("/5/6/", "staff")
    together = Group("/1/", "staff")
    placed = groups_of_answers({few: 3, neighbour: 10, Group("/1/3/", "staff"): 20, far: 5})
    assert placed == {few: together, neighbour: together, Group("/1/3/", "staff"): Group("/1/3/", "staff"), far: far}


def test_four_of_a_role_of_which_nobody_else_answered_take_in_the_smallest_of_all():
    dx, few, many = Group("/5/6/", "dx"), Group("/1/2/", "staff"), Group("/1/", "manager")
    assert groups_of_answers({dx: 4, few: 6, many: 9}) == {dx: WHOLE, few: WHOLE, many: many}


@given(st.lists(groups, min_size=1, max_size=60))
def test_of_every_group_five_have_answered_or_it_is_the_only_one(people):
    placed = groups_of_answers(Counter(people))
    sizes = Counter(placed[person] for person in people)
    assert sizes.total() == len(people)
    assert len(sizes) == 1 or min(sizes.values()) >= 5
    assert all(target.role_group in {kind.role_group, ""} for kind, target in placed.items())
    assert all(kind.path.startswith(target.path) for kind, target in placed.items())


def test_texts_stand_where_ten_were_invited_who_cannot_be_told_apart():
    """Three alone at the top take others along: else the texts without a department were those of the three."""
    sizes = {"/1/2/": 6, "/1/4/": 5, "/5/6/": 12, "/5/7/": 3, "/8/": 20}
    placed = departments_for_texts(sizes)
    assert placed == {"/1/2/": "", "/1/4/": "", "/5/6/": "/5/6/", "/5/7/": "", "/8/": "/8/"}
    assert departments_for_texts({**sizes, "/5/7/": 0})["/1/2/"] == "/1/"


def test_above_the_top_is_the_whole_town():
    assert [above("/1/2/3/"), above("/1/"), above("")] == ["/1/2/", "", ""]
