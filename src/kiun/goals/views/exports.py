"""Plans and lists of indicators as files to take along."""

from collections.abc import Sequence
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from kiun.goals.models import Indicator, Plan
from kiun.goals.queries import visible_plans
from kiun.goals.queries.directory import directory
from kiun.goals.queries.indicator_sheet import indicator_sheet
from kiun.goals.queries.plan_contents import plan_contents
from kiun.goals.queries.plan_sheets import PlanSheet, notes_sheet
from kiun.goals.queries.template_sheets import template_sheets
from kiun.kernel.changes import Change, Verb
from kiun.kernel.tabular import OutputSheet, write_csv, write_workbook
from kiun.municipality.actors import record, require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import OwnedModel

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def plan_export(request: TownRequest, pk: int) -> HttpResponse:
    """The workbook that can be edited and imported again."""
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    day = request.actor.on
    sheet = PlanSheet(plan_contents(plan), directory(day), day).sheet()
    answer = _file(request, [sheet, notes_sheet()], f"{plan}_{day:%Y%m%d}")
    _record(request, Plan, plan.pk, str(plan))
    return answer


def indicator_export(request: TownRequest) -> HttpResponse:
    """With the names of those who answer for the indicators."""
    answer = _file(request, [indicator_sheet(request.actor)], f"指標一覧_{request.actor.on:%Y%m%d}")
    _record(request, Indicator, 0, _("list of indicators"))
    return answer


def _record(request: TownRequest, kind: type[OwnedModel], pk: int, label: str) -> None:
    exported = Change(object_type=kind._meta.label_lower, object_id=pk, label=label[:200], verb=Verb.EXPORTED)
    record(request.actor, exported)


def import_template(request: TownRequest) -> HttpResponse:
    require(request.actor, "goals.import_plan")
    return _file(request, template_sheets(request.actor.on), "計画の取り込み用ひな形")


def _file(request: TownRequest, sheets: Sequence[OutputSheet], name: str) -> HttpResponse:
    """?format=csv gives the first sheet as CSV."""
    is_csv = request.GET.get("format") == "csv"
    content = write_csv(sheets[0]) if is_csv else write_workbook(sheets)
    answer = HttpResponse(content, content_type=CSV if is_csv else EXCEL)
    file_name = quote(f"{name}.{'csv' if is_csv else 'xlsx'}", safe="")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{file_name}"
    return answer
