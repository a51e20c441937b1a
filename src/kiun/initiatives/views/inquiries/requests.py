"""The side of the department: see what is asked, answer on the page, submit, approve, return."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.history import history_entries
from kiun.activity.queries import history_of, version_of
from kiun.activity.views.saving import accepts, attempt, edit_row, go_to, show_form
from kiun.initiatives.forms.inquiries.answers import AnswersForm, WordsForm
from kiun.initiatives.forms.inquiries.requests import ContactForm, ExtensionForm
from kiun.initiatives.inquiry_wording import say_request
from kiun.initiatives.inquiry_workbooks import sheet_name, write_sheet
from kiun.initiatives.models import Extension, ExtensionState, Request, RequestState
from kiun.initiatives.queries.inquiries import sheet_of
from kiun.initiatives.queries.inquiries.visible import is_near, staff_posts
from kiun.initiatives.services.inquiries import (
    approve_answers,
    ask_extension,
    name_contact,
    return_answers,
    save_and_submit,
    save_answers,
    submit_answers,
    take_back,
)
from kiun.initiatives.views.inquiries.doors import download, seen_request
from kiun.kernel.changes import Change, Verb
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.kernel.keys import key_in
from kiun.municipality.actors import Actor, may, record, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url

ENTRIES_SHOWN = 30


def request_detail(request: TownRequest, pk: int) -> HttpResponse:
    asked = seen_request(request, pk)
    rights = _rights(request.actor, asked)
    sheet = sheet_of(asked) if asked.is_answered or rights["is_own"] else None
    extension = Extension.objects.filter(request=asked).select_related("asked_by__user").first()
    context: dict[str, Any] = {
        "asked": asked,
        "sheet": sheet,
        "lead": say_request(asked, request.actor.on, may_approve=rights["may_approve"]),
        "is_complete": sheet is not None and sheet.is_complete,
        "version": version_of(asked),
        "extension": extension,
        "may_ask_time": rights["may_answer"]
        and not asked.is_answered
        and not (extension and extension.state == ExtensionState.ASKED),
        "history": history_entries(history_of(asked)[:ENTRIES_SHOWN]) if rights["is_own"] else [],
        **rights,
    }
    return render(request, "initiatives/request_detail.html", context)


def _rights(actor: Actor, asked: Request) -> dict[str, bool]:
    """`is_own`: drafts are the department's own matter, and of whoever may write for it."""
    may_answer = may(actor, "initiatives.answer_request", asked)
    may_approve = may(actor, "initiatives.approve_request", asked)
    may_change = may(actor, "initiatives.change_round", asked.round)
    returnable = {RequestState.ANSWERED, RequestState.SUBMITTED} if may_approve else {RequestState.ANSWERED}
    return {
        "may_answer": may_answer,
        "may_approve": may_approve,
        "may_take_back": may(actor, "initiatives.take_back_request", asked) and not asked.is_writable,
        "may_change": may_change and asked.round.is_open,
        "may_return": asked.round.is_open and (may_approve or may_change) and asked.state in returnable,
        "may_see_round": may(actor, "initiatives.see_round", asked.round),
        "is_own": may_answer or is_near(staff_posts(actor), asked.department) or asked.contact_id in actor.owning_ids,
    }


def request_answer(request: TownRequest, pk: int) -> HttpResponse:
    """Save so far, or save and submit: the same form, two buttons."""
    asked = _answerable(request, pk)
    submits = "submit" in request.POST

    def make(row: Request, data: QueryDict | None) -> AnswersForm:
        return AnswersForm(data, sheet=sheet_of(row))

    def save(form: AnswersForm) -> None:
        if submits and form.complains():
            return
        # Whoever submits has been asked about every value.
        act = save_and_submit if submits else partial(save_answers, unasked=form.unasked)
        done = act(actor=request.actor, request=asked, given=form.given, seen=form.cleaned_data["seen"])
        messages.success(request, _say_saved(done))

    page: dict[str, Any] = {"asked": asked, "may_approve": may(request.actor, "initiatives.approve_request", asked)}
    return edit_row(
        request,
        asked,
        make=make,
        save=save,
        done=lambda: go_to(request, "initiatives:request_detail", pk),
        template="initiatives/request_form.html",
        **page,
    )


