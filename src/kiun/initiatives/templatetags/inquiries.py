"""The states of inquiries as people see them: always shape, word and colour."""

from collections.abc import Iterable
from datetime import date

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from kiun.initiatives.inquiry_answers import NOT_APPLICABLE, Given, say_demand, say_given
from kiun.initiatives.models import UNANSWERED, Question, Request, RequestState, Round, RoundState
from kiun.initiatives.queries.inquiries.collation import QuestionTotals
from kiun.initiatives.queries.inquiries.sheets import SheetRow, answer_name
from kiun.ui.figures import figure
from kiun.ui.statuses import Mark, draw_chip

register = template.Library()
register.filter("demand", say_demand)

ROUND_MARKS = {
    RoundState.DRAFT: Mark(RoundState.DRAFT.label, "dash", "unknown"),
    RoundState.OPENING: Mark(RoundState.OPENING.label, "waiting", "even"),
    RoundState.OPEN: Mark(RoundState.OPEN.label, "half", "even"),
    RoundState.CLOSED: Mark(RoundState.CLOSED.label, "disc", "ok"),
}
REQUEST_MARKS = {
    RequestState.ASKED: Mark(RequestState.ASKED.label, "waiting", "stale"),
    RequestState.WRITING: Mark(RequestState.WRITING.label, "half", "even"),
    RequestState.SUBMITTED: Mark(RequestState.SUBMITTED.label, "half", "even"),
    RequestState.RETURNED: Mark(RequestState.RETURNED.label, "waiting", "stale"),
    RequestState.ANSWERED: Mark(RequestState.ANSWERED.label, "disc", "ok"),
    RequestState.WITHDRAWN: Mark(RequestState.WITHDRAWN.label, "dash", "unknown"),
}
LATE = Mark(pgettext_lazy("request", "overdue"), "down", "late")


@register.filter
def round_chip(row: Round) -> SafeString:
    return draw_chip(ROUND_MARKS[RoundState(row.state)])


@register.filter
def request_chip(row: Request, on: date) -> SafeString:
    """Overdue is said first, then how far it is."""
    mark = REQUEST_MARKS[RequestState(row.state)]
    if row.state in UNANSWERED and row.due_on < on and not row.round.is_closed:
        return draw_chip(LATE, note=str(mark.word))
    if row.state in UNANSWERED and row.round.is_closed:
        return draw_chip(Mark(pgettext("request", "not answered"), "dash", "unknown"))
    return draw_chip(mark)


@register.filter
def shares_of_departments(total: QuestionTotals) -> str:
    """値14・該当なし10・未回答6: of how many departments sum and average are, and where the others are."""
    parts = (
        (pgettext("departments", "value"), total.values),
        (NOT_APPLICABLE, total.none),
        (_("left empty"), total.empty),
        (pgettext("departments", "missing"), total.missing),
    )
    said = [f"{word} {figure(count)}" for number, (word, count) in enumerate(parts) if count or not number]
    return " · ".join(said)


@register.filter
def numbers(rows: Iterable[SheetRow]) -> str:
    """問1、問3"""
    return "、".join(answer_name(row.number) for row in rows)


@register.filter
def said(question: Question, given: Given | None) -> str:
    return say_given(question, given)
