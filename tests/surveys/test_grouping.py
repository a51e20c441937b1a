"""Nobody stands in a group of fewer than five."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kiun.surveys.grouping import WHOLE, Group, above, coarse_grades, departments_for_texts, groups_of

PATHS = ["/1/", "/1/2/", "/1/2/3/", "/1/4/", "/5/", "/5/6/", "/5/7/"]
groups = st.builds(Group, st.sampled_from(["", *PATHS]), st.sampled_from(["dx", "manager", "staff"]))


def test_a_team_of_three_is_counted_in_the_division():
    team, division = Group("/1/2/", "staff"), Group("/1/", "staff")
    placed = groups_of({team: 3, Group("/1/4/", "staff"): 9, division: 2})
    assert placed == {team: division, Group("/1/4/", "staff"): Group("/1/4/", "staff"), division: division}


def test_managers_of_small_divisions_are_counted_for_the_town():
    placed = groups_of({Group("/1/", "manager"): 3, Group("/5/", "manager"): 2, Group("/1/", "staff"): 8})
    assert placed[Group("/1/", "manager")] == placed[Group("/5/", "manager")] == Group("", "manager")


def test_a_dx_office_of_two_is_counted_without_its_role_and_takes_others_along():
    dx, few, many = Group("/5/6/", "dx"), Group("/1/", "staff"), Group("/5/", "staff")
    placed = groups_of({dx: 2, few: 6, many: 7})
    assert placed == {dx: WHOLE, few: WHOLE, many: many}


def test_a_survey_of_four_has_one_group():
    assert set(groups_of({Group("/1/", "staff"): 3, Group("/5/", "manager"): 1}).values()) == {WHOLE}


@given(st.lists(groups, max_size=60))
def test_every_group_has_five_or_is_the_only_one(people):
    placed = groups_of(Counter(people))
    sizes = Counter(placed[person] for person in people)
    assert sum(sizes.values()) == len(people)
    assert all(size >= 5 for size in sizes.values()) or len(sizes) == 1


@given(st.lists(groups, max_size=60))
def test_a_group_lies_at_or_above_its_people_and_never_names_a_role_that_is_not_theirs(people):
    for kind, group in groups_of(Counter(people)).items():
        assert kind.path.startswith(group.path)
        assert group.role_group in ("", kind.role_group)


@given(st.dictionaries(st.sampled_from(["", "部長級", "課長級", "係長級", "一般"]), st.integers(1, 12)))
def test_grades_and_what_is_left_of_the_whole_are_five_or_none(grades):
    sizes = Counter()
    for grade, name in coarse_grades(grades).items():
        assert name in (grade, "")
        sizes[name] += grades[grade]
    assert all(size >= 5 for name, size in sizes.items() if name)
    assert sizes[""] == 0 or sizes[""] >= 5 or sizes[""] == sum(grades.values())


def test_small_grades_take_the_smallest_of_the_others_along():
    grades = {"部長級": 2, "課長級": 6, "係長級": 12}
    assert coarse_grades(grades) == {"部長級": "", "課長級": "", "係長級": "係長級"}


def test_texts_stand_where_ten_were_invited_who_cannot_be_told_apart():
    """Three alone at the top take others along: else the texts without a department were those of the three."""
    sizes = {"/1/2/": 6, "/1/4/": 5, "/5/6/": 12, "/5/7/": 3, "/8/": 20}
    placed = departments_for_texts(sizes)
    assert placed == {"/1/2/": "", "/1/4/": "", "/5/6/": "/5/6/", "/5/7/": "", "/8/": "/8/"}
    assert departments_for_texts({**sizes, "/5/7/": 0})["/1/2/"] == "/1/"


def test_above_the_top_is_the_whole_town():
    assert [above("/1/2/3/"), above("/1/"), above("")] == ["/1/2/", "", ""]
