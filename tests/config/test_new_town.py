import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.config.command_line import run
from kiun.municipality.models import Membership, Municipality, Role, User
from tests.factories import make_membership, make_town, make_user

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
    path = _printed_path(capsys)
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
    first, second = (urlsplit(link).path for link in re.findall(r"http://\S+", capsys.readouterr().out))
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
    client.force_login(wrong)
    assert client.get(path).status_code == 410
    assert [user.email for user, _role in _posts()] == [ARGUMENTS[-1]]


def _printed_path(capsys: pytest.CaptureFixture[str]) -> str:
    link = re.search(r"http://\S+", capsys.readouterr().out)
    assert link
    return urlsplit(link[0]).path


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
def test_a_town_is_created_once(capsys: pytest.CaptureFixture[str]) -> None:
    run(ARGUMENTS)
    assert run(ARGUMENTS) == 1
    assert "already exists" in capsys.readouterr().err
    assert Municipality.objects.count() == 1
