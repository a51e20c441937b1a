"""The search finds people by name, reading and staff number, each once, and only those who may be seen."""

from datetime import date

import pytest
from django_scopes import scope

from kiun.kernel.search import words_of
from kiun.municipality.models import Membership, Role
from kiun.municipality.queries.people import PostFilter, filter_posts
from kiun.municipality.search import find_people
from tests.factories import TODAY, make_actor, make_department, make_membership, make_town, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def shirai(town):
    department = make_department(town, "子育て支援課")
    user = make_user("白井 美咲", kana="しらい みさき")
    post = make_membership(town, Role.MEMBER, department, user=user, staff_number="10021", title="主任")
    make_membership(town, Role.MEMBER, make_department(town, "市民課"), user=user, valid_from=date(2026, 10, 1))
    return post


def found(actor, query, limit=10):
    return [(hit.label, hit.url_name, hit.pk, hit.snippet) for hit in find_people(actor, words_of(query), limit)]


@pytest.mark.parametrize("query", ["白井", "白井美咲", "美咲 白井", "しらい", "10021", "１００２１"])
def test_somebody_is_found_once(town, shirai, query):
    hits = found(make_actor(town, Role.VIEWER), query)
    assert hits == [("白井 美咲", "municipality:person_detail", shirai.user_id, "子育て支援課 主任")]


def test_the_search_page_leads_to_the_person(client, town, shirai):
    client.force_login(make_membership(town, Role.MEMBER).user)
    text = client.get(f"/t/{town.slug}/search/", {"q": "白井"}).content.decode()
    assert text.count(f'href="/t/{town.slug}/people/{shirai.user_id}/"') == 1


def test_who_has_left_and_who_is_of_another_town_is_not_found(town, shirai):
    make_membership(town, user=make_user("白井 元"), valid_to=date(2026, 3, 31))
    make_membership(make_town("minato", "みなと市"), user=make_user("白井 港"))
    assert [label for label, *_ in found(make_actor(town), "白井")] == ["白井 美咲"]


@pytest.mark.parametrize(("role", "number"), [(Role.ADMIN, 1), (Role.MEMBER, 0), (Role.PARTNER, 0)])
def test_residents_are_the_dx_offices_to_see(town, role, number):
    make_membership(town, Role.RESIDENT, user=make_user("粉川 春香"))
    assert len(found(make_actor(town, role), "粉川")) == number


def test_no_more_than_asked_for(town):
    for index in range(5):
        make_membership(town, user=make_user(f"白井 {index}"))
    assert len(found(make_actor(town), "白井", limit=3)) == 3


def test_nothing_found_is_said_without_blaming_the_length(client, town):
    client.force_login(make_membership(town, Role.MEMBER).user)
    text = client.get(f"/t/{town.slug}/search/", {"q": "白井"}).content.decode()
    assert "「白井」は見つかりませんでした。別の言葉か、言葉の一部でお試しください。" in text


def test_people_without_a_department_stand_last_either_way():
    town = make_town()
    with scope(municipality=town):
        offices = [make_department(town, name) for name in ("市民課", "税務課")]
        posts = [make_membership(town, Role.MEMBER, office) for office in offices]
        nowhere = make_membership(town, Role.VIEWER)
        for sort, expected in (("department", posts), ("-department", posts[::-1])):
            found = filter_posts(Membership.objects.all(), PostFilter(sort=sort), TODAY)
            assert list(found) == [*expected, nowhere]
