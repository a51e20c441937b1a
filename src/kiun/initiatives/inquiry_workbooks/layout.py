"""Where everything stands on the sheet, and the words around the answers; in the language of the town hall."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kiun.initiatives.inquiry_answers import NOT_APPLICABLE, YES, Limits, Value, say_demand, say_given, say_value
from kiun.initiatives.models import Question, QuestionKind
from kiun.initiatives.queries.inquiries.sheets import AnswerSheet, SheetRow
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.ui.dates import long_date, say_day

NUMBER, QUESTION, DEMAND, LAST, ANSWER, NONE, NOTE = range(1, 8)  # columns
WIDTHS = {NUMBER: 5.0, QUESTION: 46.0, DEMAND: 19.0, LAST: 18.0, ANSWER: 28.0, NONE: 10.0, NOTE: 22.0}
TITLE, ADDRESS, PURPOSE, DEADLINE, HOW, HEADER = 1, 2, 3, 4, 5, 7  # rows
FIRST = HEADER + 1
SENDER_COLUMN = ANSWER


def answer_sheet_name() -> str:
    return _("Answers")


def example_sheet_name() -> str:
    return _("Example of answers")


@dataclass(frozen=True)
class LockedText:
    row: int
    column: int
    text: str


def locked_texts(sheet: AnswerSheet) -> Iterator[LockedText]:
    """All that is printed on the sheet and not to be changed."""
    request, inquiry = sheet.request, sheet.request.round.inquiry
    yield LockedText(TITLE, 1, str(request.round))
    yield LockedText(ADDRESS, 1, _("To: %(department)s") % {"department": request.department})
    yield LockedText(ADDRESS, SENDER_COLUMN, _("From: %(sender)s") % {"sender": _sender(sheet)})
    if inquiry.purpose:
        yield LockedText(PURPOSE, 1, inquiry.purpose)
    yield LockedText(DEADLINE, 1, _("Please answer by %(day)s.") % {"day": long_date(request.due_on)})
    yield LockedText(HOW, 1, _how_to_fill_in())
    for column, text in enumerate(_heads(), start=1):
        yield LockedText(HEADER, column, text)
    for place, row in enumerate(sheet.rows, start=FIRST):
        yield LockedText(place, NUMBER, str(row.number))
        yield LockedText(place, QUESTION, question_text(row.question))
        yield LockedText(place, DEMAND, say_demand(row.question, row.limits))
        yield LockedText(place, LAST, last_text(row))


def _sender(sheet: AnswerSheet) -> str:
    inquiry = sheet.request.round.inquiry
    return " ".join(filter(None, (str(inquiry.department or ""), inquiry.owner.user.name)))


def _how_to_fill_in() -> str:
    return _(
        "Write into the coloured cells only. Where a question does not concern you, choose “not applicable”. Save the "
        "file as it is (.xlsx) and upload it on the page of this inquiry."
    )


def _heads() -> tuple[str, ...]:
    return (
        _("No."),
        _("Question"),
        _("Kind of answer"),
        _("Last time"),
        _("Answer"),
        str(NOT_APPLICABLE),
        _("Remarks"),
    )


def question_text(question: Question) -> str:
    """With what belongs to it: the day that is asked about, the explanation, and whether it may stay empty."""
    parts = [question.text]
    if question.as_of:
        parts[0] += _(" (as of %(day)s)") % {"day": say_day(question.as_of)}
    if question.is_optional:
        parts[0] += _(" (may stay empty)")
    return "\n".join(filter(None, (*parts, question.note)))


def last_text(row: SheetRow) -> str:
    if row.last is None:
        return "―"
    said = say_given(row.question, row.last.given)
    return f"{said}\n（{say_day(row.last.on)}）" if row.last.on else said


def example_text(row: SheetRow, today: date) -> str:
    """What the asker wrote as an example, or one that shows the form of the answer."""
    return row.question.example or say_value(row.question, _example_value(row, today))


def _example_value(row: SheetRow, today: date) -> Value:
    question = row.question
    if question.is_numeric:
        return _example_number(question, row.limits)
    if question.kind == QuestionKind.DAY:
        return today
    if question.kind == QuestionKind.FISCAL_YEAR:
        return Decimal(fiscal_year_of(today).year)
    if question.kind == QuestionKind.YES_NO:
        return YES
    return str(question.choices[0]) if question.choices else None


def _example_number(question: Question, limits: Limits) -> Decimal:
    """Within the limits."""
    usual = Decimal(1_200_000 if question.kind == QuestionKind.MONEY else 120)
    least, most = limits.least, limits.most
    if least is not None and most is not None:
        return (least + most) / 2
    return max(usual, least) if least is not None else min(usual, most) if most is not None else usual
