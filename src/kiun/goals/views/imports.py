"""A plan file in four steps: choose, check the columns, see what changes, take over."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import UNPROCESSABLE, accepts, go_to, show_form
from kiun.goals.forms.imports import ColumnsForm, NewPlanForm, UploadForm, decisions
from kiun.goals.models import ImportState, Indicator, PlanImport
from kiun.goals.plan_files import Choices, SheetChoice
from kiun.goals.services.plan_import import (
    Review,
    choose,
    confirm_import,
    correct_columns,
    discard_import,
    read_staged,
    review,
    upload_plan_file,
)
from kiun.goals.views.import_pages import MOST_SHOWN, STEPS, change_lines, new_branches, sheet_choices
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.queries import open_departments


def import_new(request: TownRequest) -> HttpResponse:
    require(request.actor, "goals.import_plan")
    form = UploadForm(request.POST or None, request.FILES or None, initial={"plan": request.GET.get("plan")})
    if request.method == "POST" and accepts(form, lambda: _upload(request, form)):
        return go_to(request, "goals:import_columns", form.cleaned_data["staged"].pk)
    waiting = PlanImport.objects.filter(state=ImportState.UPLOADED).defer("content").select_related("created_by__user")
    page: dict[str, Any] = {
        "steps": STEPS,
        "waiting": waiting[:5],
        "has_departments": open_departments(request.actor.on).exists(),
    }
    return show_form(request, "goals/import_upload.html", form, **page)


def _upload(request: TownRequest, form: UploadForm) -> None:
    file = form.cleaned_data["file"]
    form.cleaned_data["staged"] = upload_plan_file(
        actor=request.actor, name=file.name, content=file.read(), plan=form.cleaned_data["plan"]
    )


def import_columns(request: TownRequest, pk: int) -> HttpResponse:
    """What each column was taken for; a correction posts its sheet and gets it back read anew."""
    staged = _import(request, pk)
    if request.method == "POST":
        try:
            _correct(request, staged)
        except DomainError as error:
            return _show_columns(request, staged, error)
        if not request.htmx:
            return go_to(request, "goals:import_columns", pk)
    return _show_columns(request, staged)


def _correct(request: TownRequest, staged: PlanImport) -> None:
    readings = read_staged(staged, request.actor.on).sheets
    posted = request.POST.get("sheet")
    reading = next((one for one in readings if one.sheet.name == posted), None)
    if reading is None:
        raise DomainError(_("This sheet is not in the file."))
    choice = Choices.from_json(staged.choices).sheets.get(reading.sheet.name, SheetChoice())
    form = ColumnsForm(request.POST, table=reading.table, choice=choice)
    if not form.is_valid():
        raise DomainError(_("Write the header rows as numbers, such as 3 and 4."))
    before = Choices.from_json(staged.choices).sheets
    correct_columns(actor=request.actor, staged=staged, sheet=reading.sheet.name, choice=form.corrected)
    after = read_staged(staged, request.actor.on).sheets
    refused = next((one for one in after if one.sheet == reading.sheet and reading.table and not one.table), None)
    if refused:
        choose(actor=request.actor, staged=staged, choices={"sheets": before})
        raise DomainError(refused.refusal)


def _show_columns(request: TownRequest, staged: PlanImport, error: DomainError | None = None) -> HttpResponse:
    reading = read_staged(staged, request.actor.on)
    used = [sheet for sheet in reading.sheets if sheet.is_used]
    context = {
        "staged": staged,
        "steps": STEPS,
        "sheets": sheet_choices(reading.sheets),
        "used": len(used),
        "goals": len(reading.document.goals),
        "indicators": len(reading.document.indicators),
        "errors": reading.document.errors,
        "error": error,
    }
    template = "goals/import_columns.html#sheets" if request.htmx else "goals/import_columns.html"
    return render(request, template, context, status=UNPROCESSABLE if error and not request.htmx else 200)


def import_preview(request: TownRequest, pk: int) -> HttpResponse:
    staged = _import(request, pk)
    if request.method != "POST":
        return _show_preview(request, staged, review(request.actor, staged))
    facts = _facts(request, staged)
    if facts and not facts.is_valid():
        return _show_preview(request, staged, review(request.actor, staged), facts)
    _decide(request, staged, facts.cleaned_data if facts else {})
    if request.htmx:
        return _show_preview(request, staged, review(request.actor, staged))
    return go_to(request, "goals:import_preview", pk)


def _facts(request: TownRequest, staged: PlanImport) -> NewPlanForm | None:
    return NewPlanForm(request.POST) if staged.plan is None else None


def _decide(request: TownRequest, staged: PlanImport, facts: dict[str, Any]) -> None:
    found = review(request.actor, staged).difference
    known = {str(one.pk) for question in found.departments for one in question.candidates}
    chosen = decisions(request.POST, known) | facts
    choose(actor=request.actor, staged=staged, choices=chosen)


def _show_preview(
    request: TownRequest, staged: PlanImport, found: Review, facts: NewPlanForm | None = None
) -> HttpResponse:
    changes, all_changes = change_lines(found.difference)
    branches, all_new = new_branches(found.difference)
    choices = Choices.from_json(staged.choices)
    plan_facts = asdict(found.facts)
    context = {
        "staged": staged,
        "steps": STEPS,
        "review": found,
        "difference": found.difference,
        "errors": found.difference.errors[:MOST_SHOWN],
        "warnings": found.difference.warnings[:MOST_SHOWN],
        "choices": choices,
        "left_out": [(key, *key.rpartition("!")[::2]) for key in sorted(choices.left_out)],
        "facts": None if staged.plan else facts or NewPlanForm(initial=plan_facts),
        "changes": changes,
        "more_changes": all_changes - len(changes),
        "branches": branches,
        "more_new": max(all_new - MOST_SHOWN, 0),
        "without_indicator": sum(not goal.indicators for goal in found.difference.goals),
        "fallback_owners": sum(bool(one.owner_note) for one in found.difference.indicators),
    }
    template = "goals/import_preview.html#preview" if request.htmx else "goals/import_preview.html"
    return render(request, template, context, status=UNPROCESSABLE if facts and facts.errors else 200)


@require_POST
def import_confirm(request: TownRequest, pk: int) -> HttpResponse:
    """The choices come along: what somebody ticked and did not compare is not lost, but has to be looked at first."""
    staged = _import(request, pk)
    agreed = request.POST.get("agreed", "")
    facts = _facts(request, staged)
    if facts and not facts.is_valid():
        return _show_preview(request, staged, review(request.actor, staged), facts)
    _decide(request, staged, facts.cleaned_data if facts else {})
    if review(request.actor, staged).difference.digest != agreed:
        words = _("Your choices or the plan have changed since you looked. Please look at it once more.")
        messages.info(request, words)
        return go_to(request, "goals:import_preview", pk)
    confirm_import(actor=request.actor, staged=staged, agreed=agreed)
    return go_to(request, "goals:import_progress", pk)


def import_progress(request: TownRequest, pk: int) -> HttpResponse:
    staged = _import(request, pk)
    if staged.state == ImportState.APPLIED:
        return go_to(request, "goals:import_done", pk)
    if staged.job is None:
        return go_to(request, "goals:import_preview", pk)
    return render(request, "goals/import_progress.html", {"staged": staged, "job": staged.job, "steps": STEPS})


def import_done(request: TownRequest, pk: int) -> HttpResponse:
    staged = _import(request, pk)
    if staged.state != ImportState.APPLIED:
        return go_to(request, "goals:import_progress", pk)
    without_owner = Indicator.objects.filter(pk__in=staged.result.get("without_owner", []), ended_on__isnull=True)
    context = {
        "staged": staged,
        "result": staged.result,
        "steps": STEPS,
        "without_owner": without_owner.select_related("owner__user", "department").order_by("pk"),
    }
    return render(request, "goals/import_done.html", context)


@require_POST
def import_discard(request: TownRequest, pk: int) -> HttpResponse:
    discard_import(actor=request.actor, staged=_import(request, pk))
    return go_to(request, "goals:import_new")


def _import(request: TownRequest, pk: int) -> PlanImport:
    require(request.actor, "goals.import_plan")
    return get_object_or_404(PlanImport.objects.select_related("plan", "job"), pk=pk)
