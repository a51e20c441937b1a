"""A staff list: upload, look at what was recognised and what would change, correct, confirm."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kiun.kernel.errors import ConflictError, DomainError
from kiun.kernel.tabular import read_workbook
from kiun.municipality.forms import ImportOptionsForm, SheetForm, StaffUploadForm
from kiun.municipality.import_runners import import_runners
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import StaffUpload
from kiun.municipality.services.staff_import import (
    ImportPlan,
    ImportResult,
    PostFate,
    apply_people_import,
    correct_upload,
    discard_upload,
    plan_upload,
    upload_staff_list,
)
from kiun.municipality.services.staff_import.reading import recognise
from kiun.municipality.views.doors import attempt, complain, for_the_dx_office, tell
from kiun.ui.links import town_url

SHOWN = 200
ROWS_FOR_THE_BACKGROUND = 2000


@for_the_dx_office
def staff_import(request: TownRequest) -> HttpResponse:
    form = StaffUploadForm(request.POST or None, request.FILES or None)
    made: list[StaffUpload] = []

    def upload() -> None:
        file = form.cleaned_data["file"]
        made.append(upload_staff_list(actor=request.actor, name=file.name, content=file.read()))

    if request.method == "POST" and attempt(form, upload):
        return redirect(town_url(request.town, "municipality:staff_import_preview", made[0].pk))
    return render(request, "municipality/staff_import.html", {"form": form, "steps": _steps()})


def _steps() -> list[str]:
    return [_("Choose the file"), _("Check and correct"), _("Done")]


@for_the_dx_office
def staff_import_preview(request: TownRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(StaffUpload, pk=pk)
    try:
        plan = plan_upload(actor=request.actor, upload=upload)
    except DomainError as error:
        return _without_plan(request, upload, error)
    forms = _forms(request, upload, plan)
    if request.method == "POST" and all(form.is_valid() for form in forms.values()):
        _correct(request, upload, forms)
        return redirect(town_url(request.town, "municipality:staff_import_preview", pk))
    options = forms.pop("options")
    context = {"upload": upload, "plan": plan, "options": options, "sheets": forms, "steps": _steps()}
    return render(request, "municipality/staff_import_preview.html", {**context, **_shown(plan)})


def _forms(request: TownRequest, upload: StaffUpload, plan: ImportPlan) -> dict[str, Any]:
    data = request.POST if request.method == "POST" else None
    forms: dict[str, Any] = {
        f"sheet{number}": SheetForm(data, sheet=sheet, prefix=f"sheet{number}")
        for number, sheet in enumerate(plan.sheets)
    }
    forms["options"] = ImportOptionsForm(
        data,
        initial=ImportOptionsForm.initial_of(upload),
        missing_posts=[missing.post.pk for missing in plan.missing],
    )
    return forms


def _correct(request: TownRequest, upload: StaffUpload, forms: dict[str, Any]) -> None:
    options = forms["options"].options()
    corrections = {form.sheet.name: form.correction() for name, form in forms.items() if name != "options"}
    correct_upload(actor=request.actor, upload=upload, corrections=corrections, options=options)


def _without_plan(request: TownRequest, upload: StaffUpload, error: DomainError) -> HttpResponse:
    """Nothing was recognised, or the day is wrong: say it, and offer what can be set right here."""
    if request.method == "POST":
        options = ImportOptionsForm(request.POST)
        if options.is_valid():
            correct_upload(actor=request.actor, upload=upload, corrections={}, options=options.options())
            return redirect(town_url(request.town, "municipality:staff_import_preview", upload.pk))
    options = ImportOptionsForm(initial=ImportOptionsForm.initial_of(upload))
    context = {"upload": upload, "error": error, "options": options, "steps": _steps()}
    return render(request, "municipality/staff_import_refused.html", context, status=400)


def _shown(plan: ImportPlan) -> dict[str, Any]:
    """What stands on the page: the beginning of each list, and how long it is."""
    by_fate = {
        fate.value: [line for line in plan.posts if line.fate == fate][:SHOWN]
        for fate in (PostFate.NEW, PostFate.MOVED, PostFate.CHANGED)
    }
    return {
        "new": by_fate["new"],
        "moved": by_fate["moved"],
        "changed": by_fate["changed"],
        "accounts": [person for person in plan.people if person.user and person.diffs][:SHOWN],
        "departments": [slot for slot in plan.departments if slot.existing is None or slot.diffs][:SHOWN],
        "missing": plan.missing[:SHOWN],
        "problems": plan.problems[:SHOWN],
        "shown": SHOWN,
        "names": [slot.name for slot in plan.departments],
    }


@require_POST
@for_the_dx_office
def staff_import_confirm(request: TownRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(StaffUpload, pk=pk)
    runner = next(iter(import_runners), None)
    if runner and _rows(upload) > ROWS_FOR_THE_BACKGROUND:
        return redirect(runner.start(request.actor, upload))
    try:
        result = apply_people_import(actor=request.actor, upload=upload)
    except ConflictError as error:
        complain(request, error)
        return redirect(town_url(request.town, "municipality:person_list"))
    except DomainError as error:
        complain(request, error)
        return redirect(town_url(request.town, "municipality:staff_import_preview", pk))
    tell(request, result_words(result))
    if not result.accounts:
        return redirect(town_url(request.town, "municipality:person_list"))
    tell(request, _new_people(result.accounts))
    return redirect(town_url(request.town, "municipality:first_sign_in"))


def _new_people(number: int) -> str:
    return ngettext(
        "%(number)s person is new to Kiun. Make the sheet for the first sign-in here and hand it over.",
        "%(number)s people are new to Kiun. Make the sheets for the first sign-in here and hand them over.",
        number,
    ) % {"number": number}


def _rows(upload: StaffUpload) -> int:
    workbook = read_workbook(bytes(upload.content), name=upload.name)
    sheets = recognise(workbook, upload.corrections)
    return sum(len(sheet.table.records) for sheet in sheets if sheet.table)


def result_words(result: ImportResult) -> str:
    return _("The staff list is taken over: %(new)s new, %(moved)s moved, %(changed)s changed, %(ended)s ended.") % {
        "new": result.new,
        "moved": result.moved,
        "changed": result.changed,
        "ended": result.ended,
    }


@require_POST
@for_the_dx_office
def staff_import_discard(request: TownRequest, pk: int) -> HttpResponse:
    discard_upload(actor=request.actor, upload=get_object_or_404(StaffUpload, pk=pk))
    tell(request, _("The file is thrown away; nothing was changed."))
    return redirect(town_url(request.town, "municipality:person_list"))
