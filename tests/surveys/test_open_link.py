"""The address for everybody, attacked by somebody who wants to answer a thousand times."""

import re
from datetime import datetime
from hashlib import sha256
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kiun.surveys.models import Channel, Draft, Sheet, Ticket, TicketKind, UnmixedSheet
from kiun.surveys.services import AlreadyAnsweredError, open_link
from kiun.surveys.services.open_link import (
    PROOF_BITS,
    RefusedError,
    hand_in_openly,
    is_form_key,
    is_proven,
    new_form_key,
    takes_draft,
    task_of,
)
from tests.surveys.builders import make_survey, opened

ADDRESS = "203.0.113.9"
ANSWERS = {"W1": 4}


@pytest.fixture
def survey(db, town):
    return opened(make_survey(town, has_open_link=True, audience="residents"), [])


@pytest.fixture
def few(monkeypatch):
    """A day's work of an attacker, made short."""
    monkeypatch.setattr(open_link, "IN_AN_HOUR", {"proven": 3, "unproven": 2, "draft": 2})


def solved(key):
    digests = ((str(number), sha256(f"{task_of(key)}:{number}".encode()).digest()) for number in count())
    return next(proof for proof, digest in digests if digest[0] == 0 and digest[1] == 0)


@pytest.fixture
def easy(monkeypatch):
    """Tasks whose first number is right, so that a test need not search."""
    monkeypatch.setattr(open_link, "PROOF_BITS", 0)


def send(survey, *, key=None, proof="", address=ADDRESS):
    hand_in_openly(survey=survey, key=key or new_form_key(survey), proof=proof, address=address, values=ANSWERS)


def handed_in():
    return UnmixedSheet.objects.count() + Sheet.objects.count()


def test_an_answer_uses_up_the_key_of_its_form(survey):
    key = new_form_key(survey)
    send(survey, key=key, proof=solved(key))
    [ticket] = Ticket.objects.all()
    assert (ticket.kind, ticket.is_used, ticket.membership, ticket.stratum) == (TicketKind.OPEN, True, None, None)
    assert UnmixedSheet.objects.get().payload["channel"] == Channel.WEB
    with pytest.raises(AlreadyAnsweredError):
        send(survey, key=key, proof=solved(key))
    assert handed_in() == 1


def test_a_key_that_this_server_did_not_sign_opens_nothing(survey, town):
    other = opened(make_survey(town, has_open_link=True, audience="residents"), [])
    real = new_form_key(survey)
    for forged in ("", "x", real[:-1], f"{real}a", real.upper(), new_form_key(other), "a:b:c", "\x00"):
        assert not is_form_key(survey, forged)
        with pytest.raises(RefusedError):
            hand_in_openly(survey=survey, key=forged, proof="0", address=ADDRESS, values=ANSWERS)
    assert Ticket.objects.count() == handed_in() == 0


def test_a_proof_is_work_for_this_form_alone(survey):
    one, other = new_form_key(survey), new_form_key(survey)
    proof = solved(one)
    assert is_proven(one, proof)
    digest = sha256(f"{task_of(other)}:{proof}".encode()).digest()
    assert is_proven(other, proof) == (digest[:2] == b"\0\0")
    assert PROOF_BITS == 16


@pytest.mark.parametrize("proof", ["", "-1", " 1", "1.0", "１", "²", "1\n", "9" * 21, "1" * 100_000, "\x00"])
def test_no_other_text_than_a_number_is_a_proof(survey, easy, proof):
    assert not is_proven(new_form_key(survey), proof)


def test_one_address_gets_so_far_and_no_further(survey, easy, few):
    for _ in range(3):
        send(survey, proof="1")
    with pytest.raises(RefusedError, match="1時間ほどたってから"):
        send(survey, proof="1")
    assert handed_in() == 3
    assert Ticket.objects.count() == 3
    send(survey, proof="1", address="198.51.100.4")
    assert handed_in() == 4


def test_without_the_work_fewer_are_taken_and_those_with_it_go_on(survey, easy, few):
    for _ in range(2):
        send(survey)
    with pytest.raises(RefusedError, match="JavaScriptを有効にするか"):
        send(survey)
    send(survey, proof="1")
    assert handed_in() == 3


def test_a_new_network_of_addresses_is_one_household(survey, easy, few):
    for number in range(3):
        send(survey, proof="1", address=f"2001:db8:0:7::{number:x}")
    with pytest.raises(RefusedError):
        send(survey, proof="1", address="2001:db8:0:7:ffff::1")
    send(survey, proof="1", address="2001:db8:0:8::1")


def test_what_was_sent_twice_counts_once(survey, easy, few):
    key = new_form_key(survey)
    send(survey, key=key, proof="1")
    for _ in range(5):
        with pytest.raises(AlreadyAnsweredError):
            send(survey, key=key, proof="1")
    for _ in range(2):
        send(survey, proof="1")
    assert handed_in() == 3


def test_surveys_are_counted_apart(survey, town, easy, few):
    other = opened(make_survey(town, has_open_link=True, audience="residents"), [])
    for _ in range(3):
        send(survey, proof="1")
    send(other, proof="1")


