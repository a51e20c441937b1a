"""The pages of people who are asked: whatever they do, they answer once, and nothing of them remains."""

import logging
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.config.secret_addresses import SecretAddresses
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Role
from kiun.surveys.models import (
    Anonymity,
    Channel,
    Draft,
    ItemKind,
    Sheet,
    SheetName,
    Survey,
    Ticket,
    UnmixedSheet,
)
from kiun.surveys.services import close_survey, issue_cards, issue_links
from kiun.surveys.services.pairing import pair_of
from tests.factories import TODAY, make_department, make_membership, make_town
from tests.surveys.builders import make_people, make_questionnaire, make_survey, opened

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
THANKS = "回答を受け付けました"


@pytest.fixture
def people(town, department):
    return make_people(town, department, 12)


@pytest.fixture
def survey(town, people):
    return opened(make_survey(town, offers_pairing=True, thanks="結果は来月、庁内の掲示板でお知らせします。"), people)


def link_of(survey, person):
    [ticket] = Ticket.objects.filter(survey=survey, membership=person)
    [(_ticket, secret)] = issue_links(actor=system_actor(survey.municipality), survey=survey, tickets=[ticket])
    return f"/p/{survey.municipality.slug}/a/{secret}/"


def card_of(survey):
    [secret] = issue_cards(actor=system_actor(survey.municipality), survey=survey, count=1)
    return f"/p/{survey.municipality.slug}/a/{secret}/"


@pytest.fixture
def link(survey, people):
    return link_of(survey, people[0])


def text(answer):
    return answer.content.decode()


def urn():
    return [row.payload for row in UnmixedSheet.objects.order_by("pk")]


# Answering


def test_somebody_answers_by_a_personal_link_and_is_thanked(client, survey, people, link):
    page = client.get(link)
    assert page.status_code == 200
    assert "設問W1" in text(page)
    sent = client.post(link, {"a-W1": "4", "a-why": "  窓口が近い "})
    assert (sent.status_code, sent["Location"]) == (302, link)
    assert [(row["answers"], row["channel"], row["pair"]) for row in urn()] == [
        ({"W1": 4, "why": "窓口が近い"}, Channel.WEB, "")
    ]
    assert list(Ticket.objects.filter(is_used=True).values_list("membership", flat=True)) == [people[0].pk]
    thanks = text(client.get(link))
    assert THANKS in thanks
    assert "結果は来月、庁内の掲示板でお知らせします。" in thanks
    assert "この画面は閉じて構いません" in thanks


def test_a_card_answers_once_too(client, survey):
    card = card_of(survey)
    client.post(card, {"a-W1": "2"})
    assert [row["channel"] for row in urn()] == [Channel.CARD]
    assert THANKS in text(client.get(card))


def test_double_click_reload_and_second_tab_are_one_answer(client, survey, link):
    tab = client.get(link)
    assert tab.status_code == 200
    for value in ("4", "4", "1"):
        assert THANKS in text(client.post(link, {"a-W1": value}, follow=True))
    assert [row["answers"] for row in urn()] == [{"W1": 4}]


def test_what_is_wrong_is_said_beside_the_question_and_what_was_written_stays(client, town, people):
    items = {
        "minutes": {"kind": ItemKind.NUMBER, "settings": {"unit": "分"}},
        "sure": {"kind": ItemKind.SCALE, "is_required": True},
        "why": {"kind": ItemKind.LONG_TEXT},
    }
    survey = opened(make_survey(town, make_questionnaire(town, items=items)), people)
    link = link_of(survey, people[0])
    answer = client.post(link, {"a-minutes": "たくさん", "a-why": "<b>改行\nあり"})
    assert answer.status_code == 422
    page = text(answer)
    assert re.search(r'id="q-minutes-error" data-error>.*?数を入力してください', page, re.DOTALL)
    assert re.search(r'id="q-sure-error" data-error>.*?答えを選んでください', page, re.DOTALL)
    assert 'value="たくさん"' in page
    assert "&lt;b&gt;改行\nあり</textarea>" in page
    assert 'href="#q-minutes"' in page
    assert 'data-at="q-minutes"' in page
    assert urn() == []
    assert not Ticket.objects.filter(is_used=True).exists()


def test_an_empty_sheet_is_not_handed_in_by_mistake(client, survey, link):
    answer = client.post(link, {})
    assert answer.status_code == 422
    assert "まだ1つも回答していません" in text(answer)
    assert urn() == []


