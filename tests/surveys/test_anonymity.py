"""The promise of docs/adr/0012, attacked by somebody who has the database."""

from collections import Counter

import pytest
from django.db import connection, models
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Role
from kiun.surveys.models import (
    Anonymity,
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
from tests.surveys.builders import answer, make_people, make_questionnaire, make_survey, opened

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
    """A unit of three, its head, and two people of the DX office: nobody stands alone, in whatever column."""
    team = make_department(town, "証明係", department)
    people = [
        *make_people(town, team, 3),
        *make_people(town, team, 1, Role.HEAD),
        *make_people(town, department, 9),
        *make_people(town, make_department(town, "DX推進課"), 2, Role.ADMIN),
        *make_people(town, division, 1, Role.HEAD),
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


def paired_survey(town, questionnaire, people, answering):
    """Whoever has answered wanted it to be tied."""
    survey = opened(make_survey(town, questionnaire, offers_pairing=True), people)
    for person in answering:
        ticket = Ticket.objects.get(survey=survey, membership=person)
        hand_in(survey=survey, ticket=ticket, values={"W1": 3}, pair=pair_of(f"browser of {person.user_id}", survey))
    close(survey)
    return survey


def tied_sheets(survey):
    return Sheet.objects.filter(survey=survey).exclude(pair="").count()


@pytest.mark.parametrize(("both_times", "tied"), [(5, 10), (4, 6)])
def test_answers_of_fewer_than_five_who_came_back_are_not_tied_to_earlier_ones(town, department, both_times, tied):
    """Ten answer each time: from the tickets it is known who did so twice, and who did not."""
    questionnaire, people = make_questionnaire(town), make_people(town, department, 20)
    paired_survey(town, questionnaire, people, people[:10])
    later = paired_survey(town, questionnaire, people, people[10 - both_times : 20 - both_times])
    assert tied_sheets(later) == tied


def test_whoever_moved_alone_is_not_tied_to_earlier_answers(town, division, department):
    questionnaire, other = make_questionnaire(town), make_department(town, "税務課", division)
    people, neighbours = make_people(town, department, 10), make_people(town, other, 10)
    paired_survey(town, questionnaire, [*people, *neighbours], [*people, *neighbours])
    people[0].department = other
    people[0].save()
    later = paired_survey(town, questionnaire, [*people, *neighbours], [*people, *neighbours])
    assert tied_sheets(later) == 19


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
