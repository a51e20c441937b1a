"""Initiatives and tasks as a workbook: taken along, edited, brought back, looked at, and only then taken over."""

from collections.abc import Sequence
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.initiatives.forms.filters import InitiativeFilterForm
from kiun.initiatives.forms.work_import import ConfirmForm, UploadForm
from kiun.initiatives.models import Initiative, WorkImport, WorkImportState
from kiun.initiatives.queries.listing import listed_initiatives
from kiun.initiatives.queries.work_sheets import template_sheets, work_sheets
from kiun.initiatives.services.work_import import WorkDifference, confirm_work, discard_work, review_work, upload_work
from kiun.initiatives.work_files.columns import TASKS
from kiun.kernel.changes import Change, Verb
from kiun.kernel.tabular import OutputSheet, write_csv, write_workbook
from kiun.municipality.actors import record, require
from kiun.municipality.middleware import TownRequest

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
STEPS = (gettext_lazy("Choose the file"), gettext_lazy("See what changes"), gettext_lazy("Take over"))
MOST_SHOWN = 200


def work_export(request: TownRequest) -> HttpResponse:
    """Of the list as it is narrowed down, with all its tasks. `?format=csv` gives the tasks alone."""
    chosen = InitiativeFilterForm(request.GET, actor=request.actor).filter_for(request.actor)
    found = chosen.narrow(listed_initiatives(request.actor), request.actor.on)
    sheets = work_sheets(request.actor, set(found.values_list("pk", flat=True)))
    exported = Change(
        object_type=Initiative._meta.label_lower, object_id=0, label=_("initiatives and tasks"), verb=Verb.EXPORTED
    )
    record(request.actor, exported)
    return _file(request, sheets, f"取組と作業_{request.actor.on:%Y%m%d}")


def work_template(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.import_work")
    return _file(request, template_sheets(request.actor), "取組と作業のひな形")


def _file(request: TownRequest, sheets: Sequence[OutputSheet], name: str) -> HttpResponse:
    is_csv = request.GET.get("format") == "csv"
    tasks = next(sheet for sheet in sheets if sheet.name == TASKS)
    answer = HttpResponse(write_csv(tasks) if is_csv else write_workbook(sheets), content_type=CSV if is_csv else EXCEL)
    file_name = quote(f"{name}.{'csv' if is_csv else 'xlsx'}", safe="")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{file_name}"
    return answer


def work_import_new(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.import_work")
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and accepts(form, lambda: _upload(request, form)):
        return go_to(request, "initiatives:work_import_preview", form.cleaned_data["staged"].pk)
    waiting = _imports(request).filter(state=WorkImportState.UPLOADED).defer("content")
    return show_form(request, "initiatives/work_import_upload.html", form, steps=STEPS, waiting=waiting[:5])


def _upload(request: TownRequest, form: UploadForm) -> None:
    file = form.cleaned_data["file"]
    form.cleaned_data["staged"] = upload_work(actor=request.actor, name=file.name, content=file.read())


def work_import_preview(request: TownRequest, pk: int) -> HttpResponse:
    staged = _import(request, pk)
    if staged.state != WorkImportState.UPLOADED:
        return go_to(request, "initiatives:work_import_done", pk)
    difference = review_work(request.actor, staged)
    form = ConfirmForm(initial={"agreed": difference.digest}, needs_reason=difference.needs_reason)
    return _show(request, staged, difference, form)


def work_import_confirm(request: TownRequest, pk: int) -> HttpResponse:
    """The form belongs to the preview: without it there is nothing to agree to."""
    staged = _import(request, pk)
    if request.method != "POST":
        return go_to(request, "initiatives:work_import_preview", pk)
    difference = review_work(request.actor, staged)
    form = ConfirmForm(request.POST, needs_reason=difference.needs_reason)
    if accepts(form, lambda: _confirm(request, staged, form)):
        return go_to(request, "initiatives:work_import_progress", pk)
    return _show(request, staged, difference, form)


def _confirm(request: TownRequest, staged: WorkImport, form: ConfirmForm) -> None:
    chosen = form.cleaned_data
    confirm_work(actor=request.actor, staged=staged, agreed=chosen["agreed"], reason=chosen.get("reason", ""))


def _show(request: TownRequest, staged: WorkImport, difference: WorkDifference, form: ConfirmForm) -> HttpResponse:
    return show_form(
        request,
        "initiatives/work_import_preview.html",
        form,
        staged=staged,
        steps=STEPS,
        difference=difference,
        counts=difference.counts,
        rows=difference.rows[:MOST_SHOWN],
        more_rows=max(len(difference.rows) - MOST_SHOWN, 0),
        problems=difference.problems[:MOST_SHOWN],
        more_problems=max(len(difference.problems) - MOST_SHOWN, 0),
    )


def work_import_progress(request: TownRequest, pk: int) -> HttpResponse:
    staged = _import(request, pk)
    if staged.state == WorkImportState.APPLIED:
        return go_to(request, "initiatives:work_import_done", pk)
    if staged.job is None:
        return go_to(request, "initiatives:work_import_preview", pk)
    return render(
        request, "initiatives/work_import_progress.html", {"staged": staged, "job": staged.job, "steps": STEPS}
    )


def work_import_done(request: TownRequest, pk: int) -> HttpResponse:
    staged = _import(request, pk)
    if staged.state == WorkImportState.UPLOADED:
        return go_to(request, "initiatives:work_import_preview", pk)
    return render(request, "initiatives/work_import_done.html", {"staged": staged, "counts": staged.result})


@require_POST
def work_import_discard(request: TownRequest, pk: int) -> HttpResponse:
    discard_work(actor=request.actor, staged=_import(request, pk))
    return redirect("initiatives:work_import_new", town=request.town.slug)


def _imports(request: TownRequest) -> QuerySet[WorkImport]:
    """One's own; all, for the DX office."""
    rows = WorkImport.objects.select_related("job", "created_by__user")
    return rows if request.actor.is_admin else rows.filter(created_by__in=request.actor.membership_ids)


def _import(request: TownRequest, pk: int) -> WorkImport:
    require(request.actor, "initiatives.import_work")
    return get_object_or_404(_imports(request), pk=pk)
