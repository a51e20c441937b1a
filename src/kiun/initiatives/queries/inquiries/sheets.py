"""The sheet of a department: its questions with what was said last time and what is said now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext

from kiun.goals.models import Measurement
from kiun.initiatives.inquiry_answers import Given, given_in
from kiun.initiatives.models import Answer, Question, QuestionKind, Request, RequestState, Round


@dataclass(frozen=True, kw_only=True)
class Last:
    """`on`: the day of an indicator's value; the last answer has none."""

    given: Given
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    number: int
    question: Question
    given: Given
    last: Last | None = None

    @property
    def is_missing(self) -> bool:
        return not self.given.is_answered and not self.question.is_optional


@dataclass(frozen=True, kw_only=True)
class AnswerSheet:
    request: Request
    rows: tuple[SheetRow, ...]

    @property
    def missing(self) -> list[SheetRow]:
        return [row for row in self.rows if row.is_missing]

    @property
    def has_last_values(self) -> bool:
        return any(row.last for row in self.rows)

    @property
    def given(self) -> dict[int, Given]:
        return {row.question.pk: row.given for row in self.rows}


def as_collated(sheet: AnswerSheet) -> AnswerSheet:
    """For whoever asks: what no head has approved is the department's own matter, and stands open."""
    if sheet.request.is_answered:
        return sheet
    return replace(sheet, rows=tuple(replace(row, given=Given()) for row in sheet.rows))


def answer_name(number: int) -> str:
    """What the answer to a question is called in forms, in the history and in sentences: 問3."""
    return gettext("Q%(number)s") % {"number": number}


def none_name(number: int) -> str:
    return gettext("Q%(number)s not applicable") % {"number": number}


def note_name(number: int) -> str:
    return gettext("Q%(number)s remarks") % {"number": number}


def questions_of(round_: Round) -> list[Question]:
    return list(Question.objects.filter(round=round_).select_related("indicator").order_by("order", "pk"))


def is_asked_of(question: Question, department: int) -> bool:
    """The value of an indicator is asked of the department in charge of it."""
    return question.indicator is None or question.indicator.department_id == department


def sheet_of(request: Request) -> AnswerSheet:
    return next(iter(sheets_of(request.round, [request])))


def sheets_of(round_: Round, requests: Collection[Request]) -> Iterable[AnswerSheet]:
    """The same number of queries for one department as for five hundred."""
    questions = questions_of(round_)
    answers = _answers(requests)
    last = _last_answers(questions, {row.department_id for row in requests})
    measured = _last_measurements(questions)
    return [_sheet(row, questions, answers[row.pk], last[row.department_id], measured) for row in requests]


def _sheet(
    request: Request,
    questions: Sequence[Question],
    answers: Mapping[int, Given],
    last: Mapping[int, Last],
    measured: Mapping[int, Last],
) -> AnswerSheet:
    rows = [
        SheetRow(
            number=number,
            question=question,
            given=answers.get(question.pk, Given()),
            last=last.get(question.earlier_id or 0) or measured.get(question.pk),
        )
        for number, question in enumerate(questions, start=1)
        if is_asked_of(question, request.department_id)
    ]
    return AnswerSheet(request=request, rows=tuple(rows))


def _answers(requests: Collection[Request]) -> dict[int, dict[int, Given]]:
    found: dict[int, dict[int, Given]] = defaultdict(dict)
    for answer in Answer.objects.filter(request__in=requests):
        found[answer.request_id][answer.question_id] = given_in(answer)
    return found


def _last_answers(questions: Sequence[Question], departments: Collection[int]) -> dict[int, dict[int, Last]]:
    """Department → question of the round before → what was said there and approved."""
    found: dict[int, dict[int, Last]] = defaultdict(dict)
    earlier = [question.earlier_id for question in questions if question.earlier_id]
    said = Answer.objects.filter(question__in=earlier, request__state=RequestState.ANSWERED)
    for answer in said.filter(request__department__in=departments).select_related("request"):
        if given_in(answer).is_answered:
            found[answer.request.department_id][answer.question_id] = Last(given=given_in(answer))
    return found


def _last_measurements(questions: Sequence[Question]) -> dict[int, Last]:
    """Question → the newest value of its indicator before the day that is asked about."""
    asked = [question for question in questions if question.kind == QuestionKind.INDICATOR and question.as_of]
    values = Measurement.objects.filter(
        series__indicator__in=[question.indicator_id for question in asked],
        series__is_current=True,
        value__isnull=False,
    )
    known: dict[int, list[Last]] = defaultdict(list)
    for indicator, on, value in values.order_by("on").values_list("series__indicator", "on", "value"):
        known[indicator].append(Last(given=Given(value=value), on=on))
    found = {}
    for question in asked:
        for last in known[question.indicator_id or 0]:
            if last.on and question.as_of and last.on < question.as_of:
                found[question.pk] = last
    return found
