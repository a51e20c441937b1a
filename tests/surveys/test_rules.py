"""Rules and the lists that show what they allow say the same."""

from datetime import timedelta

import pytest

from kiun.municipality.actors import actor_of, may
from kiun.municipality.models import Role
from kiun.surveys.models import Audience, Survey, SurveyState
from kiun.surveys.queries.visible import (
    changeable_questionnaires,
    openable_surveys,
    surveys_to_answer,
    tickets_to_use,
    visible_questionnaires,
    visible_surveys,
)
from tests.factories import TODAY, make_department, make_membership
from tests.surveys.builders import answer, make_people, make_questionnaire, make_survey, opened

ROLES = list(Role)
PLACES = ("division", "department", "team", "other", "none")


@pytest.fixture
def places(town, division, department):
    return {
        "division": division,
        "department": department,
        "team": make_department(town, "証明係", department),
        "other": make_department(town, "税務課"),
        "none": None,
    }


@pytest.fixture
def rows(town, places):
    """A questionnaire and a survey of each place, and of the DX office."""
    found = []
    for name, place in places.items():
        questionnaire = make_questionnaire(town, f"質問票{name}")
        questionnaire.department = place
        questionnaire.save()
        found.append((questionnaire, make_survey(town, questionnaire, title=f"調査{name}", department=place)))
    return found


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("place", PLACES)
def test_lists_and_rules_agree(town, places, rows, role, place):
    actor = actor_of(make_membership(town, role, places[place]).user, town, on=TODAY)
    questionnaires = [questionnaire for questionnaire, _survey in rows]
    surveys = [survey for _questionnaire, survey in rows]
    for twin, permission, all_rows in (
        (visible_questionnaires, "surveys.see_surveys", questionnaires),
        (changeable_questionnaires, "surveys.change_questionnaire", questionnaires),
        (visible_surveys, "surveys.see_survey", surveys),
        (openable_surveys, "surveys.open_survey", surveys),
    ):
        allowed = {row.pk for row in all_rows if may(actor, permission, row)}
        assert {row.pk for row in twin(actor)} == allowed, permission


def names(actor, permission, rows):
    return [survey.title for _questionnaire, survey in rows if may(actor, permission, survey)]


def test_a_head_opens_the_surveys_of_the_own_department_and_those_below(town, places, rows):
    head = actor_of(make_membership(town, Role.HEAD, places["department"]).user, town, on=TODAY)
    assert names(head, "surveys.open_survey", rows) == ["調査department", "調査team"]
    assert names(head, "surveys.see_survey", rows) == ["調査department", "調査team"]


def test_staff_write_surveys_of_their_department_but_open_none(town, places, rows):
    member = actor_of(make_membership(town, Role.MEMBER, places["team"]).user, town, on=TODAY)
    assert names(member, "surveys.change_survey", rows) == ["調査team"]
    assert names(member, "surveys.open_survey", rows) == []
    assert may(member, "surveys.make_survey")


def test_the_leadership_sees_all_surveys_and_readers_partners_and_residents_none(town, places, rows):
    leader = actor_of(make_membership(town, Role.EXECUTIVE).user, town, on=TODAY)
    assert len(names(leader, "surveys.see_survey", rows)) == len(rows)
    assert names(leader, "surveys.change_survey", rows) == []
    for role in (Role.VIEWER, Role.PARTNER, Role.RESIDENT):
        other = actor_of(make_membership(town, role, places["department"]).user, town, on=TODAY)
        assert names(other, "surveys.see_survey", rows) == []
        assert not may(other, "surveys.make_survey")


def test_one_is_asked_what_one_was_invited_to_and_has_not_answered(town, department):
    people = make_people(town, department, 12)
    survey = opened(make_survey(town), people)
    opened(make_survey(town, closes_on=TODAY), people)
    first, second = (actor_of(post.user, town, on=TODAY) for post in people[:2])
    answer(survey, people[0], W1=1)
    assert [ticket.survey_id for ticket in tickets_to_use(second)] == [
        row.pk for row in Survey.objects.order_by("closes_on")
    ]
    assert survey.pk not in {ticket.survey_id for ticket in tickets_to_use(first)}
    assert {ticket.membership_id for ticket in tickets_to_use(second)} == {people[1].pk}


def test_whoever_was_moved_may_still_answer_and_is_asked(town, department):
    people = make_people(town, department, 12)
    survey = opened(make_survey(town), people)
    moved = make_membership(town, Role.MEMBER, make_department(town, "税務課"), user=people[0].user, valid_from=TODAY)
    people[0].valid_to = TODAY - timedelta(days=1)
    people[0].save()
    assert list(surveys_to_answer(actor_of(moved.user, town, on=TODAY))) == [survey]


def test_by_the_address_for_everybody_those_it_is_meant_for_are_asked_until_the_last_day(town, department):
    surveys = {
        audience: make_survey(town, audience=audience, has_open_link=True, state=SurveyState.OPEN)
        for audience in (Audience.RESIDENTS, Audience.PARTNERS)
    }
    resident, partner, member = (make_membership(town, role) for role in (Role.RESIDENT, Role.PARTNER, Role.MEMBER))
    last_day = surveys[Audience.RESIDENTS].closes_on

    def asked(post, on):
        return list(surveys_to_answer(actor_of(post.user, town, on=on)))

    assert asked(resident, last_day) == [surveys[Audience.RESIDENTS]]
    assert asked(partner, last_day) == [surveys[Audience.PARTNERS]]
    assert asked(member, last_day) == []
    assert asked(resident, last_day + timedelta(days=1)) == []
