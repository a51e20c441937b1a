"""集計: departments × questions. Only approved answers count; everything else is said as what it is."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from kiun.goals.queries import FEWEST_OTHERS, Expectation
from kiun.initiatives.inquiry_answers import TOWN_HALL_LANGUAGE, Given, Value, say_given
from kiun.initiatives.models import UNANSWERED, Answer, Question, QuestionKind, Request, RequestState, Round
from kiun.initiatives.queries.inquiries.sheets import is_asked_of, questions_of, with_limits
from kiun.kernel.search import words_of
from kiun.municipality.models import Department
from kiun.ui.figures import decimal_places

LATE, MISSING = "late", "missing"  # besides the states of a request
COUNTED_CHOICES = (QuestionKind.CHOICE, QuestionKind.YES_NO)


@dataclass(frozen=True, kw_only=True)
class CollationFilter:
    """`sort`: "department", "due", "state" or "q12" for the answers to a question; with "-" downwards."""

    words: str = ""
    state: str = ""
    division: int | None = None
    sort: str = ""


@dataclass(frozen=True, kw_only=True)
class CollationCell:
    """`given` is None where nothing has been approved yet."""

    question: Question
    given: Given | None
    is_asked: bool
    is_approved: bool

    @property
    def text(self) -> str:
        return say_given(self.question, self.given)

    @property
    def is_missing(self) -> bool:
        return self._is_open and not (self.is_approved and self.question.is_optional)

    @property
    def is_empty(self) -> bool:
        """Left open on purpose."""
        return self._is_open and self.is_approved and self.question.is_optional

    @property
    def _is_open(self) -> bool:
        return self.is_asked and not (self.given and self.given.is_answered)


@dataclass(frozen=True, kw_only=True)
class CollationLine:
    request: Request
    division: Department
    cells: tuple[CollationCell, ...]
    is_late: bool

    @property
    def state(self) -> str:
        return self.request.state


@dataclass(frozen=True, kw_only=True)
class Counts:
    """`late` are those of the `missing` whose day has passed; `submitted` those that wait for their head."""

    all: int = 0
    answered: int = 0
    submitted: int = 0
    late: int = 0

    @property
    def missing(self) -> int:
        return self.all - self.answered


@dataclass(frozen=True, kw_only=True)
class QuestionTotals:
    """Of the departments that were asked: `values` said something, `none` that it does not concern them, `empty` left
    open what may stay empty, `missing` have yet to answer. Sum and average are those of the `values`.
    """

    question: Question
    values: int
    none: int
    empty: int
    missing: int
    sum: Decimal | None = None
    average: Decimal | None = None
    choices: tuple[tuple[str, int], ...] = ()

    @property
    def answered(self) -> int:
        return self.values + self.none

    @property
    def telling(self) -> Decimal | None:
        """The sum, or the average of what cannot be added."""
        return self.sum if self.question.adds_up else self.average


@dataclass(frozen=True, kw_only=True)
class DivisionTotals:
    division: Department
    counts: Counts
    totals: tuple[QuestionTotals, ...]


@dataclass(frozen=True, kw_only=True)
class Collation:
    """`counts` are of the whole round, `totals` of the `lines` that were asked for."""

    round: Round
    questions: Sequence[Question]
    counts: Counts
    lines: Sequence[CollationLine]
    divisions: Sequence[Department]
    totals: Sequence[QuestionTotals] = field(default_factory=tuple)

    def by_division(self) -> list[DivisionTotals]:
        lines: dict[int, list[CollationLine]] = defaultdict(list)
        for line in self.lines:
            lines[line.division.pk].append(line)
        return [
            DivisionTotals(
                division=division,
                counts=_counts(lines[division.pk]),
                totals=tuple(_totals(self.questions, lines[division.pk])),
            )
            for division in self.divisions
            if lines[division.pk]
        ]


def collate(round_: Round, on: date, wanted: CollationFilter | None = None) -> Collation:
    """Three queries, however many departments and questions."""
    wanted = wanted or CollationFilter()
    questions = questions_of(round_)
    lines = _lines(round_, questions, on)
    shown = sorted_lines([line for line in lines if _fits(line, wanted)], wanted.sort)
    divisions = {line.division.pk: line.division for line in lines}
    return Collation(
        round=round_,
        questions=questions,
        counts=_counts(lines),
        lines=shown,
        divisions=list(divisions.values()),
        totals=_totals(questions, shown),
    )


def counts_of_rounds(rounds: Iterable[Round], on: date) -> dict[int, Counts]:
    """For a list of rounds: one query for all of them."""
    states: dict[int, Counter[str]] = defaultdict(Counter)
    rows = Request.objects.filter(round__in=rounds).exclude(state=RequestState.WITHDRAWN)
    for round_id, state, due_on in rows.order_by().values_list("round", "state", "due_on"):
        states[round_id][state] += 1
        states[round_id][LATE] += state in UNANSWERED and due_on < on
    return {
        key: Counts(
            all=sum(found.values()) - found[LATE],
            answered=found[RequestState.ANSWERED],
            submitted=found[RequestState.SUBMITTED],
            late=found[LATE],
        )
        for key, found in states.items()
    }


def _lines(round_: Round, questions: Sequence[Question], on: date) -> list[CollationLine]:
    rows = Request.objects.filter(round=round_).exclude(state=RequestState.WITHDRAWN).select_related("department")
    requests = list(rows)
    for row in requests:
        row.round = round_  # known already: whoever shows a line asks it nothing more
    answers = _approved_answers(round_)
    _mark_sizes(questions, answers)
    said = {key for given in answers.values() for key, one in given.items() if one.is_answered}
    tops = Department.objects.in_bulk({row.department.ancestor_ids[0] for row in requests})
    lines = [
        CollationLine(
            request=row,
            division=tops[row.department.ancestor_ids[0]],
            cells=tuple(_cell(question, row, answers.get(row.pk, {}), said) for question in questions),
            is_late=row.state in UNANSWERED and row.due_on < on,
        )
        for row in requests
    ]
    return sorted(lines, key=_place)


def _place(line: CollationLine) -> tuple[int, int]:
    """In the order of the tree, and so division by division."""
    return (line.request.department.place, line.request.department_id)


def _cell(question: Question, request: Request, answers: Mapping[int, Given], said: Collection[int]) -> CollationCell:
    """An indicator that another department has taken over meanwhile was asked of the one that has answered (`said`)."""
    given = answers.get(question.pk)
    is_open = question.indicator is None or question.pk not in said
    return CollationCell(
        question=question,
        given=given,
        is_asked=bool(given and given.is_answered) or (is_open and is_asked_of(question, request.department_id)),
        is_approved=request.is_answered,
    )


def _approved_answers(round_: Round) -> dict[int, dict[int, Given]]:
    found: dict[int, dict[int, Given]] = defaultdict(dict)
    rows = Answer.objects.filter(request__round=round_, request__state=RequestState.ANSWERED).order_by()
    fields = ("request", "question", "number", "day", "text", "is_none", "note", "doubt", "reason")
    for request, question, number, day, text, *more in rows.values_list(*fields):
        value: Value = number if number is not None else day or text or None
        is_none, note, doubt, reason = more
        found[request][question] = Given(value=value, is_none=is_none, note=note, doubt=doubt, reason=reason)
    return found


def _mark_sizes(questions: Sequence[Question], answers: Mapping[int, dict[int, Given]]) -> None:
    """Whoever answered first was held against nobody. A question that was asked before has its own last values."""
    with override(TOWN_HALL_LANGUAGE):
        for question in questions:
            if question.is_numeric and question.earlier_id is None and question.indicator_id is None:
                _mark_size(question, [given for given in answers.values() if question.pk in given])


def _mark_size(question: Question, answers: Sequence[dict[int, Given]]) -> None:
    numbers = [value for given in answers if isinstance(value := given[question.pk].value, Decimal)]
    # Each is one of them: without it, there have to be enough others.
    others = numbers if len(numbers) > FEWEST_OTHERS else ()
    expected = with_limits(Expectation(unit=question.shown_unit, others=others), question)
    for given in answers:
        one = given[question.pk]
        if isinstance(one.value, Decimal) and not one.doubt:
            given[question.pk] = replace(one, doubt=expected.doubt_of_size(one.value))


def _counts(lines: Sequence[CollationLine]) -> Counts:
    states = Counter(line.state for line in lines)
    return Counts(
        all=len(lines),
        answered=states[RequestState.ANSWERED],
        submitted=states[RequestState.SUBMITTED],
        late=sum(line.is_late for line in lines),
    )


def _totals(questions: Sequence[Question], lines: Sequence[CollationLine]) -> list[QuestionTotals]:
    return [_total(question, [line.cells[at] for line in lines]) for at, question in enumerate(questions)]


def _total(question: Question, cells: Sequence[CollationCell]) -> QuestionTotals:
    given = [cell.given for cell in cells if cell.given and cell.given.is_answered]
    numbers = [one.value for one in given if isinstance(one.value, Decimal)] if question.is_numeric else []
    total = sum(numbers, Decimal(0))
    return QuestionTotals(
        question=question,
        values=sum(one.value is not None for one in given),
        none=sum(one.is_none for one in given),
        empty=sum(cell.is_empty for cell in cells),
        missing=sum(cell.is_missing for cell in cells),
        sum=total if numbers and question.adds_up else None,
        average=_average(question, total, numbers),
        choices=_counted(question, given),
    )


def _average(question: Question, total: Decimal, numbers: Sequence[Decimal]) -> Decimal | None:
    """Each department counts once. Rounded to one place more than the finest of the values."""
    if not numbers:
        return None
    places = 0 if question.kind == QuestionKind.MONEY else max(map(decimal_places, numbers)) + 1
    return round(total / len(numbers), places)


def _counted(question: Question, given: Sequence[Given]) -> tuple[tuple[str, int], ...]:
    if question.kind not in COUNTED_CHOICES:
        return ()
    counted = Counter(str(one.value) for one in given if one.value is not None)
    every = question.choices if question.kind == QuestionKind.CHOICE else ["yes", "no"]
    return tuple((say_given(question, Given(value=choice)), counted[choice]) for choice in every)


def _fits(line: CollationLine, wanted: CollationFilter) -> bool:
    if wanted.division and line.division.pk != wanted.division:
        return False
    if wanted.state == LATE and not line.is_late:
        return False
    if wanted.state == MISSING and line.state == RequestState.ANSWERED:
        return False
    if wanted.state and wanted.state not in (LATE, MISSING, line.state):
        return False
    name = line.request.department.name
    return all(word in name for word in words_of(wanted.words))


def sorted_lines(lines: list[CollationLine], sort: str) -> list[CollationLine]:
    """Unanswered ones come last, in whichever direction; the order of the tree decides between equals."""
    field_name = sort.removeprefix("-")
    keyed = [(_sort_key(line, field_name), line) for line in lines]
    known = [pair for pair in keyed if pair[0]]
    unknown = [line for key, line in keyed if not key]
    known.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [line for _key, line in known] + unknown


def _sort_key(line: CollationLine, name: str) -> tuple[Any, ...]:
    """Empty where there is nothing to sort by."""
    if name == "due":
        return (line.request.due_on,)
    if name == "state":
        return (RequestState.values.index(line.state),)
    for cell in line.cells:
        if name == cell.question.sort_key:
            return () if cell.given is None or cell.given.value is None else (cell.given.value,)
    return _place(line)
