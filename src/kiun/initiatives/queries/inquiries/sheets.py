"""The sheet of a department: its questions with what was said last time and what is said now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, override

from kiun.goals.models import Measurement, Series
from kiun.goals.queries import Expectation, expected_of
from kiun.initiatives.inquiry_answers import (
    TOWN_HALL_LANGUAGE,
    Given,
    Limits,
    Value,
    given_in,
    limits_asked,
    say_given,
    say_value,
)
from kiun.initiatives.models import Answer, Question, QuestionKind, Request, RequestState, Round

NOTHING_KNOWN = Expectation()


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
    expected: Expectation = NOTHING_KNOWN

    @property
    def is_missing(self) -> bool:
        return not self.given.is_answered and not self.question.is_optional

    @property
    def limits(self) -> Limits:
        """Those of the unit bind only where the value goes straight into an indicator."""
        asked = limits_asked(self.question)
        if asked != Limits() or self.question.kind != QuestionKind.INDICATOR:
            return asked
        return Limits(least=self.expected.least, most=self.expected.most, by_unit=True)

    def doubts(self, value: Value) -> list[str]:
        """What is unusual about it, beginning with how far it is from the last time."""
        if not self.question.is_numeric or not isinstance(value, Decimal):
            return []
        found = self.expected.doubts(value)
        return [*self._change_to(value), *found] if found else []

    def _change_to(self, value: Decimal) -> list[str]:
        if self.last is None or self.last.given.is_none:
            return []
        last, new = say_given(self.question, self.last.given), say_value(self.question, value)
        return [gettext("It changes from %(last)s last time to %(new)s.") % {"last": last, "new": new}]

    def explained(self, given: Given) -> Given:
        """With what is unusual about it; a reason without that says nothing."""
        doubt = self._doubt_of(given)
        return replace(given, doubt=doubt, reason=given.reason.strip() if doubt else "")

    def with_reason_only(self, given: Given) -> Given:
        """The reason stays until somebody says that it holds for this value, too: then it has its doubt."""
        return replace(self.explained(given), doubt="")

    def leaves_open(self, given: Given) -> bool:
        """Whether nobody has said why the value is right, in answer to what is unusual about it today."""
        doubt = self._doubt_of(given)
        return bool(doubt) and not (given.reason and given.doubt == doubt)

    def _doubt_of(self, given: Given) -> str:
        with override(TOWN_HALL_LANGUAGE):
            return "".join(self.doubts(given.value))

    @property
    def as_of_now(self) -> Given:
        """With what is unusual about it today, which need not be what the reason was written about."""
        return self.explained(self.given)

    @property
    def is_unexplained(self) -> bool:
        return self.leaves_open(self.given)


@dataclass(frozen=True, kw_only=True)
class AnswerSheet:
    request: Request
    rows: tuple[SheetRow, ...]

    @property
    def missing(self) -> list[SheetRow]:
        return [row for row in self.rows if row.is_missing]

    @property
    def unexplained(self) -> list[SheetRow]:
        """Unusual values of which nobody has said why they are right."""
        return [row for row in self.rows if row.is_unexplained]

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.unexplained

    @property
    def unusual(self) -> list[SheetRow]:
        return [row for row in self.rows if row.given.doubt]

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


def reason_name(number: int) -> str:
    return gettext("Q%(number)s reason") % {"number": number}


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
    measured = _measured(questions)
    said = _said_by_all(questions)
    return [_sheet(row, questions, answers[row.pk], last[row.department_id], measured, said) for row in requests]


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """Of the indicator of a question: its newest value before the day that is asked about, and what to expect."""

    last: Last | None
    expected: Expectation


def _sheet(
    request: Request,
    questions: Sequence[Question],
    answers: Mapping[int, Given],
    last: Mapping[int, Last],
    measured: Mapping[int, _Measured],
    said: Mapping[int, Mapping[int, Decimal]],
) -> AnswerSheet:
    rows = [
        _beside_others(
            _row(number, question, answers.get(question.pk, Given()), last.get(question.earlier_id or 0), measured),
            {key: value for key, value in said[question.pk].items() if key != request.pk},
        )
        for number, question in enumerate(questions, start=1)
        if is_asked_of(question, request.department_id)
    ]
    return AnswerSheet(request=request, rows=tuple(rows))


def _beside_others(row: SheetRow, others: Mapping[int, Decimal]) -> SheetRow:
    return replace(row, expected=replace(row.expected, others=tuple(others.values())))


def _row(
    number: int, question: Question, given: Given, said: Last | None, measured: Mapping[int, _Measured]
) -> SheetRow:
    known = measured.get(question.pk)
    last = said or (known.last if known else None)
    expected = with_limits(known.expected if known else _expected_after(question, last), question)
    return SheetRow(number=number, question=question, given=given, last=last, expected=expected)


def _expected_after(question: Question, last: Last | None) -> Expectation:
    before = [last.given.value] if last and isinstance(last.given.value, Decimal) else []
    return Expectation(unit=question.shown_unit, before=before)


def with_limits(expected: Expectation, question: Question) -> Expectation:
    """What the asker allows is no reason to doubt."""
    limits = [limit for limit in (question.least, question.most) if limit is not None]
    return replace(expected, stated=[*expected.stated, *limits])


def _answers(requests: Collection[Request]) -> dict[int, dict[int, Given]]:
    found: dict[int, dict[int, Given]] = defaultdict(dict)
    for answer in Answer.objects.filter(request__in=requests):
        found[answer.request_id][answer.question_id] = given_in(answer)
    return found


def _said_by_all(questions: Sequence[Question]) -> dict[int, dict[int, Decimal]]:
    """Question → request → the number that its head has approved. What is in the making is nobody's measure;
    the value of an indicator has no others.
    """
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    said = Answer.objects.filter(
        question__in=[question.pk for question in questions],
        question__indicator=None,
        request__state=RequestState.ANSWERED,
        number__isnull=False,
    )
    for question, request, number in said.values_list("question", "request", "number"):
        found[question][request] = number or Decimal(0)
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


def _measured(questions: Sequence[Question]) -> dict[int, _Measured]:
    """By question. Two queries, however many indicators are asked about."""
    asked = [question for question in questions if question.kind == QuestionKind.INDICATOR and question.as_of]
    series = {
        row.indicator_id: row
        for row in Series.objects.filter(indicator__in={question.indicator_id for question in asked}, is_current=True)
    }
    known: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    values = Measurement.objects.filter(series__in=series.values(), value__isnull=False).order_by("on")
    for indicator, on, value in values.values_list("series__indicator", "on", "value"):
        known[indicator].append((on, value or Decimal(0)))
    return {
        question.pk: _measured_by(series[question.indicator_id], known[question.indicator_id], question.as_of)
        for question in asked
        if question.indicator_id in series and question.as_of
    }


def _measured_by(series: Series, known: Sequence[tuple[date, Decimal]], on: date) -> _Measured:
    before = [Last(given=Given(value=value), on=day) for day, value in known if day < on]
    return _Measured(last=before[-1] if before else None, expected=expected_of(series, known, on))
