"""How a person is typed in a form: by name, department and staff number, as the proposals are written."""

import pytest
from django.urls import reverse
from django_scopes import scope

from kiun.municipality.models import Membership
from kiun.municipality.queries.people import post_label, posts_like
from tests.factories import make_department, make_membership, make_town, make_user

pytestmark = pytest.mark.django_db
HOSTILE = ["a" + " " * 8000 + "（", "+" * 100_000, "（" * 100_000, "0" * 100_000, "a" + " " * 100_000 + "b"]


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def people(town):
    with scope(municipality=town):
        yield {
            "kishi": make_membership(
                town, department=make_department(town), user=make_user("岸 直樹"), staff_number="12"
            ),
            "other kishi": make_membership(town, user=make_user("岸 直樹"), staff_number="13"),
            "anna": make_membership(town, user=make_user("Anna Berg")),
        }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("岸　直樹（市民課）１２", {"kishi"}),
        ("岸 直樹（市民課）", {"kishi"}),
        ("岸 直樹 13", {"other kishi"}),
        ("岸 直樹13", {"other kishi"}),
        ("12", {"kishi"}),
        ("岸 直樹", {"kishi", "other kishi"}),
        ("Anna Berg", {"anna"}),
        ("Anna", {"anna"}),
        ("（市民課）", set()),
        ("", set()),
    ],
)
def test_who_is_meant(people, typed, meant):
    found = posts_like(Membership.objects.all(), typed)
    assert {name for name, post in people.items() if post in found} == meant


def test_every_proposal_means_its_own_post(people):
    posts = list(Membership.objects.select_related("user", "department"))
    assert [posts_like(Membership.objects.all(), post_label(post)) for post in posts if post.staff_number] == [
        [post] for post in posts if post.staff_number
    ]


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_hostile_text_means_nobody_and_takes_no_time(people, typed):
    assert posts_like(Membership.objects.all(), typed) == []


def test_a_hostile_text_is_refused_beside_its_field(client, town, people):
    client.force_login(people["anna"].user)
    page = reverse("municipality:deputy_add", kwargs={"town": town.slug, "pk": people["anna"].pk})
    form = client.post(page, {"deputy": HOSTILE[0], "valid_from": "2026-04-01"}).context["form"]
    assert [error.code for error in form.errors.as_data()["deputy"]] == ["max_length"]
