"""Every page of the room for every role: who is let in."""

import pytest

from kiun.municipality.models import Role
from tests.factories import make_department
from tests.goals.pages import sign_in, url

pytestmark = pytest.mark.usefixtures("today")

# name → which row's key stands in the address, and which roles may open it.
STAFF = {"admin", "executive", "head", "other_head", "member", "owner", "viewer"}
OFFICE = {"admin"}
IN_CHARGE = {"admin", "head", "owner"}
PAGES = {
    "plan_list": ((), STAFF),
    "plan_create": ((), OFFICE),
    "plan_detail": (("plan",), STAFF),
    "plan_edit": (("plan",), OFFICE),
    "plan_edition": (("plan",), OFFICE),
    "policy_list": (("plan",), STAFF),
    "policy_create": (("plan",), OFFICE),
    "policy_detail": (("policy",), STAFF),
    "policy_edit": (("policy",), OFFICE),
    "plan_branch": (("plan", "policy"), STAFF),
    "challenge_list": (("plan",), STAFF),
    "challenge_create": (("plan",), OFFICE),
    "challenge_detail": (("challenge",), STAFF),
    "challenge_edit": (("challenge",), OFFICE),
    "goal_list": ((), STAFF),
    "goal_vague": ((), STAFF),
    "people": ((), STAFF),
    "goal_create": (("plan",), OFFICE),
    "goal_detail": (("goal",), STAFF),
    "goal_edit": (("goal",), {"admin", "head"}),
    "goal_end": (("goal",), {"admin", "head"}),
    "indicator_create": (("goal",), {"admin", "head"}),
    "indicator_list": ((), STAFF),
    "measurement_entry": ((), STAFF),
    "indicator_detail": (("indicator",), STAFF),
    "indicator_edit": (("indicator",), IN_CHARGE),
    "indicator_owner": (("indicator",), IN_CHARGE),
    "indicator_end": (("indicator",), IN_CHARGE),
    "measurement_add": (("indicator",), IN_CHARGE),
    "evidence_add": (("indicator",), IN_CHARGE),
    "measurement_remove": (("measurement",), IN_CHARGE),
    "scorecard": ((), STAFF),
}
PEOPLE = {
    "admin": Role.ADMIN, "executive": Role.EXECUTIVE, "head": Role.HEAD, "other_head": Role.HEAD,
    "member": Role.MEMBER, "owner": Role.MEMBER, "viewer": Role.VIEWER,
    "partner": Role.PARTNER, "resident": Role.RESIDENT,
}  # fmt: skip


def as_person(client, town, rows, person):
    if person == "owner":
        client.force_login(rows["indicator"].owner.user)
    elif person == "other_head":
        sign_in(client, town, Role.HEAD, make_department(town, "税務課"))
    else:
        sign_in(client, town, PEOPLE[person], rows["department"])


@pytest.mark.parametrize("person", PEOPLE)
def test_who_is_let_in(client, town, rows, person):
    as_person(client, town, rows, person)
    answers = {}
    for name, (keys, allowed) in PAGES.items():
        expected = 200 if person in allowed else 403 if person in STAFF else 404
        found = client.get(url(town, name, *(rows[key].pk for key in keys))).status_code
        answers[name] = (found, expected)
    assert {name: pair for name, pair in answers.items() if pair[0] != pair[1]} == {}
