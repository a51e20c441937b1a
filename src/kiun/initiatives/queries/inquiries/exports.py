"""集計 as files: one row for a department, one for a question, one for a division."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from kiun.initiatives.inquiry_answers import Given, say_given
from kiun.initiatives.models import Question, RequestState
from kiun.initiatives.queries.inquiries.collation import (
    Collation,
    CollationCell,
    CollationLine,
    DivisionTotals,
    QuestionTotals,
)
from kiun.kernel.tabular import OutputColumn, OutputSheet, OutputValue

MISSING, SUBMITTED, NOT_ASKED = "未回答", "承認待ち", "対象外"


def collation_sheets(collation: Collation) -> list[OutputSheet]:
    sheets = [_by_department(collation), _by_question(collation), _by_division(collation)]
    notes, unusual = list(_notes(collation)), list(_unusual(collation))
    if unusual:
        sheets.append(_unusual_sheet(unusual))
    return [*sheets, _notes_sheet(notes)] if notes else sheets


def _by_department(collation: Collation) -> OutputSheet:
    columns = [
        OutputColumn("部"),
        OutputColumn("課", width=20),
        OutputColumn("状態"),
        OutputColumn("締切"),
        OutputColumn("回答日"),
        *(
            OutputColumn(header, width=24 if not question.is_numeric else None)
            for header, question in _heads(collation)
        ),
    ]
    rows = [
        [
            line.division.name,
            line.request.department.name,
            RequestState(line.state).label.__str__(),
            line.request.due_on,
            line.request.answered_on,
            *(_value(cell, line.state) for cell in line.cells),
        ]
        for line in collation.lines
    ]
    return OutputSheet("課ごと", columns, rows, title=str(collation.round))


def _heads(collation: Collation) -> Iterator[tuple[str, Question]]:
    for number, question in enumerate(collation.questions, start=1):
        unit = question.shown_unit
        yield f"問{number} {question.text}" + (f"（{unit}）" if unit else ""), question


def _value(cell: CollationCell, state: str) -> OutputValue:
    if not cell.is_asked:
        return NOT_ASKED
    if state == RequestState.SUBMITTED:
        return SUBMITTED
    if cell.given is None or not cell.given.is_answered:
        return MISSING if cell.is_missing else None
    value = cell.given.value
    if isinstance(value, Decimal) and cell.question.is_numeric:
        return value
    return cell.text


def _by_question(collation: Collation) -> OutputSheet:
    columns = [
        OutputColumn("問い", width=40),
        OutputColumn("単位"),
        *(
            OutputColumn(name)
            for name in ("値のある課", "該当なし", "空欄", "未回答の課", "合計", "平均（課の単純平均）")
        ),
        OutputColumn("選択肢ごとの課の数", width=40),
    ]
    heads = [header for header, _question in _heads(collation)]
    rows = [[head, *_total_row(totals)] for head, totals in zip(heads, collation.totals, strict=True)]
    return OutputSheet("問いごと", columns, rows, title=str(collation.round))


def _total_row(totals: QuestionTotals) -> list[OutputValue]:
    choices = "、".join(f"{choice} {count}" for choice, count in totals.choices)
    counts = [totals.values, totals.none, totals.empty, totals.missing]
    return [totals.question.shown_unit or None, *counts, totals.sum, totals.average, choices or None]


def _by_division(collation: Collation) -> OutputSheet:
    numeric = [at for at, question in enumerate(collation.questions) if question.is_numeric]
    heads = [header for header, _question in _heads(collation)]
    columns = [
        OutputColumn("部", width=20),
        *(OutputColumn(name) for name in ("課の数", "回答した課", "未回答の課")),
        *(OutputColumn(f"{heads[at]} の{'合計' if collation.questions[at].adds_up else '平均'}") for at in numeric),
    ]
    rows = [_division_row(division, numeric) for division in collation.by_division()]
    return OutputSheet("部ごと", columns, rows, title=str(collation.round))


def _division_row(row: DivisionTotals, numeric: Sequence[int]) -> list[OutputValue]:
    counts = [row.counts.all, row.counts.answered, row.counts.missing]
    return [row.division.name, *counts, *(row.totals[at].telling for at in numeric)]


def _notes(collation: Collation) -> Iterator[list[OutputValue]]:
    for line in collation.lines:
        for header, cell in zip((head for head, _question in _heads(collation)), line.cells, strict=True):
            if cell.given and cell.given.note:
                yield [*_names(line), header, say_given(cell.question, Given(value=cell.given.value)), cell.given.note]


def _unusual(collation: Collation) -> Iterator[list[OutputValue]]:
    """Values that somebody was asked about, with why they are right."""
    for line in collation.lines:
        for header, cell in zip((head for head, _question in _heads(collation)), line.cells, strict=True):
            if cell.given and cell.given.doubt:
                yield [*_names(line), header, cell.text, cell.given.doubt, cell.given.reason]


def _unusual_sheet(rows: list[list[OutputValue]]) -> OutputSheet:
    columns = [
        OutputColumn("部"),
        OutputColumn("課", width=20),
        OutputColumn("問い", width=40),
        OutputColumn("回答"),
        OutputColumn("通常と異なる点", width=50),
        OutputColumn("理由", width=50),
    ]
    return OutputSheet("通常と異なる値", columns, rows)


def _names(line: CollationLine) -> list[OutputValue]:
    return [line.division.name, line.request.department.name]


def _notes_sheet(rows: list[list[OutputValue]]) -> OutputSheet:
    columns = [
        OutputColumn("部"),
        OutputColumn("課", width=20),
        OutputColumn("問い", width=40),
        OutputColumn("回答"),
        OutputColumn("備考", width=50),
    ]
    return OutputSheet("備考", columns, rows)
