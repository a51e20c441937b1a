"""The sheet of a department as a web form: one field for each question, with 該当なし and a remark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.goals.forms.measurements import fingerprint
from kiun.initiatives.inquiry_answers import (
    LONGEST_NOTE,
    LONGEST_REASON,
    NOT_APPLICABLE,
    TOWN_HALL_LANGUAGE,
    YES_NO,
    Given,
    Value,
    read_given,
    say_given,
    say_limits,
    typed,
)
from kiun.initiatives.models import QuestionKind
from kiun.initiatives.queries.inquiries import AnswerSheet, SheetRow
from kiun.initiatives.queries.inquiries.differences import Difference, FileDifference
from kiun.initiatives.queries.inquiries.sheets import answer_name, note_name, reason_name
from kiun.kernel.errors import DomainError
from kiun.ui.dates import fiscal_year_label
from kiun.ui.fields import FileField
from kiun.ui.widgets import DateInput

NONE_OF_THEM = "該当なし"  # among radio buttons; read like the word in a cell
MOST_RADIOS = 8


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """`none` is missing where 該当なし stands among the choices, `reason` where the value is not unusual. A reason
    without doubts waits for a value that can be read; `asked` is what it was written about.
    """

    row: SheetRow
    answer: BoundField
    none: BoundField | None
    note: BoundField
    doubts: Sequence[str] = ()
    reason: BoundField | None = None
    asked: str = ""

    @property
    def help(self) -> str:
        """What the asker explains, and between which limits the answer lies."""
        return " ".join(filter(None, (self.row.question.note, say_limits(self.row.question, self.row.limits))))


class AnswersForm(VersionedForm):
    def __init__(self, *args: Any, sheet: AnswerSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self.given: dict[int, Given] = {}
        # Whose reason was written in sight of another value than the one in the field.
        self.unasked: set[int] = set()
        for row in sheet.rows:
            self.fields[_name(row)] = _answer_field(row)
            if not _is_choice(row):
                self.fields[_none(row)] = forms.BooleanField(
                    label=NOT_APPLICABLE, required=False, initial=row.given.is_none
                )
            self.fields[_note(row)] = forms.CharField(
                label=_("Remarks"), required=False, max_length=LONGEST_NOTE, initial=row.given.note
            )
            if row.question.is_numeric:
                self.fields[_reason(row)] = reason_field(row, row.given.reason)
        self.remember_version(sheet.request)

    @property
    def lines(self) -> Iterator[AnswerLine]:
        for row in self.sheet.rows:
            doubts = self._doubts(row)
            yield AnswerLine(
                row=row,
                answer=self[_name(row)],
                none=self[_none(row)] if _none(row) in self.fields else None,
                note=self[_note(row)],
                doubts=doubts,
                reason=self[_reason(row)] if doubts or self._waits(row) else None,
                asked=fingerprint(doubts) or self.data.get(_asked(row), ""),
            )

    def _waits(self, row: SheetRow) -> bool:
        """A reason beside a value that could not be read."""
        return self.is_bound and row.question.pk not in self.given and bool(self.data.get(_reason(row)))

    def _doubts(self, row: SheetRow) -> list[str]:
        """About what is in the field now: what was sent has to be read first."""
        self.is_valid()
        given = self.given.get(row.question.pk, Given()) if self.is_bound else row.given
        return row.doubts(given.value)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self.sheet.rows:
            if _name(row) in cleaned:
                self._read(row, cleaned)
        return cleaned

    def _read(self, row: SheetRow, cleaned: dict[str, Any]) -> None:
        try:
            given = read_given(
                row.question,
                typed(cleaned[_name(row)]),
                limits=row.limits,
                is_none=cleaned.get(_none(row), False),
                note=cleaned.get(_note(row), ""),
            )
        except DomainError as error:
            self.add_error(_note(row) if error.field == "note" else _name(row), error.message)
        else:
            reason = cleaned.get(_reason(row), "")
            self.given[row.question.pk] = replace(given, reason=reason)
            if reason and self.data.get(_asked(row)) != fingerprint(row.doubts(given.value)):
                self.unasked.add(row.question.pk)

    def complains(self) -> bool:
        """For submitting: says at each question what is still needed. Whether there was anything."""
        return any([self._complains_of_missing(), self._complains_of_doubts()])

    def _complains_of_doubts(self) -> bool:
        doubtful = [row for row in self.sheet.rows if self._doubts(row) and not self._is_explained(row)]
        for row in doubtful:
            self.add_error(_reason(row), gettext("Write why the value is right, or correct it."))
        return bool(doubtful)

    def _is_explained(self, row: SheetRow) -> bool:
        key = row.question.pk
        return key not in self.unasked and bool(self.given[key].reason)

    def _complains_of_missing(self) -> bool:
        missing = [
            row
            for row in self.sheet.rows
            if not row.question.is_optional and not self.given.get(row.question.pk, Given()).is_answered
        ]
        for row in missing:
            self.add_error(_name(row), gettext("Answer this question, or choose “not applicable”."))
        return bool(missing)

    def _take_over(self, data: Any, name: str, before: Any, after: Any) -> bool:
        """The history holds words; what only somebody else changed is put into the field in its own form."""
        for row in self.sheet.rows:
            with override(TOWN_HALL_LANGUAGE):
                names = {
                    answer_name(row.number): _name(row),
                    note_name(row.number): _note(row),
                    reason_name(row.number): _reason(row),
                }
                mine = say_given(row.question, self.given.get(row.question.pk))
            if name in names:
                return self._take_one(data, row, names[name], (mine, before, after))
        return True

    def _label_of(self, name: str) -> str:
        """The history calls fields by the numbers of the questions, as people do."""
        return name

    def _take_one(self, data: Any, row: SheetRow, field: str, told: tuple[str, str, str]) -> bool:
        mine, before, after = told
        if field != _name(row):
            mine = self.cleaned_data.get(field, "")
        if mine == after:
            return True
        if mine != before:
            return False
        if field == _name(row):
            _put(data, row)
        else:
            data[field] = after
        return True


def _put(data: Any, row: SheetRow) -> None:
    """What is stored now, as the fields hold it."""
    data[_name(row)] = _as_typed(row)
    data.setlist(_none(row), ["on"] if row.given.is_none and not _is_choice(row) else [])


def _name(row: SheetRow) -> str:
    return f"q{row.question.pk}"


def _none(row: SheetRow) -> str:
    return f"none{row.question.pk}"


def _note(row: SheetRow) -> str:
    return f"note{row.question.pk}"


def _reason(row: SheetRow) -> str:
    return f"reason{row.question.pk}"


def _asked(row: SheetRow) -> str:
    """What the person has been asked about the value, hidden beside the reason."""
    return f"asked{row.question.pk}"


def _is_choice(row: SheetRow) -> bool:
    return row.question.kind in (QuestionKind.CHOICE, QuestionKind.YES_NO)


def _answer_field(row: SheetRow) -> forms.Field:
    kind, label = row.question.kind, row.question.text
    initial = _as_typed(row)
    if _is_choice(row):
        return _choice_field(row, initial)
    widgets: dict[str, forms.Widget] = {
        QuestionKind.LONG_TEXT: forms.Textarea(attrs={"rows": 4}),
        QuestionKind.DAY: DateInput(),
    }
    numeric = {"inputmode": "decimal", "autocomplete": "off"} if row.question.is_numeric else {}
    widget = widgets.get(kind, forms.TextInput(attrs=numeric))
    # Longer than allowed, so that the answer itself says by how much.
    return forms.CharField(label=label, required=False, initial=initial, widget=widget, max_length=20_000)


def _choice_field(row: SheetRow, initial: str) -> forms.ChoiceField:
    listed = row.question.choices if row.question.kind == QuestionKind.CHOICE else YES_NO.items()
    choices: list[tuple[str, Any]] = [one if isinstance(one, tuple) else (one, one) for one in listed]
    choices.append((NONE_OF_THEM, NOT_APPLICABLE))
    few = len(choices) <= MOST_RADIOS
    return forms.ChoiceField(
        label=row.question.text,
        required=False,
        initial=initial,
        choices=choices if few else [("", "—"), *choices],
        widget=forms.RadioSelect if few else forms.Select,
    )


def _as_typed(row: SheetRow) -> str:
    if row.given.is_none:
        return NONE_OF_THEM if _is_choice(row) else ""
    return _text_of(row, row.given.value)


def _text_of(row: SheetRow, value: Value) -> str:
    if isinstance(value, Decimal):
        if row.question.kind == QuestionKind.FISCAL_YEAR:
            return fiscal_year_label(int(value))
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value or ""


def reason_field(row: SheetRow, initial: str) -> forms.CharField:
    label = gettext("Q%(number)s: why the value is right") % {"number": row.number}
    return forms.CharField(label=label, required=False, max_length=LONGEST_REASON, initial=initial)


class ReasonsForm(forms.Form):
    """Why the unusual values of a workbook are right; a remark beside the value may say it already."""

    def __init__(self, *args: Any, difference: FileDifference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.difference = difference
        for one in difference.doubtful:
            self.fields[_reason(one.row)] = reason_field(one.row, one.new.reason or one.new.note)

    @property
    def lines(self) -> Iterator[tuple[Difference, BoundField]]:
        for one in self.difference.doubtful:
            yield one, self[_reason(one.row)]

    @property
    def reasons(self) -> dict[int, str]:
        return {one.row.question.pk: self.cleaned_data[_reason(one.row)] for one in self.difference.doubtful}

    def complains(self) -> bool:
        """For submitting: as on the page."""
        unexplained = [one for one in self.difference.doubtful if not self.cleaned_data.get(_reason(one.row))]
        for one in unexplained:
            self.add_error(_reason(one.row), gettext("Write why the value is right, or correct it."))
        return bool(unexplained)


class UploadForm(forms.Form):
    file = FileField(label=_("The filled-in workbook (.xlsx)"))


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("What should be changed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
