"""What waits for a decision: told to those who decide as a request, to everybody else as a fact."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from kiun.dashboard.queries.decisions import PRINTED, SHOWN
from kiun.municipality.models import Role
from tests.factories import make_department, make_goal, make_indicator, make_membership, make_plan

pytestmark = pytest.mark.django_db

ASKED, TOLD = "ご判断いただくこと", "首長の判断を待っていること"


@pytest.fixture
def silent(hinata):
    """More figures that nobody takes any more than one print holds."""
    department = make_department(hinata)
    goal, owner = make_goal(make_plan(hinata), department=department), make_membership(hinata)
    for number in range(PRINTED + 2):
        make_indicator(
            goal, f"指標{number}", readings={"2020-03-31": 1}, owner=owner, today=timezone.localdate(),
            terms={"started_on": date(2020, 4, 1)},
        )  # fmt: skip
    return department


@pytest.fixture
def read(hinata):
    def read(role, page):
        client = Client()
        client.force_login(
            make_membership(hinata, role).user, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client.get(f"/t/{hinata.slug}/{page}").content.decode()

    return read


@pytest.mark.parametrize(
    ("role", "heading"),
    [(Role.EXECUTIVE, ASKED), (Role.ADMIN, TOLD), (Role.HEAD, TOLD), (Role.MEMBER, TOLD), (Role.VIEWER, TOLD)],
)
def test_only_who_decides_is_asked_to(silent, read, role, heading):
    for page in ("overview/", "overview/decisions/", f"overview/departments/{silent.pk}/"):
        text = read(role, page)
        assert [word for word in (ASKED, TOLD) if word in text] == [heading]


def test_the_own_page_of_who_decides_names_and_links_what_waits(silent, read):
    page = read(Role.EXECUTIVE, "me/")
    assert f"今日の用件が{PRINTED + 2}件あります。" in page
    assert ASKED in page
    assert 'href="/t/hinata/overview/decisions/">ほか' in page
    others = read(Role.ADMIN, "me/")
    assert "今日お願いすることはありません。" in others
    assert [word for word in (ASKED, TOLD) if word in others] == []


def test_the_print_of_the_overview_names_what_the_screen_links(silent, read):
    screen, _, paper = read(Role.VIEWER, "overview/").partition('<div class="k-paper">')
    assert [part.count('<li class="k-decision"') for part in (screen, paper)] == [SHOWN, PRINTED - SHOWN]
    assert f">ほか{PRINTED + 2 - SHOWN}件</a>" in screen
    assert "<p>ほか2件</p>" in paper