def test_what_does_not_concern_somebody_is_dropped_without_a_script_too(client, town, people):
    choices = [{"key": "yes", "text": "はい"}, {"key": "no", "text": "いいえ"}]
    items = {
        "uses": {"kind": ItemKind.SINGLE, "choices": choices},
        "which": {
            "kind": ItemKind.SHORT_TEXT,
            "is_required": True,
            "only_if": {"item": "uses", "choices": ["yes"]},
        },
    }
    survey = opened(make_survey(town, make_questionnaire(town, items=items)), people)
    link = link_of(survey, people[0])
    page = text(client.get(link))
    assert "設問1で「はい」を選んだ方だけお答えください。" in page
    assert 'data-only-item="uses" data-only-choices="yes"' in page
    assert client.post(link, {"a-uses": "yes"}).status_code == 422
    client.post(link, {"a-uses": "no", "a-which": "住民票"})
    assert [row["answers"] for row in urn()] == [{"uses": "no"}]


# Ways that are closed


def test_unknown_and_foreign_secrets_get_the_same_page(client, survey, link):
    other = make_town("minato", "みなと市")
    with scope(municipality=other):
        foreign = opened(make_survey(other), make_people(other, make_department(other), 10))
        theirs = link_of(foreign, Ticket.objects.first().membership)
    pages = [client.get(url) for url in ("/p/hinata/a/nonsense/", theirs.replace("minato", "hinata"))]
    assert [page.status_code for page in pages] == [404, 404]
    assert text(pages[0]) == text(pages[1]).replace(theirs.split("/")[-2], "nonsense")
    assert client.post("/p/hinata/a/nonsense/", {"a-W1": "3"}).status_code == 404


def test_a_link_that_was_replaced_opens_nothing(client, survey, people, link):
    link_of(survey, people[0])
    assert client.get(link).status_code == 404


def test_a_closed_survey_says_so_and_takes_nothing(client, survey, people, link):
    used = link_of(survey, people[1])
    client.post(used, {"a-W1": "3"})
    close_survey(actor=system_actor(survey.municipality, on=TODAY), survey=survey)
    assert [client.get(link).status_code, client.post(link, {"a-W1": "3"}).status_code] == [410, 410]
    assert "この調査は終了しました" in text(client.get(link))
    assert THANKS in text(client.get(used))
    assert Ticket.objects.filter(is_used=True).count() == 1


def test_a_survey_that_closes_while_somebody_writes(client, survey, link, monkeypatch):
    """Between the look at the survey and the handing in."""
    Survey.objects.filter(pk=survey.pk).update(state="closed")
    stale = Ticket.objects.select_related("survey__questionnaire", "survey__department").get(digest__gt="")
    stale.survey.state = "open"
    monkeypatch.setattr("kiun.surveys.views.answering.by_ticket._ticket_of", lambda secret: stale)
    answer = client.post(link, {"a-W1": "3"})
    assert answer.status_code == 410
    assert not Ticket.objects.filter(is_used=True).exists()


def test_the_code_of_a_card_is_typed_in_any_way(client, survey):
    secret = card_of(survey).split("/")[-2]
    typed = f" {secret[:4]}-{secret[4:8]} {secret[8:].upper()}"
    sent = client.post("/p/hinata/a/", {"code": typed})
    assert (sent.status_code, sent["Location"]) == (302, f"/p/hinata/a/{secret}/")
    wrong = client.post("/p/hinata/a/", {"code": "abcd"})
    assert wrong.status_code == 422
    assert "1文字ずつ見比べてください" in text(wrong)
    assert client.post("/p/hinata/a/", {"code": "---"}).status_code == 422
    assert client.get("/p/hinata/a/").status_code == 200


# Bad input


@pytest.mark.parametrize(
    "fields",
    [
        {"a-W1": "9"},
        {"a-W1": ["1", "2"] * 200, "a-A1": "x"},
        {"a-why": "あ" * 1_000_000},
        {"a-W1": "\x00", "a-why": "\x00"},
        {"a-W1": "\ud800".encode("utf-8", "surrogatepass")},
        {"a-T1": "3; DROP TABLE surveys_sheet"},
    ],
    ids=["off the scale", "many", "a megabyte", "nul", "half a letter", "code"],
)
def test_whatever_is_sent_is_refused_in_words(client, survey, link, fields):
    answer = client.post(link, fields)
    assert answer.status_code == 422
    assert len(answer.content) < 100_000
    assert urn() == []


def test_forged_fields_change_nothing(client, survey, people, link):
    forged = {"stratum": "1", "grade": "director", "pair": "x", "channel": "paper", "a-admin": "1", "ticket": "7"}
    client.post(link, {"a-W1": "3", **forged})
    ticket = Ticket.objects.get(membership=people[0])
    assert urn() == [
        {"stratum": ticket.stratum_id, "grade": ticket.grade, "channel": "web", "answers": {"W1": 3}, "pair": ""}
    ]


