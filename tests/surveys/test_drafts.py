"""Answers begun: nobody but the browser that began them can read or even find them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.municipality.actors import system_actor
from kiun.surveys.models import Draft, Ticket
from kiun.surveys.services import close_survey
from kiun.surveys.services.drafts import (
    DraftKey,
    _seal,
    _unseal,
    draft_key,
    has_draft,
    new_draft_secret,
    read_draft,
    remove_draft,
    save_draft,
)
from tests.factories import TODAY, make_department
from tests.surveys.builders import make_people, make_survey, opened

WRITTEN = {"a-W1": ["3"], "a-why": ["窓口が混んでいる"]}


@pytest.fixture
def survey(town):
    return opened(make_survey(town), make_people(town, make_department(town), 10))


def test_what_was_begun_is_found_with_the_same_secret(survey):
    secret = new_draft_secret()
    save_draft(survey=survey, key=draft_key(secret, survey, "open"), written=WRITTEN)
    assert read_draft(draft_key(secret, survey, "open")) == WRITTEN


def test_it_is_written_over_and_not_gathered(survey):
    key = draft_key(new_draft_secret(), survey, "open")
    save_draft(survey=survey, key=key, written=WRITTEN)
    save_draft(survey=survey, key=key, written={"a-W1": ["5"]})
    assert Draft.objects.count() == 1
    assert read_draft(key) == {"a-W1": ["5"]}


def test_another_secret_ticket_or_survey_finds_nothing(survey, town):
    secret = new_draft_secret()
    key = draft_key(secret, survey, "ticket 1")
    save_draft(survey=survey, key=key, written=WRITTEN)
    others = [
        draft_key(new_draft_secret(), survey, "ticket 1"),
        draft_key(secret, survey, "ticket 2"),
        draft_key(secret, make_survey(town, survey.questionnaire), "ticket 1"),
    ]
    assert [(has_draft(other), read_draft(other)) for other in others] == [(False, {})] * 3


def test_the_database_holds_nothing_that_can_be_read(survey):
    """Neither the answers, nor their length, nor the ticket, nor the secret."""
    ticket = Ticket.objects.first()
    secret = new_draft_secret()
    save_draft(survey=survey, key=draft_key(secret, survey, f"ticket {ticket.pk}"), written=WRITTEN)
    [row] = Draft.objects.all()
    sealed = bytes(row.sealed)
    for plain in ("窓口".encode(), json.dumps("窓口")[1:-1].encode(), b"a-W1", secret.encode()):
        assert plain not in sealed
    assert secret not in row.id
    assert {field.name for field in Draft._meta.concrete_fields} == {"id", "municipality", "survey", "sealed"}
    save_draft(survey=survey, key=draft_key(secret, survey, f"ticket {ticket.pk}"), written={"a-W1": ["3"]})
    assert len(bytes(Draft.objects.get().sealed)) == len(sealed)


def test_what_was_tampered_with_is_no_draft(survey):
    key = draft_key(new_draft_secret(), survey, "open")
    save_draft(survey=survey, key=key, written=WRITTEN)
    sealed = bytearray(Draft.objects.get().sealed)
    sealed[40] ^= 1
    Draft.objects.update(sealed=bytes(sealed))
    assert read_draft(key) == {}
    Draft.objects.update(sealed=b"")
    assert read_draft(key) == {}


def test_a_draft_that_was_put_under_another_key_is_none(survey):
    """Whoever writes into the database cannot slip the answers of one under another."""
    one, other = (draft_key(new_draft_secret(), survey, "open") for _ in range(2))
    save_draft(survey=survey, key=one, written=WRITTEN)
    assert _unseal(DraftKey(other.id, one.key), bytes(Draft.objects.get().sealed)) == {}


def test_it_goes_when_it_is_removed_and_when_the_survey_closes(survey):
    one, other = (draft_key(new_draft_secret(), survey, "open") for _ in range(2))
    save_draft(survey=survey, key=one, written=WRITTEN)
    save_draft(survey=survey, key=other, written=WRITTEN)
    remove_draft(one)
    assert list(Draft.objects.values_list("pk", flat=True)) == [other.id]
    close_survey(actor=system_actor(survey.municipality, on=TODAY), survey=survey)
    assert Draft.objects.count() == 0


@given(st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=300), max_size=5), max_size=8))
def test_whatever_is_sealed_is_unsealed(written):
    key = DraftKey("0" * 64, bytes(range(32)))
    assert _unseal(key, _seal(key, written)) == written