def _answerable(request: TownRequest, pk: int) -> Request:
    asked = seen_request(request, pk)
    require(request.actor, "initiatives.answer_request", asked)
    return asked


def _say_saved(asked: Request) -> str:
    if asked.is_answered:
        return _("Approved. The answer is part of the collation now. Thank you.")
    if asked.state == RequestState.SUBMITTED:
        return _("Submitted. The head of the department has been asked to approve it.")
    return _("Saved. You can go on later; nothing has been submitted yet.")


@require_POST
def request_submit(request: TownRequest, pk: int) -> HttpResponse:
    """What was written before, by workbook for instance; what has changed since it was shown is shown first."""
    asked = _answerable(request, pk)
    seen = key_in(request.POST.get("seen"))
    try:
        messages.success(request, _say_saved(submit_answers(actor=request.actor, request=asked, seen=seen)))
    except NotAllowedError:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return go_to(request, "initiatives:request_detail", pk)


@require_POST
def request_approve(request: TownRequest, pk: int) -> HttpResponse:
    """`seen`: what the head was shown; what has changed since is shown first."""
    asked = seen_request(request, pk)
    require(request.actor, "initiatives.approve_request", asked)
    act = partial(approve_answers, actor=request.actor, request=asked, seen=key_in(request.POST.get("seen")))
    done = _("Approved. The answer is part of the collation now. Thank you.")
    return attempt(request, act, done, "initiatives:request_detail", pk)


def request_return(request: TownRequest, pk: int) -> HttpResponse:
    asked = seen_request(request, pk)
    if not may(request.actor, "initiatives.approve_request", asked):
        require(request.actor, "initiatives.change_round", asked.round)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and accepts(
        form, lambda: return_answers(actor=request.actor, request=asked, words=form.cleaned_data["words"])
    ):
        messages.success(request, _("The answer was returned, and the department was told why."))
        return go_to(request, "initiatives:request_detail", pk)
    return _show(request, asked, form, _("Return the answer"), _("Return it"))


@require_POST
def request_take_back(request: TownRequest, pk: int) -> HttpResponse:
    asked = seen_request(request, pk)
    require(request.actor, "initiatives.take_back_request", asked)
    act = partial(take_back, actor=request.actor, request=asked)
    done = _("You can change the answer now. Submit it again when it is right.")
    return attempt(request, act, done, "initiatives:request_detail", pk)


def request_contact(request: TownRequest, pk: int) -> HttpResponse:
    asked = _answerable(request, pk)
    form = ContactForm(request.POST or None, actor=request.actor, request=asked)
    if request.method == "POST" and accepts(
        form, lambda: name_contact(actor=request.actor, request=asked, contact=form.cleaned_data["contact"])
    ):
        messages.success(request, _("The contact was changed."))
        return go_to(request, "initiatives:request_detail", pk)
    return _show(request, asked, form, _("Who is the contact"), _("Name the contact"))


def request_extension(request: TownRequest, pk: int) -> HttpResponse:
    asked = _answerable(request, pk)
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and accepts(
        form, lambda: ask_extension(actor=request.actor, request=asked, **form.cleaned_data)
    ):
        messages.success(request, _("You will hear as soon as it is decided."))
        return go_to(request, "initiatives:request_detail", pk)
    return _show(request, asked, form, _("Ask for more time"), _("Ask for it"))


def _show(request: TownRequest, asked: Request, form: Any, title: str, submit: str) -> HttpResponse:
    back = town_url(request.town, "initiatives:request_detail", asked.pk)
    page: dict[str, Any] = {"asked": asked, "title": title, "submit": submit, "back": back}
    return show_form(request, "initiatives/request_simple_form.html", form, **page)


def request_workbook(request: TownRequest, pk: int) -> HttpResponse:
    """Written at the moment it is asked for: it always holds what has been answered so far."""
    asked = _answerable(request, pk)
    sheet = sheet_of(asked)
    label = f"{asked}"[:200]
    record(
        request.actor,
        Change(object_type=Request._meta.label_lower, object_id=pk, label=label, verb=Verb.EXPORTED),
    )
    return download(write_sheet(sheet, request.actor.on), sheet_name(sheet))
