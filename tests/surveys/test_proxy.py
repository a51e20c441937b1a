"""Sheets of paper, typed in by the office."""

import re

import pytest
from django.test import Client

from kiun.activity.models import AuditEntry
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import actor_of, system_actor
from kiun.municipality.models import Role
from kiun.surveys.models import Channel, ItemKind, Sheet, Ticket, TicketKind, UnmixedSheet
from kiun.surveys.services import AlreadyAnsweredError, close_survey, issue_cards, issue_links
from kiun.surveys.services.proxy import enter_sheet, new_sheet_key
from tests.factories import TODAY, make_department, make_membership
from tests.surveys.builders import make_people, make_questionnaire, make_survey, opened

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CHOICES = [{"key": "good", "text": "よい"}, {"key": "bad", "text": "よくない"}]
ITEMS = {
    "W1": {"is_required": True, "settings": {"low": "思わない", "high": "思う"}},
    "many": {"kind": ItemKind.MULTIPLE, "choices": CHOICES},
    "minutes": {"kind": ItemKind.NUMBER, "settings": {"unit": "分"}},
    "table": {
        "kind": ItemKind.MATRIX,
        "choices": CHOICES,
        "rows": [{"key": "a", "text": "案内"}, {"key": "b", "text": "待ち"}],
    },
    "why": {"kind": ItemKind.LONG_TEXT},
}


@pytest.fixture
def survey(town, department):
    questionnaire = make_questionnaire(town, items=ITEMS)
    return opened(make_survey(town, questionnaire, department=department, audience="residents", has_open_link=True), [])


@pytest.fixture
def officer(town):
    return make_membership(town, Role.ADMIN)


@pytest.fixture
def actor(town, officer):
    return actor_of(officer.user, town, on=TODAY)


@pytest.fixture
def url(survey):
    return f"/t/hinata/surveys/{survey.pk}/paper/"


@pytest.fixture
def desk(officer):
    client = Client()
    client.force_login(officer.user, backend=BACKEND)
    return client


@pytest.fixture
def card(survey):
    [secret] = issue_cards(actor=system_actor(survey.municipality), survey=survey, count=1)
    return secret


def text(answer):
    return answer.content.decode()


def hidden_fields(answer):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text(answer))
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def urn():
    return [row.payload for row in UnmixedSheet.objects.order_by("pk")]


def test_a_sheet_is_typed_looked_at_and_handed_in(desk, url):
    assert "紙の回答を入力する" in text(desk.get(url))
    typed = {"a-W1": "5", "a-many": ["good", "bad"], "a-minutes": "３０", "a-table-a": "bad", "a-why": "一行目\n二行目"}
    shown = desk.post(url, typed)
    page = text(shown)
    for words in ("紙と同じ内容ですか", "5 思う", "よい、よくない", "30分", "案内: よくない", "一行目<br>二行目"):
        assert words in page
    assert urn() == []
    confirmed = desk.post(url, {**typed, "sheet": hidden_fields(shown)["sheet"], "confirmed": "1"})
    assert (confirmed.status_code, confirmed["Location"]) == (302, f"{url}?entered=1")
    [row] = urn()
    assert (row["channel"], row["stratum"], row["pair"]) == (Channel.PAPER, None, "")
    assert row["answers"] == {
        "W1": 5,
        "many": ["good", "bad"],
        "minutes": "30",
        "table": {"a": "bad"},
        "why": "一行目\n二行目",
    }
    following = text(desk.get(confirmed["Location"]))
    assert "紙の回答を1枚入力しました" in following
    assert "次の用紙を入力してください" in following


def test_what_is_compared_is_what_is_handed_in(desk, url):
    shown = desk.post(url, {"a-W1": "5", "a-why": '<b>&"引用"</b>'})
    fields = hidden_fields(shown)
    assert {name for name in fields if name.startswith("a-")} == {"a-W1", "a-why"}
    assert "&lt;b&gt;&amp;&quot;引用&quot;&lt;/b&gt;" in fields["a-why"]


def test_sent_twice_it_counts_once(desk, url):
    sheet = hidden_fields(desk.post(url, {"a-W1": "5"}))["sheet"]
    for _ in range(2):
        assert desk.post(url, {"a-W1": "5", "sheet": sheet, "confirmed": "1"}).status_code == 302
    assert len(urn()) == 1
    other = hidden_fields(desk.post(url, {"a-W1": "5"}))["sheet"]
    desk.post(url, {"a-W1": "5", "sheet": other, "confirmed": "1"})
    assert len(urn()) == 2


def test_it_can_be_corrected_before(desk, url):
    again = text(desk.post(url, {"a-W1": "5", "a-minutes": "30", "sheet": "x", "back": "1"}))
    assert '<input type="radio" name="a-W1" value="5" checked>' in again
    assert 'value="30"' in again
    assert urn() == []


