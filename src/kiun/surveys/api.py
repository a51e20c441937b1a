"""The surveys room's door for programs: the same numbers as on the pages, under the same rights."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from kiun.kernel.api_fields import READ_PROBLEMS, ExactFigure, Id
from kiun.municipality.actors import require
from kiun.municipality.api_access import AccessKey, ApiRequest
from kiun.surveys.access import READ
from kiun.surveys.disclosure import TOWN
from kiun.surveys.models import Anonymity, Audience, ItemKind, RoleGroup, Survey, SurveyState
from kiun.surveys.queries.results import Group, Results, Summary
from kiun.surveys.queries.visible import visible_surveys
from kiun.surveys.results_wording import rounded

router = Router(tags=["surveys"])
MOST_SURVEYS = 200


class SurveyOut(Schema):
    id: int
    title: str
    audience: Audience
    anonymity: Anonymity
    closed_on: Annotated[date, Field(description="The last day for answers.")]


class SurveyList(Schema):
    items: list[SurveyOut]


class ShareOut(Schema):
    label: str
    people: int
    percent: Annotated[ExactFigure | None, Field(description="Of those who answered or said 分からない.")]


class RowOut(Schema):
    label: str
    is_shown: bool
    shares: list[ShareOut]


class ItemOut(Schema):
    key: str
    text: str
    kind: ItemKind
    is_shown: Annotated[bool, Field(description="False where too few answered; then there is no number.")]
    answered: int | None
    unknown: int | None
    missing: Annotated[int | None, Field(description="Left out, or not asked.")]
    shares: list[ShareOut]
    rows: Annotated[list[RowOut], Field(description="Of a table of questions.")]
    mean: ExactFigure | None
    median: ExactFigure | None


class ResultsOut(Schema):
    survey: SurveyOut
    is_shown: Annotated[bool, Field(description="False where too few answered, or others could be worked out from it.")]
    answers: int | None
    invited: int | None
    items: list[ItemOut]


@router.get(
    "/surveys",
    auth=AccessKey(READ),
    response={200: SurveyList, **READ_PROBLEMS},
    summary="Surveys that are over and that the key's person may see, the newest first",
)
def list_surveys(request: ApiRequest) -> dict[str, Any]:
    require(request.actor, "surveys.see_surveys")
    rows = visible_surveys(request.actor).filter(state=SurveyState.CLOSED).order_by("-closes_on", "-pk")
    return {"items": [_survey(row) for row in rows[:MOST_SURVEYS]]}


@router.get(
    "/surveys/{survey}/results",
    auth=AccessKey(READ),
    response={200: ResultsOut, **READ_PROBLEMS},
    summary="What a survey says: the whole, a department with all below it, or a role group",
)
def get_survey_results(
    request: ApiRequest, survey: Id, department: Annotated[Id | None, Query()] = None, role: RoleGroup | None = None
) -> dict[str, Any]:
    require(request.actor, "surveys.see_surveys")
    rows = visible_surveys(request.actor).filter(state=SurveyState.CLOSED).select_related("questionnaire")
    results = Results(get_object_or_404(rows, pk=survey))
    group = _group(results, department, role)
    is_shown = results.may_show(group)
    return {
        "survey": _survey(results.survey),
        "is_shown": is_shown,
        "answers": results.people(group) if is_shown else None,
        "invited": results.invited(group) if is_shown else None,
        "items": [_item(summary) for summary in results.summaries(group)],
    }


def _group(results: Results, department: int | None, role: RoleGroup | None) -> Group:
    if department and department not in {place.key for place in results.places}:
        raise Http404
    if role and role not in results.roles:
        raise Http404
    return Group(department or TOWN, role.value if role else "")


def _survey(survey: Survey) -> dict[str, Any]:
    return {
        "id": survey.pk,
        "title": survey.title,
        "audience": survey.audience,
        "anonymity": survey.anonymity,
        "closed_on": survey.closes_on,
    }


def _item(summary: Summary) -> dict[str, Any]:
    is_shown = not summary.is_hidden
    return {
        "key": summary.item.key,
        "text": summary.item.said_text,
        "kind": summary.item.kind,
        "is_shown": is_shown,
        "answered": summary.answered if is_shown else None,
        "unknown": summary.unknown if is_shown else None,
        "missing": summary.missing if is_shown else None,
        "shares": list(summary.shares),
        "rows": [
            {"label": row.label, "is_shown": not row.is_hidden, "shares": list(row.shares)} for row in summary.rows
        ],
        "mean": rounded(summary.mean.mean) if summary.mean else None,
        "median": round(summary.quartiles.median, 4) if summary.quartiles else None,
    }