def test_after_an_hour_it_goes_on(survey, easy, few, monkeypatch):
    at = datetime(2026, 11, 23, 10, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    monkeypatch.setattr(timezone, "now", lambda: at)
    for _ in range(3):
        send(survey, proof="1")
    at = at.replace(hour=11)
    send(survey, proof="1")
    assert handed_in() == 4


def test_drafts_of_nobody_are_counted_too(survey, few):
    assert [takes_draft(survey, ADDRESS) for _ in range(3)] == [True, True, False]


def everything_in_the_cache():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM kiun_cache")
        return cursor.fetchall()


def test_the_address_stands_nowhere_and_cannot_be_counted_back_tomorrow(survey, monkeypatch):
    at = datetime(2026, 11, 23, 10, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    monkeypatch.setattr(timezone, "now", lambda: at)
    send(survey)
    kept = everything_in_the_cache()
    assert len(kept) == 2
    assert not any(ADDRESS in key or ADDRESS in value for key, value in kept)
    key_of_the_day = open_link._secret_of_the_day()
    at = at.replace(day=24)
    send(survey)
    assert open_link._secret_of_the_day() != key_of_the_day
    secrets = [value for key, value in everything_in_the_cache() if "addresses" in key]
    assert len(secrets) == 1
    # The same hour of another day is another number: nothing ties the two days.
    assert len([key for key, _value in everything_in_the_cache() if "unproven" in key]) == 2


# On the page


@pytest.fixture
def url(survey):
    return f"/p/{survey.municipality.slug}/q/{survey.code}/"


@pytest.fixture
def browser():
    return Client(REMOTE_ADDR=ADDRESS)


def key_on(answer):
    return re.search(r'name="key" value="([^"]+)"', answer.content.decode())[1]


def test_a_resident_answers_and_is_thanked_also_after_reload(browser, url):
    page = browser.get(url)
    key = key_on(page)
    assert page.context["way"].task in page.content.decode()
    sent = browser.post(url, {"a-W1": "4", "key": key, "proof": solved(key)})
    assert (sent.status_code, sent["Location"]) == (302, url)
    assert "回答を受け付けました" in browser.get(url).content.decode()
    # The button back, and once more.
    assert browser.post(url, {"a-W1": "1", "key": key}).status_code == 200
    assert handed_in() == 1


def test_a_double_click_is_one_answer_and_thanks(url):
    """The browser throws the first answer of the server away, with its cookie."""
    first, second = Client(), Client()
    key = key_on(first.get(url))
    first.post(url, {"a-W1": "4", "key": key})
    assert second.post(url, {"a-W1": "4", "key": key}).status_code == 302
    assert "回答を受け付けました" in second.get(url).content.decode()
    assert handed_in() == 1


def test_the_mark_of_the_browser_says_only_that_it_has_answered(browser, url):
    sent = browser.post(url, {"a-W1": "4", "key": key_on(browser.get(url))})
    [mark] = [cookie for name, cookie in sent.cookies.items() if name.startswith("answered-")]
    assert (mark.value, mark["path"], mark["httponly"], mark["samesite"]) == ("yes", url, True, "Lax")


def test_a_browser_without_its_cookie_still_pays_for_each_answer(url, few):
    """The attack with a fresh browser each time."""
    answers = []
    for _ in range(4):
        fresh = Client(REMOTE_ADDR=ADDRESS)
        answers.append(fresh.post(url, {"a-W1": "5", "key": key_on(fresh.get(url))}))
    assert [answer.status_code for answer in answers] == [302, 302, 429, 429]
    assert handed_in() == 2
    refused = answers[-1].content.decode()
    assert "1時間ほどたってから" in refused
    assert '<input type="radio" name="a-W1" value="5" checked>' in refused


def test_an_old_form_is_given_a_new_key_and_keeps_what_was_written(browser, url):
    answer = browser.post(url, {"a-W1": "2", "key": "forged"})
    assert answer.status_code == 429
    assert 'value="2" checked' in answer.content.decode()
    assert browser.post(url, {"a-W1": "2", "key": key_on(answer)}).status_code == 302


def test_an_address_in_a_header_is_not_believed(url, few):
    for number in range(3):
        liar = Client(REMOTE_ADDR=ADDRESS, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        answer = liar.post(url, {"a-W1": "5", "key": key_on(liar.get(url))})
    assert answer.status_code == 429


def test_drafts_by_the_thousand_are_not_kept(url, few):
    answers = []
    for _ in range(3):
        fresh = Client(REMOTE_ADDR=ADDRESS)
        answers.append(fresh.post(url, {"a-W1": "5", "key": key_on(fresh.get(url)), "draft": "1"}))
    assert [answer.status_code for answer in answers] == [204, 204, 429]
    assert Draft.objects.count() == 2


def test_there_is_no_address_for_surveys_of_tickets_only(client, town):
    closed_circle = opened(make_survey(town, audience="residents"), [])
    draft = make_survey(town, has_open_link=True)
    for survey in (closed_circle, draft):
        assert client.get(f"/p/hinata/q/{survey.code}/").status_code == 404


def test_the_page_asks_the_database_two_things(browser, url):
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        browser.get(url)
    assert len(captured) == 2