def test_more_than_the_server_reads_is_refused(client, survey, link):
    assert client.post(link, {"a-why": "あ" * 2_000_000}).status_code == 400
    assert client.post(link, {f"a-{n}": "1" for n in range(2000)}).status_code == 400


def test_a_form_of_another_site_is_refused(survey, link):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, {"a-W1": "3"}).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(strict.get(link)))[1]
    assert strict.post(link, {"a-W1": "3", "csrfmiddlewaretoken": token}).status_code == 302


# Going on later


def test_answers_begun_come_back_in_the_same_browser_alone(client, survey, link):
    kept = client.post(link, {"a-W1": "4", "a-why": "途中まで", "later": "1"})
    assert kept.status_code == 200
    assert "回答の途中で保存しました" in text(kept)
    [(name, cookie)] = kept.cookies.items()
    assert (name, cookie["path"], cookie["httponly"]) == (f"draft-{survey.pk}", link, True)
    again = text(client.get(link))
    assert "前回の続きから回答できます" in again
    assert "途中まで</textarea>" in again
    assert '<input type="radio" name="a-W1" value="4" checked>' in again
    assert "途中まで" not in text(Client().get(link))
    assert urn() == []


def test_the_page_keeps_them_by_itself_and_forgets_them_after_handing_in(client, survey, link):
    assert client.post(link, {"a-W1": "4", "draft": "1"}).status_code == 204
    assert client.post(link, {"a-W1": "5", "draft": "1"}).status_code == 204
    assert Draft.objects.count() == 1
    sent = client.post(link, {"a-W1": "5"})
    assert Draft.objects.count() == 0
    assert sent.cookies[f"draft-{survey.pk}"]["max-age"] == 0


def test_they_can_be_thrown_away(client, survey, link):
    client.post(link, {"a-W1": "4", "later": "1"})
    assert client.post(link, {"discard": "1"}).status_code == 302
    assert Draft.objects.count() == 0
    assert "前回の続き" not in text(client.get(link))


def test_on_a_shared_computer_the_next_person_sees_nothing(client, survey, people):
    """Both sign in, one after the other, in the same browser."""
    url = f"/t/hinata/surveys/{survey.pk}/answer/"
    client.force_login(people[0].user, backend=BACKEND)
    client.post(url, {"a-why": "上司には言えない", "later": "1"})
    assert "上司には言えない" in text(client.get(url))
    client.force_login(people[1].user, backend=BACKEND)
    assert "上司には言えない" not in text(client.get(url))


def test_an_error_does_not_lose_them(client, survey, link):
    client.post(link, {"a-W1": "7", "a-why": "これは残る", "draft": "1"})
    assert "これは残る" in text(client.get(link))


# Signed in


def test_staff_answer_signed_in_and_only_those_invited(client, survey, people, department, town):
    url = f"/t/hinata/surveys/{survey.pk}/answer/"
    assert "/accounts/login/" in client.get(url)["Location"]
    client.force_login(people[2].user, backend=BACKEND)
    page = text(client.get(url))
    assert str(people[2].user) not in page
    assert THANKS in text(client.post(url, {"a-W1": "3"}, follow=True))
    assert Ticket.objects.get(membership=people[2]).is_used
    client.force_login(make_membership(town, Role.ADMIN, department).user, backend=BACKEND)
    assert client.get(url).status_code == 404


def test_whoever_changes_the_department_still_answers_with_the_ticket_of_then(client, survey, people, town):
    post = people[3]
    post.valid_to = timezone.localdate() - timedelta(days=1)
    post.save()
    make_membership(town, Role.MEMBER, make_department(town, "税務課"), user=post.user)
    client.force_login(post.user, backend=BACKEND)
    client.post(f"/t/hinata/surveys/{survey.pk}/answer/", {"a-W1": "3"})
    assert Ticket.objects.get(membership=post).is_used


def test_link_and_sign_in_are_the_same_ticket(client, survey, people, link):
    client.post(link, {"a-W1": "3"})
    client.force_login(people[0].user, backend=BACKEND)
    url = f"/t/hinata/surveys/{survey.pk}/answer/"
    assert THANKS in text(client.get(url))
    client.post(url, {"a-W1": "1"})
    assert len(urn()) == 1


