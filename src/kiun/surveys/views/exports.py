"""Results as files: Excel and CSV."""

from collections.abc import Sequence
from urllib.parse import quote

from django.http import Http404, HttpResponse

from kiun.kernel.changes import Change, Verb
from kiun.kernel.tabular import OutputSheet, write_csv, write_workbook
from kiun.municipality.actors import record
from kiun.municipality.middleware import TownRequest
from kiun.surveys.models import Survey
from kiun.surveys.queries.result_sheets import named_sheets, result_sheets
from kiun.surveys.queries.results import Results
from kiun.surveys.views.doors import own_survey, seen_survey

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def results_export(request: TownRequest, pk: int) -> HttpResponse:
    """What the pages show; ?format=csv gives the totals as CSV."""
    survey = seen_survey(request, pk)
    if not survey.is_closed:
        raise Http404
    return _file(request, survey, result_sheets(Results(survey)))


def sheets_export(request: TownRequest, pk: int) -> HttpResponse:
    """Sheet by sheet, of surveys with names only."""
    survey = own_survey(request, pk, "surveys.open_survey")
    if survey.is_anonymous or survey.is_draft:
        raise Http404
    return _file(request, survey, [named_sheets(survey)])


def _file(request: TownRequest, survey: Survey, sheets: Sequence[OutputSheet]) -> HttpResponse:
    is_csv = request.GET.get("format") == "csv"
    content = write_csv(sheets[0]) if is_csv else write_workbook(sheets)
    name = f"{survey}_{sheets[0].name}_{request.actor.on:%Y%m%d}.{'csv' if is_csv else 'xlsx'}"
    change = Change(
        object_type=survey._meta.label_lower, object_id=survey.pk, label=str(survey)[:200], verb=Verb.EXPORTED
    )
    record(request.actor, change)
    answer = HttpResponse(content, content_type=CSV if is_csv else EXCEL)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return answer
