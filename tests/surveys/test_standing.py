"""As whom staff answer."""

from collections import Counter

import pytest

from kiun.municipality.models import Role
from kiun.surveys.models import Grade, RoleGroup, Stratum, Ticket
from kiun.surveys.standing import grade_of, office_of, role_groups
from tests.factories import make_department, make_membership
from tests.surveys.builders import make_people, make_survey, opened


def counted(survey):
    found = Counter()
    for row in Stratum.objects.filter(survey=survey):
        found[row.role_group] += row.size
    return found


@pytest.fixture
def office(town):
    return make_department(town, "DX推進課")


def test_the_whole_office_that_promotes_dx_answers_as_such(town, department, office):
    running = make_people(town, office, 1, Role.ADMIN)
    head = make_people(town, office, 1, Role.HEAD)
    survey = opened(
        make_survey(town), [*running, *head, *make_people(town, office, 8), *make_people(town, department, 30)]
    )
    assert counted(survey) == {"dx": 10, "staff": 30}


def test_an_office_of_two_answers_as_staff_and_so_do_few_managers(town, department, office):
    running = make_people(town, office, 2, Role.ADMIN)
    heads = make_people(town, department, 9, Role.HEAD)
    assert counted(opened(make_survey(town), [*running, *heads, *make_people(town, department, 30)])) == {"staff": 41}


def test_the_head_of_a_small_office_is_one_of_the_management(town, department, office):
    posts = [*make_people(town, office, 2, Role.ADMIN), *make_people(town, office, 1, Role.HEAD)]
    posts += [*make_people(town, department, 9, Role.HEAD), *make_people(town, department, 30)]
    assert Counter(role_groups(posts, office=office.pk).values()) == {"manager": 10, "staff": 32}


def test_managers_of_a_town_where_nobody_runs_kiun_yet(town, department):
    posts = [*make_people(town, department, 10, Role.HEAD), *make_people(town, department, 5)]
    groups = role_groups(posts, office=office_of([]))
    assert [groups[post.pk] for post in posts] == [RoleGroup.MANAGER] * 10 + [RoleGroup.STAFF] * 5


def test_the_office_is_where_most_are_who_run_kiun(town, department, office):
    admins = [
        make_membership(town, Role.ADMIN, department),
        *make_people(town, office, 2, Role.ADMIN),
        make_membership(town, Role.ADMIN),
    ]
    assert office_of(admins) == office.pk
    assert office_of(admins[:2]) == min(department.pk, office.pk)
    assert office_of(admins[3:]) is None


def test_the_same_people_keep_small_groups_company_wherever_kiun_runs(town, department, settings):
    other = make_department(town, "税務課")
    people = [*make_people(town, department, 20), *make_people(town, other, 3)]
    chosen = []
    for key in ("one secret", "another secret"):
        settings.SECRET_KEY = key
        survey = opened(make_survey(town), people)
        top = Stratum.objects.get(survey=survey, department=None)
        chosen.append(set(Ticket.objects.filter(stratum=top).values_list("membership", flat=True)))
    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == 10


@pytest.mark.parametrize(
    ("title", "grade"),
    [("課長", Grade.SECTION), ("課長補佐", Grade.CHIEF), ("部長", Grade.DIRECTOR), ("", Grade.STAFF)],
)
def test_a_title_tells_the_grade(town, title, grade):
    assert grade_of(make_membership(town, Role.MEMBER, title=title)) == grade
