"""What has been asked: the list, and the collation of one round while its answers come."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from kiun.activity.history import history_entries
from kiun.activity.queries import history_of
from kiun.initiatives.forms.inquiries.rounds import CollationFilterForm, filter_in
from kiun.initiatives.inquiry_wording import say_counts, say_round_as_of, say_to_answer
from kiun.initiatives.models import Extension, ExtensionState, Question, Round, RoundState
from kiun.initiatives.queries.inquiries import (
    collate,
    counts_of_rounds,
    departments_to_ask,
    questions_of,
    requests_of_departments,
    requests_to_answer,
    visible_rounds,
)
from kiun.initiatives.queries.inquiries.exports import collation_sheets
from kiun.initiatives.queries.inquiries.reminders import is_reminded_on
from kiun.initiatives.queries.inquiries.versions import version_of_round
from kiun.initiatives.queries.needed_first import needed_to_ask
from kiun.initiatives.services.inquiries import is_stuck
from kiun.initiatives.views.inquiries.doors import download, seen_round
from kiun.initiatives.views.inquiries.drafting import STEPS
from kiun.kernel.changes import Change, Verb
from kiun.kernel.tabular import write_csv, write_workbook
from kiun.municipality.actors import may, record
from kiun.municipality.middleware import TownRequest

ROUNDS_ON_PAGE = 50
DEPARTMENTS_ON_PAGE = 100
REQUESTS_SHOWN = 50
CSV = "text/csv; charset=utf-8"


def inquiry_list(request: TownRequest) -> HttpResponse:
    actor = request.actor
    mine = requests_to_answer(actor)
    others = requests_of_departments(actor).exclude(pk__in=[row.pk for row in mine]).order_by("-due_on", "-pk")
    page = Paginator(visible_rounds(actor).order_by("-pk"), ROUNDS_ON_PAGE).get_page(request.GET.get("page"))
    counts = counts_of_rounds(page.object_list, actor.on)
    context = {
        "lead": say_to_answer(
            mine, actor.on, [counts[row.pk] for row in page.object_list if row.is_open and row.pk in counts]
        ),
        "mine": mine,
        "others": others[:REQUESTS_SHOWN],
        "page": page,
        "rounds": [(row, counts.get(row.pk)) for row in page.object_list],
        "may_ask": may(actor, "initiatives.ask_departments"),
        "needed": needed_to_ask(actor),
    }
    return render(request, "initiatives/inquiry_list.html", context)


def round_detail(request: TownRequest, pk: int) -> HttpResponse:
    round_ = seen_round(request, pk)
    if round_.is_draft:
        return _draft(request, round_)
    if round_.state == RoundState.OPENING:
        context = {"round": round_, "is_stuck": is_stuck(round_), "may_change": _may_change(request, round_)}
        return render(request, "initiatives/round_opening.html", context)
    return _collation(request, round_)


def _may_change(request: TownRequest, round_: Round) -> bool:
    return may(request.actor, "initiatives.change_round", round_)


def _draft(request: TownRequest, round_: Round) -> HttpResponse:
    questions = questions_of(round_)
    departments = departments_to_ask(round_, request.actor.on)
    context = {
        "round": round_,
        "steps": STEPS,
        "questions": questions,
        "departments": departments,
        "may_change": _may_change(request, round_),
        "needed": needed_to_ask(request.actor),
        "is_ready": bool(questions and departments) and round_.due_on >= request.actor.on,
    }
    return render(request, "initiatives/round_draft.html", context)


def _collation(request: TownRequest, round_: Round) -> HttpResponse:
    collation = collate(round_, request.actor.on, filter_in(request.GET))
    page = Paginator(collation.lines, DEPARTMENTS_ON_PAGE).get_page(request.GET.get("page"))
    waiting = Extension.objects.filter(request__round=round_, state=ExtensionState.ASKED)
    context: dict[str, Any] = {
        "round": round_,
        "collation": collation,
        "lead": say_counts(collation.counts),
        "as_of": say_round_as_of(round_, collation.counts, request.actor.on),
        "page": page,
        "form": CollationFilterForm(request.GET or None, divisions=list(collation.divisions)),
        "is_filtered": bool(request.GET.keys() & {"q", "state", "division"}),
        "version": version_of_round(round_, request.actor.on),
        "may_change": _may_change(request, round_),
        "is_reminded": is_reminded_on(round_, request.actor.on),
        "may_ask": may(request.actor, "initiatives.ask_departments"),
        "extensions": waiting.select_related("request__department", "asked_by__user").order_by("pk"),
        "history": history_entries(history_of(round_)[:30]),
    }
    return render(request, "initiatives/round_detail.html", context)


def round_version(request: TownRequest, pk: int) -> HttpResponse:
    return JsonResponse({"version": version_of_round(seen_round(request, pk), request.actor.on)})


def round_totals(request: TownRequest, pk: int) -> HttpResponse:
    """Question by question, and division by division."""
    round_ = seen_round(request, pk)
    collation = collate(round_, request.actor.on)
    numeric = [at for at, question in enumerate(collation.questions) if question.is_numeric]
    context = {
        "round": round_,
        "collation": collation,
        "lead": say_counts(collation.counts),
        "as_of": say_round_as_of(round_, collation.counts, request.actor.on),
        "numeric": [(at + 1, collation.questions[at]) for at in numeric],
        "divisions": [(row, [row.totals[at] for at in numeric]) for row in collation.by_division()],
    }
    return render(request, "initiatives/round_totals.html", context)


def question_detail(request: TownRequest, pk: int) -> HttpResponse:
    """What every department says to one question, in full."""
    question = get_object_or_404(Question, pk=pk)
    round_ = seen_round(request, question.round_id)
    collation = collate(round_, request.actor.on, filter_in(request.GET))
    at = next(number for number, one in enumerate(collation.questions) if one.pk == pk)
    page = Paginator(collation.lines, DEPARTMENTS_ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "question": question,
        "number": at + 1,
        "totals": collation.totals[at],
        "page": page,
        "lines": [(line, line.cells[at]) for line in page.object_list],
    }
    return render(request, "initiatives/question_detail.html", context)


def round_export(request: TownRequest, pk: int) -> HttpResponse:
    """?format=csv gives the table of the departments as CSV."""
    round_ = seen_round(request, pk)
    sheets = collation_sheets(collate(round_, request.actor.on))
    is_csv = request.GET.get("format") == "csv"
    name = f"{round_}_{request.actor.on:%Y%m%d}.{'csv' if is_csv else 'xlsx'}"
    exported = Change(object_type=Round._meta.label_lower, object_id=pk, label=str(round_)[:200], verb=Verb.EXPORTED)
    record(request.actor, exported)
    if is_csv:
        return download(write_csv(sheets[0]), name, CSV)
    return download(write_workbook(sheets), name)
