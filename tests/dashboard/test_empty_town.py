"""A town that has just been set up is invited to begin, on every overview."""

import pytest
from django.test import Client

from tests.factories import make_membership, make_town

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
