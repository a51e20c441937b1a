"""Public pages: what residents see, and that it is kept in memory once for each address and version."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone
from django.utils.html import escape
from django_scopes import scope

from kiun.dashboard.queries.public import INDICATORS_ON_ONE_PAGE
from kiun.goals.services import judge
from kiun.municipality.models import Role
from tests.factories import make_goal, make_indicator, make_membership, make_plan, make_policy, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def test_a_thousand_addresses_of_one_page_are_one_page(hinata, client):
    answers = [client.get(f"/p/hinata/?x={number}") for number in range(3)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, "/p/hinata/")] * 3
    assert len(caches["pages"]._cache) == 0
    assert client.get("/p/hinata/").status_code == 200
    assert len(caches["pages"]._cache) == 1


def test_a_page_that_is_closed_again_is_not_answered_from_memory(hinata, client):
    tag = client.get("/p/hinata/").headers["ETag"]
    hinata.is_public = False
    hinata.save()
    assert client.get("/p/hinata/", headers={"If-None-Match": tag}).status_code == 404


def test_a_new_judgement_is_seen_at_once(hinata, client):
    indicator = make_indicator(
        make_goal(make_plan(hinata)), readings={"2026-09-30": 46}, today=timezone.localdate() - timedelta(days=1)
    )
    before = client.get("/p/hinata/").headers["ETag"]
    with scope(municipality=hinata):
        judge([indicator], today=timezone.localdate())
    assert client.get("/p/hinata/").headers["ETag"] != before


@pytest.fixture
def long_plan(hinata):
    """More indicators than one page takes, in the first of two policies."""
    plan = make_plan(hinata)
    first, second = make_policy(plan, "行政手続", order=0), make_policy(plan, "防災", order=1)
    goal = make_goal(plan, "紙を使わない", policy=first)
    owner = make_membership(hinata)
    for number in range(INDICATORS_ON_ONE_PAGE):
        make_indicator(goal, f"手続{number}", owner=owner)
    make_indicator(make_goal(plan, "早く知らせる", policy=second), "登録者数")
    make_indicator(make_goal(plan, "どの施策にもない目標"), "その他の指標")
    return second


def test_a_long_plan_comes_policy_by_policy(hinata, client, long_plan):
    home = client.get("/p/hinata/").content.decode()
    assert [word in home for word in ("行政手続", "防災")] == [True, True]
    names = ("手続0<", "登録者数", "その他の指標")
    assert [name in home for name in names] == [True, False, False]
    policy = client.get(f"/p/hinata/policies/{long_plan.pk}/").content.decode()
    assert [name in policy for name in names] == [False, True, False]
    outside = client.get("/p/hinata/policies/0/").content.decode()
    assert [name in outside for name in names] == [False, False, True]


def test_a_policy_without_public_goals_is_not_found(hinata, client, long_plan):
    address = f"/p/hinata/policies/{long_plan.pk}/"
    assert client.get(address).status_code == 200
    with scope(municipality=hinata):
        long_plan.goals.update(is_public=False)
    caches["pages"].clear()
    assert client.get(address).status_code == 404
    assert client.get("/p/hinata/policies/999999/").status_code == 404


def test_residents_see_what_is_public_and_nothing_else(hinata, client):
    plan = make_plan(hinata)
    make_indicator(make_goal(plan, "公開する目標"), "公開する指標")
    make_indicator(make_goal(plan, "内部の目標", is_public=False), "内部の目標の指標")
    hidden = make_indicator(make_goal(plan, "もう一つの目標"), "内部の指標", is_public=False)
    draft = make_plan(hinata, name="準備中の計画", status="draft")
    make_indicator(make_goal(draft, "準備中の目標"), "準備中の指標")
    for page in ("/p/hinata/", "/p/hinata/indicators.csv"):
        text = client.get(page).content.decode()
        assert "公開する指標" in text
        assert [word for word in ("内部の", "準備中の", hidden.owner.user.name) if word in text] == []
    assert client.get(f"/p/hinata/indicators/{hidden.pk}/").status_code == 404
    assert client.get(f"/p/hinata/indicators/{hidden.pk}/embed/").status_code == 404


def test_residents_read_how_often_it_succeeds_and_copy_a_whole_line(hinata, client):
    readings = {"2023-03-31": 28, "2024-03-31": 35, "2025-03-31": 43, "2026-03-31": 51}
    indicator = make_indicator(make_goal(make_plan(hinata)), '待ち時間"平均"', readings=readings)
    page = client.get(f"/p/hinata/indicators/{indicator.pk}/").content.decode()
    assert "に届く見込みは高いです（10回に7〜9回ほど）。" in page
    address = f"{settings.PUBLIC_URL}/p/hinata/indicators/{indicator.pk}/embed/"
    line = f'<iframe src="{address}" title="待ち時間&quot;平均&quot;" width="100%" height="480"></iframe>'
    assert re.findall('data-copy="([^"]*)"', page) == [escape(line)]


def test_residents_read_that_nothing_is_judged_yet(hinata, client):
    make_indicator(make_goal(make_plan(hinata)), readings={"2026-03-31": 46}, terms={"target": None})
    page = client.get("/p/hinata/").content.decode()
    assert re.findall('<h1 class="k-lead" >(.*?)</h1>', page) == ["1指標は、まだ判定できません。"]


OUTSIDERS = [Role.PARTNER, Role.RESIDENT]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_who_signs_in_from_outside_the_town_hall_finds_account_and_way_out(hinata, client, role):
    user = make_membership(hinata, role).user
    client.force_login(user)
    page = client.get("/", follow=True)
    text = page.content.decode()
    assert page.request["PATH_INFO"] == "/p/hinata/"
    assert [words in text for words in (str(user), "/t/hinata/profile/", "/accounts/logout/", "/accounts/login/")] == [
        True,
        True,
        True,
        False,
    ]
    assert client.get("/t/hinata/profile/").status_code == 200


@pytest.mark.parametrize("role", OUTSIDERS)
def test_they_have_a_page_even_if_the_town_has_no_public_one(hinata, client, role):
    hinata.is_public = False
    hinata.save()
    client.force_login(make_membership(hinata, role).user)
    assert client.get("/", follow=True).request["PATH_INFO"] == "/t/hinata/profile/"


def test_a_page_with_a_name_on_it_is_kept_nowhere(hinata, client):
    client.force_login(make_membership(hinata, Role.PARTNER).user)
    answer = client.get("/p/hinata/")
    assert (answer.headers["Cache-Control"], "ETag" in answer.headers) == ("private, no-store", False)
    assert len(caches["pages"]._cache) == 0
    client.logout()
    assert "/accounts/logout/" not in client.get("/p/hinata/").content.decode()


@pytest.mark.parametrize(("role", "number"), [(Role.MEMBER, 1), (Role.PARTNER, 0)])
def test_staff_on_the_public_page_have_a_way_back(hinata, client, role, number):
    client.force_login(make_membership(hinata, role).user)
    assert client.get("/p/hinata/").content.decode().count('href="/t/hinata/"') == number


def test_somebody_of_another_town_is_offered_no_page_that_is_not_theirs(hinata, client):
    client.force_login(make_membership(make_town("minato", "みなと市")).user)
    text = client.get("/p/hinata/").content.decode()
    assert ("/t/hinata/" in text, "/accounts/logout/" in text) == (False, True)


@pytest.mark.parametrize(("role", "promised"), [(Role.VIEWER, True), (Role.PARTNER, False)])
def test_only_who_can_search_is_sent_to_the_search(hinata, client, role, promised):
    client.force_login(make_membership(hinata, role).user)
    answer = client.get("/t/hinata/people/999999/")
    assert (answer.status_code, "検索" in answer.content.decode().split("<h1>")[1]) == (404, promised)


def test_the_first_page_of_one_town_has_the_sign_in_beside_the_public_page(hinata, client):
    text = client.get("/").content.decode().split("<h1>")[1]
    assert ("ひなた市</h1>" in text, text.count("k-button"), "/p/hinata/" in text, "/accounts/login/" in text) == (
        True,
        4,
        True,
        True,
    )
    make_town("minato", "みなと市")
    listed = client.get("/").content.decode()
    assert ('href="/p/minato/">みなと市' in listed, "/accounts/login/" in listed) == (True, True)