def test_whoever_is_not_invited_is_shown_the_address_for_everybody(client, town, people, department):
    survey = opened(make_survey(town, has_open_link=True), people)
    client.force_login(make_membership(town, Role.MEMBER, department).user, backend=BACKEND)
    answer = client.get(f"/t/hinata/surveys/{survey.pk}/answer/")
    assert answer["Location"] == f"/p/hinata/q/{survey.code}/"


# Names, or none


def test_a_survey_with_names_says_so_first_and_keeps_them(client, town, people, django_capture_on_commit_callbacks):
    survey = opened(make_survey(town, anonymity=Anonymity.NAMED), people)
    link = link_of(survey, people[4])
    page = text(client.get(link))
    assert "この調査は記名です。" in page
    assert "匿名です。" not in page
    client.post(link, {"a-W1": "5"})
    [name] = SheetName.objects.select_related("sheet")
    assert (name.membership, name.sheet.answers) == (people[4], {"W1": 5})


def test_the_promise_is_that_of_the_way_in(client, survey, people, link):
    personal, card = text(client.get(link)), text(client.get(card_of(survey)))
    client.force_login(people[5].user, backend=BACKEND)
    signed_in = text(client.get(f"/t/hinata/surveys/{survey.pk}/answer/"))
    for page in (personal, card, signed_in):
        assert "匿名です。" in page
        assert "混ぜる前の回答（多くて9件）" in page
    assert "重ねてお願いしないように" in personal
    assert "だれにどのカードを渡したかは、記録していません" in card
    assert "ログインしたこと（日時と接続元）" in signed_in
    assert "ログインしたこと" not in personal


# Pairs


def pair_cookie(survey):
    return f"pair-{survey.questionnaire.family.hex}"


def test_answers_are_paired_only_if_somebody_wants_it(client, survey):
    link = card_of(survey)
    assert 'name="pairing" value="1">' in text(client.get(link))
    sent = client.post(link, {"a-W1": "3", "pairing": "1"})
    secret = sent.cookies[pair_cookie(survey)].value
    assert [row["pair"] for row in urn()] == [pair_of(secret, survey)]
    assert secret not in str(urn())


def test_the_next_wave_has_the_same_pair_and_another_survey_has_not(client, survey, town, people):
    client.post(card_of(survey), {"a-W1": "3", "pairing": "1"})
    later = opened(make_survey(town, survey.questionnaire, title="第4回", offers_pairing=True), people)
    other = opened(make_survey(town, make_questionnaire(town, "別の質問票"), offers_pairing=True), people)
    link = card_of(later)
    assert 'name="pairing" value="1" checked>' in text(client.get(link))
    client.post(link, {"a-W1": "4", "pairing": "1"})
    client.post(card_of(other), {"a-W1": "4", "pairing": "1"})
    first, second, third = (row["pair"] for row in urn())
    assert first == second != third


def test_whoever_takes_the_tick_away_leaves_nothing_behind(client, survey):
    client.post(card_of(survey), {"a-W1": "3", "pairing": "1"})
    sent = client.post(card_of(survey), {"a-W1": "3"})
    assert sent.cookies[pair_cookie(survey)]["max-age"] == 0
    assert [row["pair"] for row in urn()][1] == ""


def test_pairs_are_offered_only_where_the_survey_wants_them_and_nobody_knows_who_answers(client, town, people):
    plain = opened(make_survey(town), people)
    named = opened(make_survey(town, offers_pairing=True, anonymity=Anonymity.NAMED), people)
    offering = opened(make_survey(town, offers_pairing=True), people)
    ways = [(survey, link_of(survey, people[0])) for survey in (plain, named, offering)]
    for survey, link in ways:
        assert 'name="pairing"' not in text(client.get(link))
        sent = client.post(link, {"a-W1": "3", "pairing": "1"})
        assert pair_cookie(survey) not in sent.cookies
    assert {row["pair"] for row in urn()} | set(Sheet.objects.values_list("pair", flat=True)) == {""}


def test_two_people_at_one_computer_are_not_taken_for_one(client, survey):
    for _person in range(4):
        client.post(card_of(survey), {"a-W1": "3", "pairing": "1"})
    Client().post(card_of(survey), {"a-W1": "3", "pairing": "1"})
    close_survey(actor=system_actor(survey.municipality, on=TODAY), survey=survey)
    assert [bool(pair) for pair in sorted(Sheet.objects.values_list("pair", flat=True))] == [False] * 4 + [True]


# Languages


