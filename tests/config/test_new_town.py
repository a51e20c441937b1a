import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from kiun.activity.models import AuditEntry
from kiun.config.command_line import run
from kiun.municipality.models import Membership, Municipality, Role, User
from tests.factories import make_user

ARGUMENTS = ["new-town", "999016", "ひなた市", "--slug", "hinata", "--admin-email", "dx@hinata.example"]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


@pytest.mark.django_db
def test_a_town_begins_with_its_administrator() -> None:
    assert run([*ARGUMENTS, "--admin-name", "緑川 葵"]) == 0
    town = Municipality.objects.get()
    assert (town.code, town.name, town.slug) == ("999016", "ひなた市", "hinata")
    with scope(municipality=town):
        post = Membership.objects.get()
        records = [(entry.verb, entry.object_type) for entry in AuditEntry.objects.order_by("pk")]
    assert (post.user.email, post.user.name, post.role) == ("dx@hinata.example", "緑川 葵", Role.ADMIN)
    assert records == [("created", "municipality.municipality"), ("created", "municipality.membership")]


@pytest.mark.django_db
def test_the_link_lets_the_administrator_choose_a_password(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    run(ARGUMENTS)
    link = re.search(r"http://\S+", capsys.readouterr().out)
    assert link
    path = urlsplit(link[0]).path
    assert _choose(client, path, "shinsei-kiun-2026") == 200
    assert User.objects.get().check_password("shinsei-kiun-2026")
    # Once used, the link lets nobody in, whoever finds it.
    _choose(Client(), path, "another-kiun-2026")
    assert User.objects.get().check_password("shinsei-kiun-2026")


def _choose(client: Client, path: str, password: str) -> int:
    form = client.get(path, follow=True)
    last = form.redirect_chain[-1][0] if form.redirect_chain else path
    client.post(last, {"password1": password, "password2": password})
    return form.status_code


@pytest.mark.django_db
def test_a_person_of_another_town_keeps_the_account(capsys: pytest.CaptureFixture[str]) -> None:
    person = make_user(name="黒田 恵理")
    run([*ARGUMENTS[:-1], person.email.upper()])
    with scopes_disabled():
        assert [membership.user for membership in Membership.objects.all()] == [person]
    assert "This person already has an account" in capsys.readouterr().out


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
def test_a_town_is_created_once(capsys: pytest.CaptureFixture[str]) -> None:
    run(ARGUMENTS)
    assert run(ARGUMENTS) == 1
    assert "already exists" in capsys.readouterr().err
    assert Municipality.objects.count() == 1
