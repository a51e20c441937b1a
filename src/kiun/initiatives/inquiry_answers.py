"""What can be answered to a question: read from a form or from a cell, kept, compared, and said to people."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.goals.forms.fields import value_in
from kiun.goals.models.indicators import LARGEST
from kiun.initiatives.models import Answer, Question, QuestionKind
from kiun.kernel.changes import json_value
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import parse_fiscal_year
from kiun.kernel.tabular import UNOBTAINABLE, Cell
from kiun.ui.dates import between_sentences, fiscal_year_label, long_date
from kiun.ui.figures import decimal_places, figure

Value = Decimal | str | date | None

# Workbooks and the history are everybody's: they speak the language of the town hall, not that of one person.
TOWN_HALL_LANGUAGE = "ja"

NOT_APPLICABLE = gettext_lazy("not applicable")
YES, NO = "yes", "no"
YES_NO = {YES: gettext_lazy("yes"), NO: gettext_lazy("no")}
# What officers write for the two, in half-width and lower case.
_YES_WORDS = frozenset({"はい", "yes", "有", "あり", "有り", "○", "◯", "true"})
_NO_WORDS = frozenset({"いいえ", "no", "無", "なし", "無し", "×", "✕", "false"})
_NONE_WORDS = frozenset({"該当なし", "該当無し", "n/a"})
LONGEST = {QuestionKind.SHORT_TEXT: 200, QuestionKind.LONG_TEXT: 4000}
LONGEST_NOTE = LONGEST_REASON = 500
MOST_PLACES = 4


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a person says to one question; nothing at all is a question left open. `doubt`: what is unusual about the
    value, in the language of the town hall; `reason`: why it is right all the same.
    """

    value: Value = None
    is_none: bool = False
    note: str = ""
    doubt: str = ""
    reason: str = ""

    @property
    def is_answered(self) -> bool:
        return self.is_none or self.value is not None

    @property
    def is_blank(self) -> bool:
        return not self.is_answered and not self.note

    def as_json(self) -> dict[str, Any]:
        """What a workbook says: nobody was asked about it yet."""
        return {"value": json_value(self.value), "is_none": self.is_none, "note": self.note}


def given_from_json(question: Question, data: Mapping[str, Any]) -> Given:
    text = data["value"]
    value: Value = None if text is None else _FROM_TEXT.get(question.kind, str)(text)
    return Given(value=value, is_none=data["is_none"], note=data["note"])


def given_in(answer: Answer) -> Given:
    """What is stored: each kind has its column."""
    value: Value = answer.number if answer.number is not None else answer.day or answer.text or None
    return Given(value=value, is_none=answer.is_none, note=answer.note, doubt=answer.doubt, reason=answer.reason)


def columns_of(given: Given) -> dict[str, Any]:
    """Twin of `given_in`: the fields of the row."""
    value = given.value
    return {
        "number": value if isinstance(value, Decimal) else None,
        "day": value if isinstance(value, date) else None,
        "text": value if isinstance(value, str) else "",
        "is_none": given.is_none,
        "note": given.note,
        "doubt": given.doubt,
        "reason": given.reason,
    }


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Between which a number has to lie: as whoever asks has set them, or with `by_unit` as an indicator in % does."""

    least: Decimal | None = None
    most: Decimal | None = None
    by_unit: bool = False


def limits_asked(question: Question) -> Limits:
    return Limits(least=question.least, most=question.most)


def read_given(question: Question, cell: Cell, *, limits: Limits, is_none: bool = False, note: str = "") -> Given:
    """Raises a DomainError that says how to mend what is in the cell."""
    if len(note) > LONGEST_NOTE:
        raise DomainError(
            _("The remark is longer than %(limit)s characters. Shorten it.") % {"limit": LONGEST_NOTE}, field="note"
        )
    if _folded(cell.text) in _NONE_WORDS:
        return Given(is_none=True, note=note)
    value = None if cell.is_blank else _READERS[QuestionKind(question.kind)](question, cell)
    if value == UNSAYABLE:
        return Given(is_none=True, note=note)
    if isinstance(value, Decimal) and question.is_numeric:
        _check_limits(limits, value, question.shown_unit)
    if value is not None and is_none:
        raise DomainError(_("There is an answer, and “not applicable” is chosen too. Keep one of them."))
    return Given(value=value, is_none=is_none, note=note)


def as_written(question: Question, cell: Cell, given: Given) -> str:
    """The cell's own words where the answer is read from them and says less or more: 約10台 for 10台."""
    shows_more = cell.number_format is not None and cell.number_format.literal
    if not given.is_answered or not (isinstance(cell.value, str) or shows_more):
        return ""
    literal = [say_given(question, given), str(given.value)]
    if isinstance(given.value, Decimal):
        literal.append(figure(given.value))
    return "" if _bare(cell.text) in map(_bare, literal) else cell.text


def _bare(text: str) -> str:
    return _folded(text).replace(",", "")


def typed(text: str) -> Cell:
    """What was written into a form, as if it stood in a cell."""
    return Cell("", 1, 1, text)


# A dash in a field for a number: there is none.
UNSAYABLE = ""