def test_english_where_it_is_written(client, town, people):
    items = {"W1": {"text": "進んでいますか", "text_en": "Is it going forward?"}, "A1": {"text": "日本語だけ"}}
    survey = make_survey(town, make_questionnaire(town, items=items), title_en="Momentum survey")
    link = link_of(opened(survey, people), people[0])
    client.cookies["django_language"] = "en"
    page = text(client.get(link))
    assert "<h1>Momentum survey</h1>" in page
    assert "Is it going forward?" in page
    assert re.search(r'id="q-A1"[^>]* lang="ja"', page)
    assert not re.search(r'id="q-W1"[^>]* lang="ja"', page)
    client.cookies["django_language"] = "ja"
    assert "進んでいますか" in text(client.get(link))


# Traces


def test_no_page_tells_its_address_or_is_kept(client, survey, people, link):
    client.force_login(people[0].user, backend=BACKEND)
    urls = [link, "/p/hinata/a/", "/p/hinata/a/nonsense/", f"/t/hinata/surveys/{survey.pk}/answer/"]
    for url in urls:
        for answer in (client.get(url), client.post(url, {"a-W1": "9"})):
            assert answer["Cache-Control"] == "no-store, private"
            assert answer["Referrer-Policy"] == "strict-origin"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_pages_for_everybody_do_not_look_at_who_is_signed_in(client, survey, people, link):
    client.force_login(people[7].user, backend=BACKEND)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(link)
    assert not any("session" in query["sql"] or "municipality_user" in query["sql"] for query in captured)
    assert str(people[7].user) not in text(page)


def test_answering_writes_no_record_no_session_no_message_and_no_cache(client, survey, people):
    client.force_login(people[6].user, backend=BACKEND)
    before = (AuditEntry.objects.count(), list(Session.objects.values_list("session_data", "expire_date")))
    url = f"/t/hinata/surveys/{survey.pk}/answer/"
    client.get(url)
    client.post(url, {"a-W1": "3", "draft": "1"})
    sent = client.post(url, {"a-W1": "3", "a-why": "秘密"})
    client.get(url)
    assert (AuditEntry.objects.count(), list(Session.objects.values_list("session_data", "expire_date"))) == before
    assert "messages" not in sent.cookies
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kiun_cache")
        assert cursor.fetchone() == (0,)


def test_the_log_does_not_tell_who_opened_which_page(client, survey, link, caplog):
    close_survey(actor=system_actor(survey.municipality, on=TODAY), survey=survey)
    with caplog.at_level("WARNING", logger="django.request"):
        client.get(link)
        client.get(f"/p/hinata/q/{survey.code}/")
        client.get("/p/hinata/nothing/")
    told = [record.getMessage() for record in caplog.records if SecretAddresses().filter(record)]
    assert told == ["Not Found: /p/hinata/nothing/"]


def test_a_failure_of_kiun_is_logged_without_the_address(caplog):
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s", ("Internal Server Error", "/p/hinata/a/geheim/"), None
    )
    record.status_code = 500
    assert SecretAddresses().filter(record)
    assert record.getMessage() == "Internal Server Error: (page of a survey)"


# Speed


def queries(act):
    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


def test_the_first_page_asks_the_database_two_things(client, survey, link):
    caches["pages"].clear()
    assert len(queries(lambda: client.get(link))) == 2


def test_handing_in_asks_it_five_things(client, survey, people):
    links = [link_of(survey, person) for person in people[:2]]
    assert len(queries(lambda: client.post(links.pop(), {"a-W1": "3"}))) == 5


def test_what_is_remembered_of_a_page_follows_what_may_still_change(client, town, department, people):
    survey = opened(make_survey(town, department=department, title="調査"), people)
    link = link_of(survey, people[0])
    assert "市民課がお聞きします" in text(client.get(link))
    survey.closes_on += timedelta(days=3)
    survey.save()
    department.name = "市民サービス課"
    department.save()
    page = text(client.get(link))
    assert "市民サービス課がお聞きします" in page
    assert "12月10日まで" in page


def test_nothing_of_one_person_is_remembered_for_another(client, survey, people, link):
    client.post(link, {"a-W1": "4", "a-why": "わたしの意見", "pairing": "1", "later": "1"})
    assert "わたしの意見" in text(client.get(link))
    assert "わたしの意見" in text(client.post(link, {"a-W1": "9", "a-why": "わたしの意見"}))
    other = text(Client().get(link_of(survey, people[1])))
    assert "わたしの意見" not in other
    assert " checked" not in other
    first, second = (re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', text(Client().get(link))) for _ in range(2))
    assert first != second


def test_the_number_of_questions_costs_no_queries(client, town, people):
    items = {f"Q{number}": {} for number in range(40)}
    survey = opened(make_survey(town, make_questionnaire(town, items=items)), people)
    link = link_of(survey, people[0])
    assert len(queries(lambda: client.get(link))) == 2
