"""Questionnaires, surveys and people who answer them."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from kiun.municipality.actors import system_actor
from kiun.municipality.models import Department, Membership, Role
from kiun.surveys.answering import Answered, read_answers
from kiun.surveys.models import Item, ItemKind, Questionnaire, Section, Survey, Ticket
from kiun.surveys.services import hand_in, open_survey
from tests.factories import TODAY, make_membership

_codes = count(1)
YES_NO = [{"key": "yes", "text": "はい"}, {"key": "no", "text": "いいえ"}]


def make_questionnaire(town, name="DX機運調査", *, items: Mapping[str, dict[str, Any]] | None = None) -> Questionnaire:
    """Three scales and a text unless said otherwise."""
    questionnaire = Questionnaire(municipality=town, name=name)
    questionnaire.save()
    section = Section(municipality=town, questionnaire=questionnaire, title="あなたの職場について")
    section.save()
    asked = items or {"W1": {}, "A1": {}, "T1": {}, "why": {"kind": ItemKind.LONG_TEXT}}
    for place, (key, fields) in enumerate(asked.items()):
        values = {"kind": ItemKind.SCALE, "text": f"設問{key}", "order": place, **fields}
        Item(municipality=town, questionnaire=questionnaire, section=section, key=key, **values).save()
    return questionnaire


def make_survey(town, questionnaire=None, **fields: Any) -> Survey:
    values = {
        "title": "令和8年度第3回",
        "opens_on": TODAY,
        "closes_on": TODAY + timedelta(days=14),
        "code": f"code{next(_codes):06}",
        **fields,
    }
    survey = Survey(municipality=town, questionnaire=questionnaire or make_questionnaire(town), **values)
    survey.save()
    return survey


def make_people(town, department: Department, number: int, role: Role = Role.MEMBER, **fields) -> list[Membership]:
    return [make_membership(town, role, department, **fields) for _ in range(number)]


def opened(survey: Survey, invited: list[Membership]) -> Survey:
    return open_survey(actor=system_actor(survey.municipality, on=TODAY), survey=survey, invited=invited)


def read(survey: Survey, **answers: Any) -> Answered:
    raw = {f"a-{key}": [str(value)] for key, value in answers.items()}
    return read_answers(list(survey.questionnaire.items.all()), raw)


def answer(survey: Survey, person: Membership, **answers: Any) -> None:
    ticket = Ticket.objects.get(survey=survey, membership=person)
    hand_in(survey=survey, ticket=ticket, values=read(survey, **answers).values)
