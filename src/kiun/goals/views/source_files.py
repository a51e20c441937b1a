"""Figures out of an uploaded table: file → columns → preview → confirmed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.goals.forms.sources import ColumnForm, SourceFileForm
from kiun.goals.models import SourceFile
from kiun.goals.queries import recordable_indicators
from kiun.goals.queries.source_files import file_previews, visible_source_files
from kiun.goals.services.source_files import (
    add_source_file,
    choose_column,
    discard_source_file,
    leave_out,
    require_something_to_enter,
    take_source_file,
)
from kiun.goals.source_files import open_file, tables_of
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import Table
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url

ROWS_SHOWN = 5
COLUMNS_SHOWN = 12
STEPS = (gettext_lazy("Choose the file"), gettext_lazy("Choose the columns"), gettext_lazy("See and confirm"))


def source_upload(request: TownRequest) -> HttpResponse:
    require_something_to_enter(request.actor)
    form = SourceFileForm(request.POST or None, request.FILES or None)
    added: list[SourceFile] = []

    def save() -> None:
        upload = form.cleaned_data["file"]
        added.append(add_source_file(actor=request.actor, name=upload.name, content=upload.read()))

    wanted = request.GET.get("indicator", "")
    if request.method == "POST" and accepts(form, save):
        if added[0].choices and not wanted:
            return go_to(request, "goals:source_file", added[0].pk)
        return redirect(town_url(request.town, "goals:source_columns", added[0].pk) + f"?indicator={wanted}")
    return show_form(request, "goals/source_upload.html", form, steps=STEPS)


def source_columns(request: TownRequest, pk: int) -> HttpResponse:
    """Which indicator takes which columns of this file."""
    file = _waiting(request, pk)
    tables = tables_of(open_file(bytes(file.content), file.name))
    table = _chosen_table(tables, request.GET.get("sheet", ""))
    indicators = recordable_indicators(request.actor).order_by("name", "pk")
    initial = {"indicator": request.GET.get("indicator")}
    form = ColumnForm(request.POST or None, indicators=indicators, table=table, initial=initial)

    def save() -> None:
        data = form.cleaned_data
        choose_column(actor=request.actor, file=file, indicator=data["indicator"], choice=form.choice())

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "goals:source_file", pk)
    sheets = [(one.sheet.name, one is table) for one in tables]
    page: dict[str, Any] = {"file": file, "sheets": sheets, "sample": _sample(table), "steps": STEPS}
    return show_form(request, "goals/source_columns.html", form, **page)


def _chosen_table(tables: list[Table], sheet: str) -> Table:
    return next((table for table in tables if table.sheet.name == sheet), tables[0])


def _sample(table: Table) -> dict[str, list[object]]:
    columns = [column for column in table.columns if column.header][:COLUMNS_SHOWN]
    first = table.header_rows[1] + 1
    last = min(first + ROWS_SHOWN, table.sheet.height + 1)
    rows = [[table.sheet.cell_at(row, column.number).text for column in columns] for row in range(first, last)]
    return {"headers": [column.header for column in columns], "rows": list(rows)}


def source_file(request: TownRequest, pk: int) -> HttpResponse:
    """What would be taken, cell by cell, before it is."""
    file = _waiting(request, pk)
    if not file.choices:
        return go_to(request, "goals:source_columns", pk)
    previews = file_previews(request.actor, file)
    context = {
        "file": file,
        "steps": STEPS,
        "previews": previews,
        "news": sum(preview.news for preview in previews),
        "is_sound": all(preview.is_sound for preview in previews),
    }
    return render(request, "goals/source_file.html", context)


@require_POST
def source_file_take(request: TownRequest, pk: int) -> HttpResponse:
    file = _waiting(request, pk)
    try:
        taken = take_source_file(actor=request.actor, file=file)
    except DomainError as error:
        messages.error(request, error.message)
        return go_to(request, "goals:source_file", pk)
    count = taken.result["values"]
    messages.success(
        request,
        ngettext("%(n)s value was taken from the file.", "%(n)s values were taken from the file.", count)
        % {"n": count},
    )
    return go_to(request, "goals:source_list")


@require_POST
def source_file_leave_out(request: TownRequest, pk: int, indicator: int) -> HttpResponse:
    row = get_object_or_404(recordable_indicators(request.actor), pk=indicator)
    leave_out(actor=request.actor, file=_waiting(request, pk), indicator=row)
    return go_to(request, "goals:source_file", pk)


@require_POST
def source_file_discard(request: TownRequest, pk: int) -> HttpResponse:
    discard_source_file(file=_waiting(request, pk))
    messages.success(request, _("The file was put away. Nothing was taken from it."))
    return go_to(request, "goals:source_list")


def _waiting(request: TownRequest, pk: int) -> SourceFile:
    file: SourceFile = get_object_or_404(visible_source_files(request.actor), pk=pk)
    if file.taken_at is not None:
        raise Http404
    return file
