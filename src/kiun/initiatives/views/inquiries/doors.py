"""What the doors of 照会 share."""

from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from kiun.initiatives.models import Question, Request, Round
from kiun.initiatives.queries.inquiries import visible_requests, visible_rounds
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def seen_round(request: TownRequest, pk: int) -> Round:
    rows = visible_rounds(request.actor).select_related("job", "archive_job")
    found: Round = get_object_or_404(rows, pk=pk)
    return found


def own_round(request: TownRequest, pk: int) -> Round:
    """One that this person may change."""
    found = seen_round(request, pk)
    require(request.actor, "initiatives.change_round", found)
    return found


def own_question(request: TownRequest, pk: int) -> Question:
    rows = Question.objects.filter(round__in=visible_rounds(request.actor))
    found: Question = get_object_or_404(rows.select_related("round__inquiry__department", "indicator"), pk=pk)
    require(request.actor, "initiatives.change_round", found.round)
    return found


def seen_request(request: TownRequest, pk: int) -> Request:
    rows = visible_requests(request.actor).select_related(
        "round__inquiry__owner__user", "submitted_by__user", "approved_by__user"
    )
    found: Request = get_object_or_404(rows, pk=pk)
    return found


def download(content: bytes, name: str, kind: str = EXCEL) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return answer
