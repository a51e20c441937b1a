from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.dashboard.forms.reports import ReportForm, periods_offered, usual_title
from kiun.dashboard.models import CouncilReport
from kiun.dashboard.queries.reports import files_of, visible_reports
from kiun.dashboard.reports.document import Block, Figure, Report, Span, Table, from_json
from kiun.dashboard.services.reports import order_report, publish_report, remove_report
from kiun.dashboard.views.public import kept_per_version
from kiun.initiatives.queries.needed_first import needed_to_look_at_plan
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest, open_to_everyone
from kiun.ui.charts import Bar, BarChart, ChartSeries, LineChart, TargetLine


def report_list(request: TownRequest) -> HttpResponse:
    reports = visible_reports(request.actor).select_related("job").defer("content")
    context = {"reports": reports, "may_make": may(request.actor, "dashboard.make_report")}
    context["needed"] = needed_to_look_at_plan(request.actor)
    return render(request, "dashboard/report_list.html", context)


def report_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "dashboard.make_report")
    if needed := needed_to_look_at_plan(request.actor):
        return render(request, "initiatives/needed_page.html", {"title": _("Write a report"), "needed": needed})
    form = ReportForm(request.POST or None, actor=request.actor, initial=_chosen_period(request))
    made: list[CouncilReport] = []
    if request.method == "POST" and accepts(
        form, lambda: made.append(order_report(actor=request.actor, **form.cleaned_data))
    ):
        return redirect("activity:job_detail", town=request.town.slug, pk=made[0].job_id)
    return show_form(request, "dashboard/report_form.html", form, periods=periods_offered(request.actor.on))


def _chosen_period(request: TownRequest) -> dict[str, Any]:
    """One of the offered periods was pressed."""
    try:
        first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("first", "last"))
    except ValueError:
        return {}
    return {"first": first, "last": last, "title": usual_title(request.actor, first, last)}


def report_detail(request: TownRequest, pk: int) -> HttpResponse:
    report = get_object_or_404(visible_reports(request.actor).select_related("job"), pk=pk)
    context = {
        "report": report,
        "content": drawn(from_json(report.content)) if report.is_written else None,
        "files": files_of(report),
        "may_make": may(request.actor, "dashboard.make_report"),
    }
    return render(request, "dashboard/report_detail.html", context)


@require_POST
def report_publish(request: TownRequest, pk: int) -> HttpResponse:
    report = get_object_or_404(visible_reports(request.actor), pk=pk)
    is_public = request.POST.get("publish") == "1"
    try:
        publish_report(actor=request.actor, report=report, is_public=is_public)
    except DomainError as error:
        if not may(request.actor, "dashboard.make_report"):
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, _("Residents can read it now.") if is_public else _("It is no longer public."))
    return go_to(request, "dashboard:report_detail", pk)


@require_POST
def report_remove(request: TownRequest, pk: int) -> HttpResponse:
    report = get_object_or_404(visible_reports(request.actor), pk=pk)
    try:
        remove_report(actor=request.actor, report=report)
    except DomainError as error:
        if not may(request.actor, "dashboard.make_report"):
            raise
        messages.error(request, error.message)
        return go_to(request, "dashboard:report_detail", pk)
    messages.success(request, _("The report has been removed."))
    return go_to(request, "dashboard:report_list")


@open_to_everyone
@kept_per_version
def public_report_list(request: TownRequest) -> HttpResponse:
    reports = visible_reports(None).order_by("-published_on", "-pk").defer("content")
    return render(request, "dashboard/public_report_list.html", {"reports": reports})


@open_to_everyone
@kept_per_version
def public_report(request: TownRequest, pk: int) -> HttpResponse:
    report = visible_reports(None).filter(pk=pk).first()
    if report is None:
        raise Http404
    context = {"report": report, "content": drawn(from_json(report.content)), "files": files_of(report)}
    return render(request, "dashboard/public_report.html", context)


@open_to_everyone
def public_report_file(request: TownRequest, pk: int, file: int) -> HttpResponseBase:
    report = visible_reports(None).filter(pk=pk).first() if request.town.is_public else None
    found = next((one for one in files_of(report) if one.pk == file), None) if report else None
    if found is None:
        raise Http404
    return FileResponse(
        found.file.open(), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


def drawn(report: Report) -> list[dict[str, Any]]:
    """The sections for a template: each block with its kind, figures as the charts of every page."""
    return [
        {
            "section": section,
            "blocks": [
                {"kind": type(block).__name__.lower(), "block": block, "chart": chart_of(block), "rows": _rows(block)}
                for block in section.blocks
            ],
        }
        for section in report.sections
    ]


def _rows(block: Block) -> list[list[tuple[bool, Span]]]:
    """Each cell of a table with whether it holds a number."""
    if not isinstance(block, Table):
        return []
    kinds = [column.is_number for column in block.columns]
    return [list(zip(kinds, row, strict=True)) for row in block.rows]


def chart_of(block: Block) -> LineChart | BarChart | None:
    if not isinstance(block, Figure):
        return None
    words: dict[str, Any] = {"id": block.key, "title": block.title, "unit": block.unit, "summary": block.sentence}
    first = block.series[0]
    if block.kind == "bars":
        bars = [Bar(name, value) for name, value in zip(block.categories, first.values, strict=True)]
        return BarChart(bars=bars, **words)
    points = list(zip(block.days, first.values, strict=True))
    target = block.series[1].values[-1] if len(block.series) > 1 else None
    return LineChart(
        series=[ChartSeries(name=first.name, points=points)],
        target=TargetLine(value=target) if target is not None else None,
        **words,
    )