def test_on_paper_anything_may_be_left_out_but_not_everything(desk, url):
    assert "紙と同じ内容ですか" in text(desk.post(url, {"a-minutes": "30"}))
    empty = desk.post(url, {})
    assert empty.status_code == 422
    assert "白紙の用紙は数えません" in text(empty)
    wrong = desk.post(url, {"a-minutes": "たくさん"})
    assert wrong.status_code == 422
    assert "印の付いた回答を確かめてください" in text(wrong)
    assert desk.post(url, {"a-minutes": "たくさん", "confirmed": "1", "sheet": "x"}).status_code == 422


def test_a_card_is_used_up_by_its_sheet(desk, url, card):
    shown = desk.post(url, {"a-W1": "2", "code": f"{card[:4]}-{card[4:]}".upper()})
    assert shown.status_code == 200
    desk.post(url, {"a-W1": "2", "code": card, "sheet": "x", "confirmed": "1"})
    [ticket] = Ticket.objects.all()
    assert (ticket.kind, ticket.is_used) == (TicketKind.CARD, True)
    assert [row["channel"] for row in urn()] == [Channel.PAPER]
    again = desk.post(url, {"a-W1": "2", "code": card})
    assert again.status_code == 422
    assert "このカードでは、すでに回答があります" in text(again)
    assert Client().get(f"/p/hinata/a/{card}/").status_code == 200


def test_a_code_that_is_none_is_asked_about(desk, url, town, department):
    other = opened(make_survey(town, audience="residents", department=department), [])
    [foreign] = issue_cards(actor=system_actor(town), survey=other, count=1)
    for code in ("abcd", foreign, "\x00", "9" * 5000):
        answer = desk.post(url, {"a-W1": "2", "code": code})
        assert answer.status_code == 422
        assert "この番号のカードは、この調査にはありません" in text(answer)


def test_somebody_without_a_computer_answers_on_paper_with_the_own_slip(town, department, officer, actor):
    people = make_people(town, department, 10)
    survey = opened(make_survey(town, department=department), people)
    [(ticket, secret), *_others] = issue_links(actor=actor, survey=survey, tickets=Ticket.objects.order_by("pk"))
    enter_sheet(actor=actor, survey=survey, values={"W1": 3}, sheet_key=new_sheet_key(), code=secret)
    assert [row["stratum"] for row in urn()] == [ticket.stratum_id]
    with pytest.raises(DomainError):
        enter_sheet(actor=actor, survey=survey, values={"W1": 3}, sheet_key=new_sheet_key(), code=secret)


def test_sheets_are_counted_also_after_they_were_mixed(desk, url, survey, actor):
    for _ in range(12):
        enter_sheet(actor=actor, survey=survey, values={"W1": 3}, sheet_key=new_sheet_key())
    assert "紙の回答を12枚入力しました" in text(desk.get(url))


def test_the_same_sheet_key_is_the_same_sheet(survey, actor):
    key = new_sheet_key()
    enter_sheet(actor=actor, survey=survey, values={"W1": 3}, sheet_key=key)
    with pytest.raises(AlreadyAnsweredError):
        enter_sheet(actor=actor, survey=survey, values={"W1": 3}, sheet_key=key)


def test_only_those_enter_who_may_open_the_survey(survey, url, town, department):
    posts = {
        Role.HEAD: make_membership(town, Role.HEAD, department),
        Role.MEMBER: make_membership(town, Role.MEMBER, department),
        Role.VIEWER: make_membership(town, Role.VIEWER, department),
        Role.EXECUTIVE: make_membership(town, Role.EXECUTIVE),
        Role.PARTNER: make_membership(town, Role.PARTNER),
        "elsewhere": make_membership(town, Role.HEAD, make_department(town, "税務課")),
    }
    statuses = {}
    for role, post in posts.items():
        client = Client()
        client.force_login(post.user, backend=BACKEND)
        statuses[role] = client.get(url).status_code
    assert statuses == {
        Role.HEAD: 200,
        Role.MEMBER: 403,
        Role.VIEWER: 404,
        Role.EXECUTIVE: 403,
        Role.PARTNER: 404,
        "elsewhere": 404,
    }
    member = actor_of(posts[Role.MEMBER].user, town, on=TODAY)
    with pytest.raises(NotAllowedError):
        enter_sheet(actor=member, survey=survey, values={"W1": 3}, sheet_key="x")
    assert urn() == []


def test_it_leaves_no_record_of_the_sheet(desk, url):
    before = AuditEntry.objects.count()
    desk.post(url, {"a-W1": "5", "sheet": "x", "confirmed": "1"})
    assert AuditEntry.objects.count() == before


def test_nothing_is_added_to_a_survey_that_has_ended_or_not_begun(desk, url, survey, town, department):
    draft = make_survey(town, department=department)
    assert "調査を始めると、紙の回答を入力できるようになります" in text(
        desk.get(f"/t/hinata/surveys/{draft.pk}/paper/")
    )
    close_survey(actor=system_actor(town, on=TODAY), survey=survey)
    late = desk.post(url, {"a-W1": "5", "sheet": "x", "confirmed": "1"})
    assert "用紙を追加することはできません" in text(late)
    assert Sheet.objects.count() == 0
