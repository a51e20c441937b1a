"""Sheets of paper, one after the other: typed, looked at, handed in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.surveys.answering import Answered, read_answers
from kiun.surveys.forms.answering import answers_in_words, askings_of, written_in
from kiun.surveys.models import Survey
from kiun.surveys.queries.asked import Asked, asked_on_paper
from kiun.surveys.queries.paper import sheets_on_paper
from kiun.surveys.queries.visible import visible_surveys
from kiun.surveys.services import AlreadyAnsweredError
from kiun.surveys.services.proxy import enter_sheet, new_sheet_key, ticket_of_card
from kiun.surveys.views.answering.page import UNPROCESSABLE, leaves_no_trace
from kiun.ui.links import town_url

Written = Mapping[str, Sequence[str]]
LONGEST_CODE = 100


@leaves_no_trace
@require_http_methods(["GET", "HEAD", "POST"])
def on_paper(request: TownRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(visible_surveys(request.actor), pk=pk)
    require(request.actor, "surveys.open_survey", survey)
    if not survey.is_open:
        return render(request, "surveys/paper_closed.html", {"survey": survey})
    asked = asked_on_paper(survey.questionnaire)
    if request.method != "POST":
        return _show(request, survey, asked, {})
    written = written_in(asked, dict(request.POST.lists()))
    if "back" in request.POST:
        return _show(request, survey, asked, written)
    answered = read_answers(asked.items, written)
    try:
        _check(survey, answered, _code(request))
    except DomainError as error:
        return _show(request, survey, asked, written, answered=answered, error=error)
    if "confirmed" not in request.POST:
        return _ask_to_compare(request, survey, asked, written, answered)
    return _enter(request, survey, asked, written, answered)


def _code(request: TownRequest) -> str:
    return request.POST.get("code", "").strip()[:LONGEST_CODE]


def _check(survey: Survey, answered: Answered, code: str) -> None:
    if answered.errors:
        raise DomainError(_("Please look at the marked answers once more."))
    if not answered.values:
        raise DomainError(_("The sheet is empty. An empty sheet is not counted."))
    if code:
        ticket_of_card(survey, code)


def _enter(request: TownRequest, survey: Survey, asked: Asked, written: Written, answered: Answered) -> HttpResponse:
    try:
        enter_sheet(
            actor=request.actor,
            survey=survey,
            values=answered.values,
            sheet_key=request.POST.get("sheet", ""),
            code=_code(request),
        )
    except NotAllowedError:
        raise
    except AlreadyAnsweredError:
        pass  # the same sheet, sent twice
    except DomainError as error:
        return _show(request, survey, asked, written, answered=answered, error=error)
    return redirect(f"{town_url(request.town, 'surveys:paper', survey.pk)}?entered=1")


def _show(
    request: TownRequest,
    survey: Survey,
    asked: Asked,
    written: Written,
    *,
    answered: Answered | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    errors = answered.errors if answered else {}
    page: dict[str, Any] = {
        "survey": survey,
        "sections": askings_of(asked, written, errors),
        "mistakes": [item for item in asked.items if item.key in errors],
        "error": error,
        "code": _code(request),
        "count": sheets_on_paper(survey),
        "has_entered": request.GET.get("entered") == "1",
    }
    return render(request, "surveys/paper.html", page, status=UNPROCESSABLE if error else HttpResponse.status_code)


def _ask_to_compare(
    request: TownRequest, survey: Survey, asked: Asked, written: Written, answered: Answered
) -> HttpResponse:
    page = {
        "survey": survey,
        "answers": answers_in_words(asked, answered.values),
        "left_out": len(asked.items) - len(answered.values),
        "written": [(name, text) for name, texts in written.items() for text in texts],
        "code": _code(request),
        "sheet": new_sheet_key(),
    }
    return render(request, "surveys/paper_compare.html", page)
