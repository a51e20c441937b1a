import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.config.command_line import run
from kiun.config.operations.address import keep_address
from kiun.municipality.models import Membership, Municipality, Role, User
from tests.factories import make_membership, make_town, make_user

ARGUMENTS = ["new-town", "999016", "ひなた市", "--slug", "hinata", "--admin-email", "dx@hinata.example"]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


@pytest.mark.django_db
def test_a_town_begins_with_its_administrator(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*ARGUMENTS, "--admin-name", "緑川 葵"]) == 0
    town = Municipality.objects.get()
    assert (town.code, town.name, town.slug) == ("999016", "ひなた市", "hinata")
    path = _printed_path(capsys)
    assert client.get(path).context["form"]["name"].value() == "緑川 葵"
    _come_in(client, path, "緑川 葵", "shinsei-kiun-2026")
    with scope(municipality=town):
        post = Membership.objects.get()
        records = [(entry.verb, entry.object_type) for entry in AuditEntry.objects.order_by("pk")]
    assert (post.user.email, post.user.name, post.role) == ("dx@hinata.example", "緑川 葵", Role.ADMIN)
    assert records[:2] == [("created", "municipality.municipality"), ("created", "municipality.invitation")]
    assert ("created", "municipality.membership") in records
    assert client.get("/t/hinata/people/").status_code == 200


@pytest.mark.django_db
def test_whoever_comes_in_has_a_name_and_not_an_address_for_one(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    run(ARGUMENTS)
    path = _printed_path(capsys)
    assert not client.get(path).context["form"]["name"].value()
    _come_in(client, path, "", "shinsei-kiun-2026")
    assert User.objects.count() == 0
    _come_in(client, path, "緑川 葵", "shinsei-kiun-2026")
    assert User.objects.get().name == "緑川 葵"


@pytest.mark.django_db
def test_the_link_works_once(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    run(ARGUMENTS)
    path = _printed_path(capsys)
    _come_in(client, path, "緑川 葵", "shinsei-kiun-2026")
    # Once used, the link lets nobody in, whoever finds it.
    assert Client().get(path).status_code == 410
    _come_in(Client(), path, "だれか", "another-kiun-2026")
    assert User.objects.get().check_password("shinsei-kiun-2026")


def _come_in(client: Client, path: str, name: str, password: str) -> None:
    client.post(path, {"name": name, "password": password, "again": password})


@pytest.mark.django_db
def test_the_link_leads_to_where_kiun_runs(settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Started with a port in one terminal, the town founded in another."""
    settings.DATA_DIR = tmp_path
    settings.PUBLIC_URL, settings.IS_ADDRESS_CHOSEN = "http://127.0.0.1:8142", True
    keep_address()
    settings.PUBLIC_URL, settings.IS_ADDRESS_CHOSEN = "http://127.0.0.1:8000", False
    run(ARGUMENTS)
    assert "http://127.0.0.1:8142/t/hinata/invitations/" in capsys.readouterr().out
    settings.PUBLIC_URL, settings.IS_ADDRESS_CHOSEN = "https://kiun.hinata.example", True
    run(ARGUMENTS)
    assert "https://kiun.hinata.example/t/hinata/invitations/" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_known_account_becomes_administrator_only_when_its_owner_accepts(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another town may have made the account, under an address that is not its own, and hold its password."""
    person = make_membership(make_town("minato", "みなと市")).user
    run([*ARGUMENTS[:-1], person.email.upper()])
    path = _printed_path(capsys)
    assert _posts() == []
    assert (client.get(path).status_code, client.post(path).status_code, _posts()) == (200, 200, [])
    client.force_login(person)
    client.post(path)
    assert _posts() == []
    client.post(path, {"password": "shinsei-kiun-2026", "again": "shinsei-kiun-2026"})
    assert _posts() == [(person, Role.ADMIN)]
    person.refresh_from_db()
    assert person.check_password("shinsei-kiun-2026")
    assert client.get("/t/hinata/people/").status_code == 200


@pytest.mark.django_db
def test_a_town_without_people_can_be_founded_again(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    """The first link went to a wrong address, or ran out."""
    wrong, right = make_user(), make_user()
    for person in (wrong, right):
        assert run([*ARGUMENTS[:-1], person.email]) == 0
    first, second = (urlsplit(link).path for link in re.findall(r"http://\S+/invitations/\S+", capsys.readouterr().out))
    client.force_login(wrong)
    assert client.get(first).status_code == 410
    client.force_login(right)
    client.post(second)
    assert _posts() == [(right, Role.ADMIN)]
    assert run([*ARGUMENTS[:-1], wrong.email]) == 1
    assert Municipality.objects.count() == 1


@pytest.mark.django_db
def test_whoever_was_invited_by_mistake_is_not_when_somebody_new_is_appointed(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = make_user()
    run([*ARGUMENTS[:-1], wrong.email])
    path = _printed_path(capsys)
    assert run(ARGUMENTS) == 0
    appointed = _printed_path(capsys)
    client.force_login(wrong)
    assert client.get(path).status_code == 410
    _come_in(Client(), appointed, "緑川 葵", "shinsei-kiun-2026")
    assert [user.email for user, _role in _posts()] == [ARGUMENTS[-1]]


def _printed_path(capsys: pytest.CaptureFixture[str], which: int = 0) -> str:
    links: list[str] = re.findall(r"http://\S+/invitations/\S+", capsys.readouterr().out)
    return urlsplit(links[which]).path


def _posts() -> list[tuple[User, str]]:
    with scope(municipality=Municipality.objects.get(slug="hinata")):
        return [(post.user, post.role) for post in Membership.objects.select_related("user")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new-town", "999011", *ARGUMENTS[2:]], "The last digit of the municipality code 999011 does not fit."),
        (["new-town", "9990", *ARGUMENTS[2:]], "Write the municipality code with six digits."),
        ([*ARGUMENTS[:4], "Hinata City", *ARGUMENTS[5:]], "Enter a valid"),
        ([*ARGUMENTS[:-1], "not an address"], "Enter a valid email address."),
    ],
)
def test_a_mistake_is_named_and_nothing_is_created(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 1
    assert words in capsys.readouterr().err
    assert (Municipality.objects.count(), User.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_town_is_created_once(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    run(ARGUMENTS)
    assert run(ARGUMENTS) == 0
    _come_in(client, _printed_path(capsys, -1), "緑川 葵", "shinsei-kiun-2026")
    assert run(ARGUMENTS) == 1
    assert "already exists" in capsys.readouterr().err
    assert Municipality.objects.count() == 1
