"""The promise of docs/adr/0012, attacked by somebody who has the database."""

import threading
import time
from collections import Counter

import pytest
from django.db import connection, models, transaction
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Role
from kiun.surveys.models import (
    Anonymity,
    Channel,
    Draft,
    FreeText,
    Sheet,
    SheetName,
    Stratum,
    Survey,
    Tally,
    Ticket,
    UnmixedSheet,
)
from kiun.surveys.services import AlreadyAnsweredError, close_survey, hand_in
from kiun.surveys.services.pairing import pair_of
from tests.factories import TODAY, make_department, make_town
from tests.surveys.builders import answer, make_people, make_survey, opened

PEOPLE = 25


@pytest.fixture
def committed(transactional_db):
    """A survey of 25 people of one department, with every transaction really ended."""
    town = make_town()
    with scope(municipality=town):
        people = make_people(town, make_department(town, "市民課"), PEOPLE)
        survey = opened(make_survey(town), people)
        yield survey, people


def close(survey):
    return close_survey(actor=system_actor(survey.municipality, on=TODAY), survey=survey)


def answer_one_after_the_other(survey, people):
    """Each in a way of their own: W1 and A1 together name the person."""
    for place, person in enumerate(people):
        answer(survey, person, W1=place % 5 + 1, A1=place // 5 + 1, why=f"意見{place:02}")


def physical_order(model):
    place = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {model._meta.db_table} ORDER BY {place}")
        return [str(key).replace("-", "") for (key,) in cursor.fetchall()]


def person_of(sheet):
    return (sheet.answers["A1"] - 1) * 5 + sheet.answers["W1"] - 1


@pytest.mark.parametrize("model", [Ticket, UnmixedSheet, Sheet, FreeText, Tally, Draft, Stratum])
def test_nothing_that_belongs_to_answers_has_a_time_or_an_address(model):
    times = (models.DateField, models.TimeField, models.GenericIPAddressField, models.DurationField)
    assert [field.name for field in model._meta.concrete_fields if isinstance(field, times)] == []


def test_who_answered_and_what_was_answered_share_only_survey_and_group():
    def keys(model):
        return {field.name for field in model._meta.concrete_fields if field.is_relation}

    assert keys(Ticket) & keys(Sheet) == {"municipality", "survey", "stratum"}
    assert keys(Sheet) == {"municipality", "survey", "stratum"}
    assert keys(FreeText) == {"municipality", "survey", "department"}
    assert keys(Tally) == keys(UnmixedSheet) == keys(Draft) == {"municipality", "survey"}


def test_while_it_runs_at_most_nine_answers_lie_beside_their_tickets(committed):
    survey, people = committed
    for place, person in enumerate(people, start=1):
        answer(survey, person, W1=3)
        assert UnmixedSheet.objects.count() == place % 10
        assert Sheet.objects.count() == place - place % 10
        assert Ticket.objects.filter(is_used=True).count() == place


def test_the_order_of_rows_is_not_the_order_of_answers(committed):
    survey, people = committed
    answer_one_after_the_other(survey, people)
    close(survey)
    sheets = {sheet.pk.hex: person_of(sheet) for sheet in Sheet.objects.all()}
    order = [sheets[key] for key in physical_order(Sheet)]
    assert sorted(order) == list(range(PEOPLE))
    assert order != list(range(PEOPLE))
    texts = {text.pk.hex: text.text for text in FreeText.objects.all()}
    assert [texts[key] for key in physical_order(FreeText)] != sorted(texts.values())
    # Nor do texts stand in the order of the sheets.
    assert [texts[key] for key in physical_order(FreeText)] != [f"意見{place:02}" for place in order]


def test_no_transaction_of_the_database_wrote_a_ticket_and_its_answer_alone(committed):
    """PostgreSQL keeps with each row which transaction wrote it; SQLite keeps nothing of the kind."""
    survey, people = committed
    answer_one_after_the_other(survey, people)
    close(survey)
    transaction = "xmin::text" if connection.vendor == "postgresql" else "'none'"
    with connection.cursor() as cursor:
        for model in (Ticket, Sheet, FreeText):
            cursor.execute(f"SELECT {transaction}, count(*) FROM {model._meta.db_table} GROUP BY 1")
            assert [size for _transaction, size in cursor.fetchall()] == [PEOPLE]


def test_sealing_gives_every_sheet_a_new_key(committed):
    survey, people = committed
    answer_one_after_the_other(survey, people)
    before = set(Sheet.objects.values_list("pk", flat=True))
    assert len(before) == 20
    close(survey)
    assert before & set(Sheet.objects.values_list("pk", flat=True)) == set()
    assert UnmixedSheet.objects.count() == 0


def test_nothing_is_lost_and_nothing_is_doubled(committed):
    survey, people = committed
    answer_one_after_the_other(survey, people)
    close(survey)
    assert sorted(person_of(sheet) for sheet in Sheet.objects.all()) == list(range(PEOPLE))
    assert sorted(FreeText.objects.values_list("text", flat=True)) == [f"意見{place:02}" for place in range(PEOPLE)]
    assert Survey.objects.get().revision == 3


def test_nobody_answers_twice(committed):
    survey, people = committed
    answer(survey, people[0], W1=1)
    with pytest.raises(AlreadyAnsweredError):
        answer(survey, people[0], W1=5)
    assert UnmixedSheet.objects.count() == 1


def test_texts_do_not_stand_on_the_sheet(committed):
    survey, people = committed
    answer_one_after_the_other(survey, people)
    close(survey)
    assert {key for sheet in Sheet.objects.all() for key in sheet.answers} == {"W1", "A1"}


def test_the_record_does_not_tell_who_answered(committed):
    survey, people = committed
    before = AuditEntry.objects.count()
    answer(survey, people[0], W1=1)
    assert AuditEntry.objects.count() == before
    assert SheetName.objects.count() == 0


def test_every_sheet_is_one_of_at_least_five_invited(town, division, department):
    """A unit of three, heads here and there, two people of the DX office: nobody stands alone, in whatever column."""
    team = make_department(town, "証明係", department)
    people = [
        *make_people(town, team, 3),
        *make_people(town, team, 1, Role.HEAD),
        *make_people(town, department, 9),
        *make_people(town, make_department(town, "DX推進課"), 2, Role.ADMIN),
        *make_people(town, division, 1, Role.HEAD),
        *make_people(town, make_department(town, "税務課", division), 9, Role.HEAD),
    ]
    opened(make_survey(town), people)
    invited = Counter(Ticket.objects.values_list("stratum", flat=True))
    assert all(size >= 5 for size in invited.values())
    assert {row.pk: row.size for row in Stratum.objects.all()} == invited
    grades = Counter(Ticket.objects.values_list("grade", flat=True))
    assert all(size >= 5 for size in grades.values())


def test_of_a_group_in_which_one_has_answered_the_answer_is_not_told_apart(town, division, department):
    people, others = make_people(town, department, 12), make_people(town, make_department(town, "税務課", division), 6)
    survey = opened(make_survey(town), [*people, *others])
    for person in [*people, others[0]]:
        answer(survey, person, W1=1 if person in others else 5)
    close(survey)
    sheets = Counter(Sheet.objects.values_list("stratum", flat=True))
    assert list(sheets.values()) == [13]
    assert Counter(Ticket.objects.filter(is_used=True).values_list("stratum", flat=True)) == sheets
    assert sorted(Stratum.objects.values_list("department__name", "size")) == [
        ("市民課", 0),
        ("市民部", 18),
        ("税務課", 0),
    ]


def test_who_answered_by_name_is_tied_to_nothing(town, department):
    """From the tickets it is known who answered which time: two times together would tell who it was."""
    people = make_people(town, department, 12)
    survey = opened(make_survey(town, offers_pairing=True), people)
    for person in people:
        ticket = Ticket.objects.get(survey=survey, membership=person)
        hand_in(survey=survey, ticket=ticket, values={"W1": 3}, pair=pair_of("browser", survey))
    assert [row.payload["pair"] for row in UnmixedSheet.objects.all()] == [""] * 12


def test_no_counts_of_a_grade_are_those_of_a_few(town, division, department):
    """One of six directors answers: neither her counts stay, nor what is left without all others."""
    directors, staff = make_people(town, division, 6, Role.HEAD, title="部長"), make_people(town, department, 20)
    survey = opened(make_survey(town), [*directors, *staff])
    assert Counter(Ticket.objects.values_list("grade", flat=True)) == {"director": 6, "staff": 20}
    for person in [directors[0], *staff]:
        answer(survey, person, W1=1 if person in directors else 5)
    close(survey)
    assert Tally.objects.count() == 0
    assert set(Ticket.objects.filter(is_used=True).values_list("grade", flat=True)) == {""}


def test_counts_of_grades_stay_where_five_of_each_have_answered(town, division, department):
    directors, staff = make_people(town, division, 6, Role.HEAD, title="部長"), make_people(town, department, 20)
    survey = opened(make_survey(town), [*directors, *staff])
    for person in [*directors, *staff]:
        answer(survey, person, W1=3)
    close(survey)
    assert dict(Tally.objects.values_list("grade", "sheets")) == {"director": 6, "staff": 20}


@pytest.mark.parametrize(("answering", "sheets", "texts"), [(4, 0, 0), (5, 5, 0), (9, 9, 0), (10, 10, 10)])
def test_what_nobody_may_ever_read_is_not_kept(town, department, answering, sheets, texts):
    people = make_people(town, department, 12)
    survey = opened(make_survey(town), people)
    for person in people[:answering]:
        answer(survey, person, W1=3, why="意見")
    close(survey)
    assert (Sheet.objects.count(), FreeText.objects.count()) == (sheets, texts)
    assert Tally.objects.exists() is bool(sheets)


def test_a_sheet_of_a_closed_survey_does_not_tell_how_it_came(town, department):
    people = make_people(town, department, 12)
    survey = opened(make_survey(town), people)
    for number, person in enumerate(people):
        ticket = Ticket.objects.get(survey=survey, membership=person)
        hand_in(survey=survey, ticket=ticket, values={"W1": 3}, channel=Channel.WEB if number else Channel.PAPER)
    close(survey)
    assert set(Sheet.objects.values_list("channel", flat=True)) == {""}


def test_an_answer_handed_in_while_the_survey_closes_is_counted_or_refused(committed):
    """Whoever hands in holds the survey open; whoever closes waits for them."""
    survey, people = committed
    if connection.vendor == "sqlite":
        # One writer at a time, from the first statement on: the tables of tests lie in memory and cannot show it.
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    with transaction.atomic():
        answer(survey, people[0], W1=3)
        closing = threading.Thread(target=_close_elsewhere, args=(survey,))
        closing.start()
        closing.join(timeout=1)
        assert closing.is_alive()
    closing.join(timeout=30)
    assert not closing.is_alive()
    assert (Survey.objects.get(pk=survey.pk).is_closed, UnmixedSheet.objects.count()) == (True, 0)
    with pytest.raises(DomainError):
        answer(survey, people[1], W1=3)
    assert UnmixedSheet.objects.count() == 0


def test_what_is_handed_in_while_somebody_mixes_is_mixed_by_them(committed):
    """Nobody waits for the mixing of others, and nothing stays behind."""
    survey, people = committed
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    answer_one_after_the_other(survey, people[:9])
    with transaction.atomic():
        list(UnmixedSheet.objects.select_for_update())
        mixing = threading.Thread(target=_answer_elsewhere, args=(survey, people[9:10]))
        mixing.start()
        until = time.monotonic() + 30
        while not somebody_waits_for_us():
            assert time.monotonic() < until
            time.sleep(0.05)
        others = threading.Thread(target=_answer_elsewhere, args=(survey, people[10:21]))
        others.start()
        others.join(timeout=30)
        assert (mixing.is_alive(), others.is_alive()) == (True, False)
        assert UnmixedSheet.objects.count() == 21
    mixing.join(timeout=30)
    assert (UnmixedSheet.objects.count(), Sheet.objects.count()) == (0, 21)


def somebody_waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone() != (0,)


def _answer_elsewhere(survey, people):
    with scope(municipality=survey.municipality):
        for person in people:
            answer(survey, person, W1=3)
    connection.close()


def _close_elsewhere(survey):
    with scope(municipality=survey.municipality):
        close(survey)
    connection.close()


def test_named_surveys_keep_who_answered_and_anonymous_ones_never(town, department, django_capture_on_commit_callbacks):
    people = make_people(town, department, 12)
    named = opened(make_survey(town, anonymity=Anonymity.NAMED), people)
    with django_capture_on_commit_callbacks(execute=True):
        answer(named, people[3], W1=4)
    [name] = SheetName.objects.select_related("sheet")
    assert (name.membership, name.sheet.answers) == (people[3], {"W1": 4})


@pytest.mark.parametrize("has_open_link", [True, False])
def test_three_invited_people_are_no_survey_without_names(town, department, has_open_link):
    survey = make_survey(town, has_open_link=has_open_link)
    with pytest.raises(DomainError):
        opened(survey, make_people(town, department, 3))
    assert Ticket.objects.count() == 0


def test_by_the_address_for_everybody_nobody_need_be_invited(town):
    assert opened(make_survey(town, has_open_link=True), []).is_open
