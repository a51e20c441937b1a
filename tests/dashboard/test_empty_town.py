"""A town that has just been set up is invited to begin, on every overview."""

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import (
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_town,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["overview/", "me/", "overview/decisions/", "overview/departments/", "search/?q=待ち"])
def test_every_overview_of_an_empty_town_opens(page):
    town = make_town()
    client = Client()
    client.force_login(
        make_membership(town, "admin").user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get(f"/t/{town.slug}/{page}").status_code == 200


def test_the_officer_is_led_to_the_import_and_the_reader_is_not():
    town = make_town()
    link = f"/t/{town.slug}/plans/import/"
    shown = {}
    for role in ("admin", "viewer"):
        client = Client()
        client.force_login(
            make_membership(town, role).user, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        shown[role] = link in client.get(f"/t/{town.slug}/overview/").content.decode()
    assert shown == {"admin": True, "viewer": False}


def test_residents_of_an_empty_town_read_what_will_stand_there(client):
    town = make_town()
    page = client.get(f"/p/{town.slug}/").content.decode()
    assert "計画がここに並びます" in page
    assert "それまでの間、計画についてはひなた市におたずねください。" in page


def test_residents_of_an_empty_town_read_what_the_town_says_of_its_plan(client):
    town = make_town("minato", "みなと市", about="計画は、市役所3階のデジタル課でご覧いただけます。")
    page = client.get(f"/p/{town.slug}/").content.decode()
    assert "計画は、市役所3階のデジタル課でご覧いただけます。" in page


def browser_of(town, role):
    client = Client()
    client.force_login(make_membership(town, role).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_first_page_leads_from_the_staff_list_to_the_plan_and_to_indicators():
    town = make_town()
    office = browser_of(town, "admin")

    def step():
        page = office.get(f"/t/{town.slug}/overview/")
        return int(page.context["beginning"].step) if "beginning" in page.context else None

    assert step() == 1
    assert f"/t/{town.slug}/staff-import/" in office.get(f"/t/{town.slug}/overview/").content.decode()
    department = make_department(town, "市民課")
    assert step() == 2
    goal = make_goal(make_plan(town), department=department)
    assert step() == 3
    make_indicator(goal)
    assert step() is None


def test_it_says_how_many_cannot_come_in_yet():
    town = make_town()
    office = browser_of(town, "admin")
    page = f"/t/{town.slug}/overview/"
    assert "初回サインインの用紙" not in office.get(page).content.decode()
    newcomer = make_membership(town, "member", make_department(town, "市民課")).user
    newcomer.set_unusable_password()
    newcomer.save()
    assert "1人がまだサインインできません。" in office.get(page).content.decode()


class TestClosedPublicPage:
    @pytest.fixture
    def town(self):
        town = make_town()
        town.is_public = False
        town.save()
        return town

    def test_the_staff_reads_why_nothing_is_there_and_the_office_how_to_open_it(self, town):
        shown = {role: browser_of(town, role).get("/p/hinata/") for role in ("admin", "member")}
        settings_link = "/t/hinata/settings/"
        assert {role: page.status_code for role, page in shown.items()} == {"admin": 404, "member": 404}
        assert ["公開ページは閉じています" in page.content.decode() for page in shown.values()] == [True, True]
        main = {role: page.content.decode().split("<main")[1] for role, page in shown.items()}
        assert {role: settings_link in words for role, words in main.items()} == {"admin": True, "member": False}

    def test_others_are_told_nothing(self, town):
        resident = browser_of(town, "resident")
        for client in (Client(), resident, browser_of(make_town("minato", "みなと市"), "admin")):
            answer = client.get("/p/hinata/")
            assert (answer.status_code, "公開していません" in answer.content.decode()) == (404, False)

    def test_no_page_of_the_town_leads_there(self, town):
        office = browser_of(town, "admin")
        for page in ("overview/", "settings/", "reports/", "people/", "plans/"):
            assert 'href="/p/hinata/' not in office.get(f"/t/hinata/{page}").content.decode()

    def test_the_settings_say_which_address_it_will_have(self, town):
        office = browser_of(town, "admin")
        address = f"{settings.PUBLIC_URL}/p/hinata/"
        closed = office.get("/t/hinata/settings/").content.decode()
        assert (address in closed, f'href="{address}"' in closed) == (True, False)
        town.is_public = True
        town.save()
        assert f'href="{address}"' in office.get("/t/hinata/settings/").content.decode()