def _number(question: Question, cell: Cell) -> Value:
    try:
        quantity = cell.quantity()
    except DomainError as error:
        raise DomainError(
            _("“%(text)s” cannot be read as one number. Write it like %(example)s, or “－” when there is none.")
            % {"text": cell.text[:40], "example": _example(question)}
        ) from error
    if quantity.marker == UNOBTAINABLE:
        return UNSAYABLE
    try:
        value = value_in(quantity, question.shown_unit)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    if value is not None:
        _check_size(question, value)
    return value


def _example(question: Question) -> str:
    """In the unit that is asked for."""
    if question.kind == QuestionKind.MONEY:
        return figure(Decimal(3_000_000), question.shown_unit)
    return figure(Decimal(120) if question.adds_up else Decimal("45.2"), question.shown_unit)


def _check_size(question: Question, value: Decimal) -> None:
    if abs(value) >= LARGEST:
        raise DomainError(_("The value is too large. Please check the digits and the unit."))
    if decimal_places(value) > (0 if question.kind == QuestionKind.MONEY else MOST_PLACES):
        raise DomainError(
            _("Write whole yen.") if question.kind == QuestionKind.MONEY else _("Write at most four decimals.")
        )


def _check_limits(limits: Limits, value: Decimal, unit: str) -> None:
    if limits.least is not None and value < limits.least:
        raise _beyond(limits, _("Write %(limit)s or more.") % {"limit": figure(limits.least, unit)})
    if limits.most is not None and value > limits.most:
        raise _beyond(limits, _("Write %(limit)s or less.") % {"limit": figure(limits.most, unit)})


def _beyond(limits: Limits, sentence: str) -> DomainError:
    if not limits.by_unit:
        return DomainError(sentence)
    way_out = _("If this indicator may go beyond, enter the value on the page of the indicator.")
    return DomainError(f"{sentence}{between_sentences()}{way_out}")


def _day(_question: Question, cell: Cell) -> Value:
    return cell.date()


def _fiscal_year(_question: Question, cell: Cell) -> Value:
    if isinstance(cell.value, date):
        return Decimal(parse_fiscal_year(cell.value).year)
    return Decimal(parse_fiscal_year(cell.text).year)


def _text(question: Question, cell: Cell) -> Value:
    limit = LONGEST[QuestionKind(question.kind)]
    text = cell.text
    if len(text) > limit:
        raise DomainError(
            _("The text has %(length)s characters. Shorten it to %(limit)s.")
            % {"length": figure(len(text)), "limit": figure(limit)}
        )
    return text


def _choice(question: Question, cell: Cell) -> Value:
    wanted = _folded(cell.text)
    for choice in question.choices:
        if _folded(choice) == wanted:
            return str(choice)
    raise DomainError(
        _("“%(text)s” is none of the answers. Choose one of: %(choices)s.")
        % {"text": cell.text[:40], "choices": "、".join(question.choices)}
    )


def _yes_no(_question: Question, cell: Cell) -> Value:
    word = _folded(cell.text)
    if word in _YES_WORDS:
        return YES
    if word in _NO_WORDS:
        return NO
    raise DomainError(_("“%(text)s” is neither yes nor no. Choose one of the two.") % {"text": cell.text[:40]})


_READERS: Mapping[QuestionKind, Callable[[Question, Cell], Value]] = {
    QuestionKind.NUMBER: _number,
    QuestionKind.MONEY: _number,
    QuestionKind.INDICATOR: _number,
    QuestionKind.DAY: _day,
    QuestionKind.FISCAL_YEAR: _fiscal_year,
    QuestionKind.SHORT_TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.CHOICE: _choice,
    QuestionKind.YES_NO: _yes_no,
}
_FROM_TEXT: Mapping[str, Callable[[str], Value]] = {
    QuestionKind.NUMBER: Decimal,
    QuestionKind.MONEY: Decimal,
    QuestionKind.INDICATOR: Decimal,
    QuestionKind.FISCAL_YEAR: Decimal,
    QuestionKind.DAY: date.fromisoformat,
}


def say_value(question: Question, value: Value) -> str:
    if value is None or value == "":
        return ""
    if question.kind == QuestionKind.FISCAL_YEAR and isinstance(value, Decimal):
        return fiscal_year_label(int(value))
    if question.kind == QuestionKind.YES_NO:
        return str(YES_NO[str(value)])
    if isinstance(value, date):
        return long_date(value)
    return figure(value, question.shown_unit) if isinstance(value, Decimal) else value


def say_given(question: Question, given: Given | None) -> str:
    """Nothing said is an empty text."""
    if given is None:
        return ""
    return str(NOT_APPLICABLE) if given.is_none else say_value(question, given.value)


def say_demand(question: Question, limits: Limits | None = None) -> str:
    """What kind of answer is wanted, in a few words for the head of a field: 数値（件）0件以上."""
    words = str(question.get_kind_display())
    if unit := question.shown_unit:
        words = _("%(kind)s (%(unit)s)") % {"kind": words, "unit": unit}
    said = say_limits(question, limits or limits_asked(question))
    return f"{words} {said}" if said else words


def say_limits(question: Question, limits: Limits) -> str:
    least, most = (figure(limit, question.shown_unit) for limit in (limits.least, limits.most))
    if limits.least is not None and limits.most is not None:
        return _("from %(least)s to %(most)s") % {"least": least, "most": most}
    if limits.least is not None:
        return _("%(limit)s or more") % {"limit": least}
    return _("%(limit)s or less") % {"limit": most} if limits.most is not None else ""


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()
