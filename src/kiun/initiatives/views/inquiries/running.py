"""While a round is out: more time, more departments, corrections, its end, and all workbooks in one file."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.services import stop_job
from kiun.activity.views.saving import accepts, attempt, go_to, show_form
from kiun.initiatives.forms.inquiries.requests import DecisionForm, WithdrawForm
from kiun.initiatives.forms.inquiries.rounds import AddDepartmentForm, UntilForm
from kiun.initiatives.models import Extension, Round
from kiun.initiatives.queries.inquiries import visible_requests
from kiun.initiatives.services.inquiries import (
    add_department,
    begin_archive,
    close_round,
    decide_extension,
    extend_round,
    remind_unanswered,
    reopen_round,
    withdraw_request,
)
from kiun.initiatives.views.inquiries.doors import own_round, seen_request
from kiun.kernel.changes import Change, Verb
from kiun.municipality.actors import record, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.dates import long_date
from kiun.ui.links import town_url

A_WEEK = timedelta(days=7)


def _page(request: TownRequest, round_: Round, title: str, submit: str, note: str = "") -> dict[str, Any]:
    return {
        "round": round_,
        "title": title,
        "submit": submit,
        "note": note,
        "back": town_url(request.town, "initiatives:round_detail", round_.pk),
    }


@require_POST
def round_close(request: TownRequest, pk: int) -> HttpResponse:
    act = partial(close_round, actor=request.actor, round_=own_round(request, pk))
    return attempt(request, act, _("The round is closed. It can be opened again."), "initiatives:round_detail", pk)


@require_POST
def round_remind(request: TownRequest, pk: int) -> HttpResponse:
    act = partial(remind_unanswered, actor=request.actor, round_=own_round(request, pk))
    done = _("The departments without an answer were reminded.")
    return attempt(request, act, done, "initiatives:round_detail", pk)


def round_reopen(request: TownRequest, pk: int) -> HttpResponse:
    page = _page(
        request,
        own_round(request, pk),
        _("Open the round again"),
        _("Open it again"),
        _("Departments without an answer are told the new day."),
    )
    return _until(request, page, reopen_round, _("The round takes answers again."))


def round_extend(request: TownRequest, pk: int) -> HttpResponse:
    round_ = own_round(request, pk)
    note = _("All departments without an answer are told. At present it is %(day)s.") % {
        "day": long_date(round_.due_on)
    }
    page = _page(request, round_, _("More time for all"), _("Put the day off"), note)
    return _until(request, page, extend_round, _("The day was put off, and the departments were told."))


def _until(request: TownRequest, page: dict[str, Any], service: Any, done: str) -> HttpResponse:
    round_: Round = page["round"]
    initial = {"until": max(round_.due_on, request.actor.on) + A_WEEK}
    form = UntilForm(request.POST or None, initial=initial)
    if request.method == "POST" and accepts(
        form, lambda: service(actor=request.actor, round_=round_, until=form.cleaned_data["until"])
    ):
        messages.success(request, done)
        return go_to(request, "initiatives:round_detail", round_.pk)
    return show_form(request, "initiatives/round_simple_form.html", form, **page)


def round_add(request: TownRequest, pk: int) -> HttpResponse:
    round_ = own_round(request, pk)
    initial = {"due_on": max(round_.due_on, request.actor.on + A_WEEK)}
    form = AddDepartmentForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and accepts(
        form, lambda: add_department(actor=request.actor, round_=round_, **form.cleaned_data)
    ):
        messages.success(request, _("The department was asked."))
        return go_to(request, "initiatives:round_detail", pk)
    page = _page(request, round_, _("Ask another department"), _("Ask it"))
    return show_form(request, "initiatives/round_simple_form.html", form, **page)


def request_withdraw(request: TownRequest, pk: int) -> HttpResponse:
    asked = seen_request(request, pk)
    round_ = own_round(request, asked.round_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and accepts(
        form, lambda: withdraw_request(actor=request.actor, request=asked, words=form.cleaned_data["words"])
    ):
        messages.success(request, _("The department was told that no answer is needed."))
        return go_to(request, "initiatives:round_detail", round_.pk)
    note = _("%(department)s counts no more, whatever it has written.") % {"department": asked.department}
    page = _page(request, round_, _("Do not ask this department"), _("Do not ask it any more"), note)
    return show_form(request, "initiatives/round_simple_form.html", form, **page)


def extension_decide(request: TownRequest, pk: int) -> HttpResponse:
    rows = Extension.objects.filter(request__in=visible_requests(request.actor))
    extension: Extension = get_object_or_404(
        rows.select_related("request__round__inquiry__department", "request__department", "asked_by__user"), pk=pk
    )
    round_ = extension.request.round
    require(request.actor, "initiatives.change_round", round_)
    form = DecisionForm(request.POST or None)

    def decide() -> None:
        is_granted = "grant" in request.POST
        words = form.cleaned_data["words"]
        decide_extension(actor=request.actor, extension=extension, is_granted=is_granted, words=words)

    if request.method == "POST" and accepts(form, decide):
        messages.success(request, _("The department was told."))
        return go_to(request, "initiatives:round_detail", round_.pk)
    return show_form(request, "initiatives/extension_form.html", form, round=round_, extension=extension)


@require_POST
def round_archive(request: TownRequest, pk: int) -> HttpResponse:
    job = begin_archive(actor=request.actor, round_=own_round(request, pk))
    return go_to(request, "activity:job_detail", job.pk)


def round_archive_file(request: TownRequest, pk: int) -> HttpResponseBase:
    round_ = own_round(request, pk)
    if not round_.archive:
        raise Http404
    exported = Change(object_type=Round._meta.label_lower, object_id=pk, label=str(round_)[:200], verb=Verb.EXPORTED)
    record(request.actor, exported)
    return FileResponse(round_.archive.open(), as_attachment=True, filename=f"{round_}.zip")


@require_POST
def round_stop(request: TownRequest, pk: int) -> HttpResponse:
    round_ = own_round(request, pk)
    if round_.job:
        stop_job(job=round_.job)
    return go_to(request, "initiatives:round_detail", pk)
