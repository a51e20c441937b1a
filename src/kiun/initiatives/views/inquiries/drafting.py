"""A round on its way out: title and day, questions, departments, and the button that sends it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, attempt, edit_row, go_to, show_form
from kiun.initiatives.forms.inquiries.questions import QuestionForm
from kiun.initiatives.forms.inquiries.rounds import AudienceForm, RoundForm
from kiun.initiatives.inquiry_workbooks import sheet_name, write_sheet
from kiun.initiatives.models import Question, QuestionKind, Request, Round
from kiun.initiatives.queries.inquiries import sheet_of
from kiun.initiatives.queries.inquiries.audience import departments_to_ask
from kiun.initiatives.queries.needed_first import needed_to_ask
from kiun.initiatives.services.inquiries import (
    begin_opening,
    call_off_opening,
    change_round,
    choose_departments,
    copy_round,
    create_inquiry,
    delete_draft,
    move_question,
    prepare_next_round,
    remove_question,
    save_question,
)
from kiun.initiatives.views.inquiries.doors import download, own_question, own_round, seen_round
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import Department

STEPS = (gettext_lazy("Title and day"), gettext_lazy("Questions"), gettext_lazy("Departments"), gettext_lazy("Send"))


def inquiry_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.ask_departments")
    if needed := needed_to_ask(request.actor):
        return render(request, "initiatives/needed_page.html", {"title": _("Ask the departments"), "needed": needed})
    form = RoundForm(request.POST or None, actor=request.actor)
    made: list[Round] = []

    def save() -> None:
        made.append(create_inquiry(actor=request.actor, inquiry=form.inquiry(), due_on=form.cleaned_data["due_on"]))

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:round_detail", made[0].pk)
    return show_form(request, "initiatives/inquiry_form.html", form, round=None, steps=STEPS)


def round_edit(request: TownRequest, pk: int) -> HttpResponse:
    round_ = own_round(request, pk)

    def save(form: RoundForm) -> None:
        change_round(
            actor=request.actor,
            round_=round_,
            facts=form.facts(),
            due_on=form.cleaned_data.get("due_on"),
            seen=form.cleaned_data["seen"],
        )

    return edit_row(
        request,
        round_,
        make=lambda row, data: RoundForm(data, actor=request.actor, round_=row),
        save=save,
        done=lambda: go_to(request, "initiatives:round_detail", pk),
        template="initiatives/inquiry_form.html",
        round=round_,
        steps=STEPS if round_.is_draft else (),
    )


def question_create(request: TownRequest, pk: int) -> HttpResponse:
    """First the kind of answer, then what that kind needs."""
    round_ = own_round(request, pk)
    kind = request.GET.get("kind", "")
    if kind not in QuestionKind.values:
        context = {"round": round_, "kinds": QuestionKind.choices, "steps": STEPS}
        return render(request, "initiatives/question_kind.html", context)
    question = Question(municipality=request.town, round=round_, kind=kind)
    return _write_question(request, question)


def question_edit(request: TownRequest, pk: int) -> HttpResponse:
    return _write_question(request, own_question(request, pk))


def _write_question(request: TownRequest, question: Question) -> HttpResponse:
    round_ = question.round

    def make(row: Question, data: QueryDict | None) -> QuestionForm:
        return QuestionForm(data, instance=row, actor=request.actor)

    def save(form: QuestionForm) -> None:
        save_question(actor=request.actor, question=form.question(), seen=form.cleaned_data["seen"])

    def done() -> HttpResponse:
        if "again" in request.POST:
            return go_to(request, "initiatives:question_create", round_.pk)
        return go_to(request, "initiatives:round_detail", round_.pk)

    page: dict[str, Any] = {"round": round_, "question": question, "kind": question.get_kind_display()}
    return edit_row(
        request, question, make=make, save=save, done=done, template="initiatives/question_form.html", **page
    )


@require_POST
def question_move(request: TownRequest, pk: int) -> HttpResponse:
    question = own_question(request, pk)
    up = request.POST.get("way") == "up"
    move_question(actor=request.actor, question=question, up=up)
    return go_to(request, "initiatives:round_detail", question.round_id)


@require_POST
def question_remove(request: TownRequest, pk: int) -> HttpResponse:
    question = own_question(request, pk)
    act = partial(remove_question, actor=request.actor, question=question)
    return attempt(request, act, _("The question was removed."), "initiatives:round_detail", question.round_id)


def round_audience(request: TownRequest, pk: int) -> HttpResponse:
    round_ = own_round(request, pk)
    form = AudienceForm(request.POST or None, actor=request.actor, round_=round_)

    def save() -> None:
        choose_departments(
            actor=request.actor,
            round_=round_,
            audience=form.cleaned_data["audience"],
            departments=form.chosen(),
        )

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:round_detail", pk)
    page: dict[str, Any] = {"round": round_, "steps": STEPS, "every": len(form.offices.every())}
    return show_form(request, "initiatives/round_audience.html", form, **page)


def round_sample(request: TownRequest, pk: int) -> HttpResponse:
    """The workbook as the first of the departments would get it; it is not taken back."""
    round_ = seen_round(request, pk)
    departments = departments_to_ask(round_, request.actor.on)
    department = departments[0] if departments else Department(municipality=request.town, name=_("(department)"))
    asked = Request(
        pk=0,
        municipality=request.town,
        round=round_,
        department=department,
        due_on=round_.due_on,
        asked_on=timezone.localdate(),
    )
    sheet = sheet_of(asked)
    return download(write_sheet(sheet, request.actor.on), sheet_name(sheet))


@require_POST
def round_send(request: TownRequest, pk: int) -> HttpResponse:
    act = partial(begin_opening, actor=request.actor, round_=own_round(request, pk))
    done = _("The inquiry is on its way. You may close this page; it goes on.")
    return attempt(request, act, done, "initiatives:round_detail", pk)


@require_POST
def round_call_off(request: TownRequest, pk: int) -> HttpResponse:
    act = partial(call_off_opening, actor=request.actor, round_=own_round(request, pk))
    return attempt(request, act, _("It is a draft again. Nobody was told."), "initiatives:round_detail", pk)


@require_POST
def round_delete(request: TownRequest, pk: int) -> HttpResponse:
    delete_draft(actor=request.actor, round_=own_round(request, pk))
    messages.success(request, _("The draft was deleted."))
    return go_to(request, "initiatives:inquiry_list")


@require_POST
def round_copy(request: TownRequest, pk: int) -> HttpResponse:
    copy = copy_round(actor=request.actor, round_=seen_round(request, pk))
    messages.success(request, _("This is the copy. Change what is different, and send it."))
    return go_to(request, "initiatives:round_detail", copy.pk)


@require_POST
def round_next(request: TownRequest, pk: int) -> HttpResponse:
    following = prepare_next_round(actor=request.actor, round_=own_round(request, pk))
    messages.success(request, _("This is the next round. It shows the departments what they said last time."))
    return go_to(request, "initiatives:round_detail", following.pk)
