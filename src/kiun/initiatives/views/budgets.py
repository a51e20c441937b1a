"""予算, 繰越明許 and 債務負担行為 by fiscal year."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import CONFLICT, UNPROCESSABLE, accepts, edit_row, go_to, show_form
from kiun.initiatives.forms.budgets import (
    BudgetForm,
    CarryOverForm,
    CommitmentChoiceForm,
    CommitmentLineForm,
    CommitmentLines,
)
from kiun.initiatives.forms.lines import line_form_set, typed_lines
from kiun.initiatives.forms.resource_filters import year_in
from kiun.initiatives.models import Budget, CarryOver, Initiative, Stage
from kiun.initiatives.queries.budgets import budget_matrix, budget_sheet, year_page
from kiun.initiatives.queries.money import all_commitment_problems, payments_of
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.initiatives.resource_wording import MARKS, say_commitment_problem, say_money
from kiun.initiatives.services.budgets import (
    CommitmentLine,
    chosen_needs,
    committed_lines,
    fingerprint_of,
    remove_budget,
    remove_carry_over,
    save_budget,
    save_carry_over,
    save_commitments,
)
from kiun.initiatives.views.capacity import EXCEL
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import ConflictError, DomainError
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.kernel.tabular import write_workbook
from kiun.municipality.actors import may, record, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.dates import fiscal_year_label
from kiun.ui.links import town_url

YEARS_SHOWN = 5
LINES = "lines"
MORE_LINES = 5


def _years(request: TownRequest) -> range:
    """From the year before the chosen one on: what was carried over comes from there."""
    first = year_in(request.GET.get("year"), request.actor.on) - 1
    return range(first, first + YEARS_SHOWN)


def budget_matrix_page(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.see_resources")
    years = _years(request)
    matrix = budget_matrix(years)
    context = {
        "matrix": matrix,
        "rows": [
            {"row": row, "cells": [{"part": part, "mark": MARKS[part.strain]} for part in row.cells]}
            for row in matrix.rows
        ],
        "lead": say_money(matrix.parts_from(fiscal_year_of(request.actor.on).year) or matrix.parts),
        "problems": [say_commitment_problem(problem) for problem in all_commitment_problems()],
        "may_manage": may(request.actor, "initiatives.manage_budgets"),
        "earlier": years[0],
        "later": years[2],
    }
    return render(request, "initiatives/budget_matrix.html", context)


def budget_year(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.see_resources")
    page = year_page(request.actor, year_in(request.GET.get("year"), request.actor.on))
    context = {
        "page": page,
        "parts": [{"part": part, "mark": MARKS[part.strain]} for part in (*page.parts, page.total)],
        "lead": say_money(page.parts),
        "may_manage": may(request.actor, "initiatives.manage_budgets"),
    }
    return render(request, "initiatives/budget_year.html", context)


def budget_export(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.see_resources")
    content = write_workbook([budget_sheet(_years(request))])
    kind = Budget._meta.label_lower
    record(request.actor, Change(object_type=kind, object_id=0, label=_("budgets"), verb=Verb.EXPORTED))
    answer = HttpResponse(content, content_type=EXCEL)
    name = quote(f"予算_{request.actor.on:%Y%m%d}.xlsx", safe="")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _above(request: TownRequest, year: int) -> dict[str, Any]:
    """Where a form about a year came from, and goes back to."""
    url = f"{town_url(request.town, 'initiatives:budget_year')}?year={year}"
    return {"back": url, "above": fiscal_year_label(year), "above_url": url}


def _to_year(request: TownRequest, year: int) -> HttpResponse:
    answer = go_to(request, "initiatives:budget_year")
    answer["Location"] += f"?year={year}"
    return answer


def budget_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.manage_budgets")
    year = year_in(request.GET.get("year"), request.actor.on)
    form = BudgetForm(request.POST or None, initial={"year": year, "stage": Stage.INITIAL})
    if request.method == "POST" and accepts(form, lambda: save_budget(actor=request.actor, budget=form.instance)):
        messages.success(request, _("The budget was entered."))
        return _to_year(request, form.instance.year)
    title = _("Enter a budget")
    return show_form(request, "initiatives/resource_form.html", form, title=title, **_above(request, year))


def budget_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.manage_budgets")
    row: Budget = get_object_or_404(Budget, pk=pk)
    return edit_row(
        request,
        row,
        make=lambda found, data: BudgetForm(data, instance=found),
        save=lambda form: save_budget(actor=request.actor, budget=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: _to_year(request, row.year),
        template="initiatives/resource_form.html",
        title=_("Change the budget"),
        remove_url=town_url(request.town, "initiatives:budget_remove", pk),
        **_above(request, row.year),
    )


@require_POST
def budget_remove(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.manage_budgets")
    row: Budget = get_object_or_404(Budget, pk=pk)
    year = row.year
    try:
        remove_budget(actor=request.actor, budget=row)
        messages.success(request, _("The line was removed."))
    except DomainError as error:
        messages.error(request, error.message)
    return _to_year(request, year)


def carry_over_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.manage_budgets")
    year = year_in(request.GET.get("year"), request.actor.on)
    form = CarryOverForm(request.POST or None, actor=request.actor, initial={"year": year})
    if request.method == "POST" and accepts(form, lambda: save_carry_over(actor=request.actor, carried=form.instance)):
        messages.success(request, _("The carry-over was entered."))
        return _to_year(request, form.instance.year)
    title = _("Enter a carry-over")
    return show_form(request, "initiatives/resource_form.html", form, title=title, **_above(request, year))


def carry_over_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.manage_budgets")
    row: CarryOver = get_object_or_404(CarryOver, pk=pk)
    return edit_row(
        request,
        row,
        make=lambda found, data: CarryOverForm(data, instance=found, actor=request.actor),
        save=lambda form: save_carry_over(actor=request.actor, carried=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: _to_year(request, row.year),
        template="initiatives/resource_form.html",
        title=_("Change the carry-over"),
        remove_url=town_url(request.town, "initiatives:carry_over_remove", pk),
        **_above(request, row.year),
    )


@require_POST
def carry_over_remove(request: TownRequest, pk: int) -> HttpResponse:
    row: CarryOver = get_object_or_404(CarryOver, pk=pk)
    year = row.year
    remove_carry_over(actor=request.actor, carried=row)
    messages.success(request, _("The line was removed."))
    return _to_year(request, year)


def commitment_create(request: TownRequest) -> HttpResponse:
    """First the initiative; its years are entered together on the next page."""
    require(request.actor, "initiatives.manage_budgets")
    form = CommitmentChoiceForm(request.GET if "initiative" in request.GET else None, actor=request.actor)
    if form.is_bound and form.is_valid():
        return go_to(request, "initiatives:commitments", form.cleaned_data["initiative"].pk)
    title, year = _("Enter a commitment for later years"), fiscal_year_of(request.actor.on).year
    return show_form(request, "initiatives/commitment_choice.html", form, title=title, **_above(request, year))


def commitments(request: TownRequest, pk: int) -> HttpResponse:
    """All years that the council has committed itself to for an initiative, in one table."""
    require(request.actor, "initiatives.manage_budgets")
    initiative: Initiative = get_object_or_404(visible_initiatives(request.actor), pk=pk)
    table = _commitment_table(request, initiative)
    page: dict[str, Any] = {"seen": request.POST.get("seen", "") or fingerprint_of(committed_lines(initiative))}
    if request.method == "POST" and "more" not in request.POST and table.is_valid():
        page |= _save_commitments(request, initiative, table)
        if "error" not in page:
            messages.success(request, _("The commitments were saved."))
            return go_to(request, "initiatives:budget_matrix")
    first = fiscal_year_of(initiative.starts_on).year
    context = {
        "initiative": initiative,
        "table": table,
        "payments": payments_of(chosen_needs(initiative), initiative, range(first, first + YEARS_SHOWN)),
        **page,
    }
    has_errors = table.is_bound and table.total_error_count()
    status = page.get("status", UNPROCESSABLE if has_errors else HttpResponse.status_code)
    return render(request, "initiatives/commitment_form.html", context, status=status)


def _save_commitments(request: TownRequest, initiative: Initiative, table: Any) -> dict[str, Any]:
    """What the page says of a refusal. After a conflict it shows what stands there now, so that it may be saved."""
    lines = [CommitmentLine(**line) for line in table.lines]
    try:
        save_commitments(actor=request.actor, initiative=initiative, lines=lines, seen=request.POST.get("seen", ""))
    except ConflictError as refused:
        stored = committed_lines(initiative)
        return {"error": refused.message, "stored": stored, "seen": fingerprint_of(stored), "status": CONFLICT}
    except DomainError as refused:
        return {"error": refused.message, "status": UNPROCESSABLE}
    return {}


def _commitment_table(request: TownRequest, initiative: Initiative) -> Any:
    if request.method != "POST":
        return CommitmentLines(
            prefix=LINES, initial=list(initiative.commitments.values(*CommitmentLineForm.base_fields))
        )
    if "more" in request.POST:
        typed = typed_lines(request.POST, LINES, CommitmentLineForm)
        return line_form_set(CommitmentLineForm, MORE_LINES)(prefix=LINES, initial=typed)
    return CommitmentLines(request.POST, prefix=LINES)
