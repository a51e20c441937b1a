"""Each rule and its twin for lists say the same, for every role and every row."""

import pytest
from django_scopes import scope

from kiun.municipality.actors import actor_of, may
from kiun.municipality.models import Department, Membership, Role
from kiun.municipality.queries import visible_departments, visible_posts
from tests.factories import TODAY, make_department, make_membership, make_town

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_rules_and_lists_agree(role):
    town = make_town()
    department = make_department(town)
    for other in Role:
        make_membership(town, other, department)
        make_membership(town, other)
    with scope(municipality=town):
        actor = actor_of(make_membership(town, role, department).user, town, on=TODAY)
        assert set(visible_posts(actor)) == {
            post for post in Membership.objects.all() if may(actor, "municipality.see_post", post)
        }
        assert set(visible_departments(actor)) == {
            row for row in Department.objects.all() if may(actor, "municipality.see_department", row)
        }


def test_a_visitor_sees_nobody():
    town = make_town()
    make_membership(town)
    with scope(municipality=town):
        assert (list(visible_posts(None)), list(visible_departments(None))) == ([], [])
