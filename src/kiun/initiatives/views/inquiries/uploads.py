"""A filled-in workbook in two steps: read it, see what it would change, take it over."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.initiatives.forms.inquiries.answers import ReasonsForm, UploadForm
from kiun.initiatives.models import AnswerFile
from kiun.initiatives.queries.inquiries import visible_requests
from kiun.initiatives.queries.inquiries.differences import difference_of
from kiun.initiatives.services.inquiries import (
    CellsRefusedError,
    discard_workbook,
    stage_workbook,
    submit_answers,
    take_workbook,
)
from kiun.initiatives.views.inquiries.doors import seen_request
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest


def request_upload(request: TownRequest, pk: int) -> HttpResponse:
    asked = seen_request(request, pk)
    require(request.actor, "initiatives.answer_request", asked)
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    made: list[AnswerFile] = []
    page: dict[str, Any] = {"asked": asked, "problems": ()}

    def save() -> None:
        file = form.cleaned_data["file"]
        try:
            made.append(stage_workbook(actor=request.actor, request=asked, name=file.name, content=file.read()))
        except CellsRefusedError as refusal:
            page["problems"] = refusal.problems
            raise

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:answer_file", made[0].pk)
    return show_form(request, "initiatives/request_upload.html", form, **page)


def answer_file(request: TownRequest, pk: int) -> HttpResponse:
    """What would change, cell by cell, before anything does."""
    file = _waiting(request, pk)
    return _show_file(request, file, ReasonsForm(difference=difference_of(file)))


def _show_file(request: TownRequest, file: AnswerFile, form: ReasonsForm) -> HttpResponse:
    context: dict[str, Any] = {
        "file": file,
        "asked": file.request,
        "difference": form.difference,
        "may_approve": may(request.actor, "initiatives.approve_request", file.request),
    }
    return show_form(request, "initiatives/answer_file.html", form, **context)


@require_POST
def answer_file_take(request: TownRequest, pk: int) -> HttpResponse:
    """What is unusual is taken over like the rest; it goes to the head only with its reason."""
    file = _waiting(request, pk)
    submits = "submit" in request.POST
    form = ReasonsForm(request.POST, difference=difference_of(file))
    if not form.is_valid() or (submits and form.complains()):
        return _show_file(request, file, form)
    try:
        agreed = request.POST.get("agreed", "")
        take_workbook(actor=request.actor, file=file, agreed=agreed, reasons=form.reasons)
    except NotAllowedError:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return go_to(request, "initiatives:answer_file", pk)
    if submits:
        return _submitted(request, file)
    messages.success(request, _("The answers were taken over. Submit them when they are complete."))
    return go_to(request, "initiatives:request_detail", file.request_id)


def _submitted(request: TownRequest, file: AnswerFile) -> HttpResponse:
    try:
        submit_answers(actor=request.actor, request=file.request)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The answers were taken over and submitted. Thank you."))
    return go_to(request, "initiatives:request_detail", file.request_id)


@require_POST
def answer_file_discard(request: TownRequest, pk: int) -> HttpResponse:
    file = _waiting(request, pk)
    discard_workbook(file=file)
    messages.success(request, _("The file was put away. Nothing was taken from it."))
    return go_to(request, "initiatives:request_detail", file.request_id)


def _waiting(request: TownRequest, pk: int) -> AnswerFile:
    rows = AnswerFile.objects.filter(taken_at__isnull=True, request__in=visible_requests(request.actor))
    found: AnswerFile = get_object_or_404(
        rows.select_related("request__round__inquiry__department", "request__department"), pk=pk
    )
    require(request.actor, "initiatives.answer_request", found.request)
    return found
