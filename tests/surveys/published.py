"""Surveys that are over, with what may be shown of them decided."""

from collections.abc import Iterable, Mapping
from typing import Any

from kiun.municipality.actors import system_actor
from kiun.municipality.models import Membership
from kiun.surveys.models import Survey, Ticket
from kiun.surveys.queries.results import Results
from kiun.surveys.services import close_survey, hand_in
from kiun.surveys.services.publishing import publish_survey
from tests.factories import TODAY
from tests.surveys.builders import opened


def hand_in_all(survey: Survey, people: Iterable[Membership], values: Iterable[Mapping[str, Any]]) -> None:
    """Each person the next of `values`, as they are stored."""
    tickets = {ticket.membership_id: ticket for ticket in Ticket.objects.filter(survey=survey)}
    for person, given in zip(people, values, strict=True):
        hand_in(survey=survey, ticket=tickets[person.pk], values=given)


def closed(survey: Survey) -> Survey:
    close_survey(actor=system_actor(survey.municipality, on=TODAY), survey=survey)
    publish_survey(survey)
    return Survey.objects.select_related("municipality", "questionnaire").get(pk=survey.pk)


def asked(survey: Survey, people: list[Membership], values: Iterable[Mapping[str, Any]]) -> Survey:
    """Opened for `people`; those for whom there are values answer."""
    opened(survey, people)
    given = list(values)
    hand_in_all(survey, people[: len(given)], given)
    return closed(survey)


def results_of(survey: Survey, people: list[Membership], values: Iterable[Mapping[str, Any]]) -> Results:
    return Results(asked(survey, people, values))
