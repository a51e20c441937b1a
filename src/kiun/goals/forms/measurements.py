from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kiun.goals.cadence import day_to_enter
from kiun.goals.forms.fields import value_in
from kiun.goals.models import Indicator, Measurement, Series
from kiun.goals.queries import IndicatorRow, doubts, last_known_days
from kiun.goals.services import Reading
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import parse_quantity
from kiun.ui.fields import DayField, FileField, QuantityField
from kiun.ui.widgets import DateInput


class MeasurementForm(forms.Form):
    on = DayField(label=_("As of"), required=True, widget=DateInput)
    value = QuantityField(label=_("Value"))
    is_unavailable = forms.BooleanField(
        label=_("It cannot be judged this time"),
        required=False,
        help_text=_("An honest answer too. Write why in the note."),
    )
    note = forms.CharField(
        label=_("Remarks"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    evidence_url = forms.URLField(label=_("Evidence (address)"), required=False, max_length=500, assume_scheme="https")
    reason = forms.CharField(
        label=_("Reason for the correction"),
        required=False,
        max_length=1000,
    )

    def __init__(self, *args: Any, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.series = series

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        quantity = cleaned.get("value")
        if quantity is None or "on" not in cleaned:
            return cleaned
        is_unavailable = cleaned["is_unavailable"] or quantity.marker == "unobtainable"
        try:
            cleaned["value"] = None if is_unavailable else value_in(quantity, self.series.unit)
        except ValidationError as error:
            self.add_error("value", error)
            return cleaned
        if is_unavailable and quantity.value is not None:
            self.add_error("value", _("There is a value, and “cannot be judged” is chosen too. Keep one of them."))
        elif is_unavailable and not cleaned["note"]:
            self.add_error("note", _("Please write why it cannot be judged this time."))
        elif cleaned["value"] is None and not is_unavailable:
            self.add_error("value", _("Enter a value, or choose “It cannot be judged this time”."))
        return cleaned

    @cached_property
    def doubts(self) -> list[str]:
        """Empty once the person has seen the same ones and pressed the button again."""
        found = _doubts_about(self.series, self.cleaned_data["on"], self.cleaned_data["value"])
        return [] if self.data.get("accepted") == fingerprint(found) else found

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.doubts)

    @cached_property
    def present(self) -> Measurement | None:
        """What stands there for the chosen day: another value corrects it, and needs a reason."""
        try:
            on = self.fields["on"].clean(self["on"].value())
        except ValidationError:
            return None
        return Measurement.objects.filter(series=self.series, on=on).first()

    def reading(self) -> Reading:
        """Only a text that the person has seen is emptied; one of a day that was typed by hand stays."""
        chosen = self.cleaned_data
        seen = self.initial if self.initial.get("on") == chosen["on"] else {}
        texts = {name: chosen[name] for name in ("note", "evidence_url") if chosen[name] or name in seen}
        return Reading(series=self.series, on=chosen["on"], value=chosen["value"], **texts)


def fingerprint(found: Sequence[str]) -> str:
    return " ".join(found)


def _doubts_about(series: Series, on: date, value: Any) -> list[str]:
    return [] if value is None else doubts(series, on, value)


class EvidenceForm(forms.Form):
    file = FileField(
        label=_("File"), help_text=_("PDF, Word, Excel (without macros), PowerPoint, CSV, text or a picture.")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


@dataclass
class EntryLine:
    """One indicator in the table of many: what was typed, and what is wrong or doubtful with it."""

    row: IndicatorRow
    on: date | None
    typed: str = ""
    note: str = ""
    error: str = ""
    warnings: list[str] = field(default_factory=list)
    reading: Reading | None = None

    @property
    def indicator(self) -> Indicator:
        return self.row.indicator


class EntryTable:
    """Many values at once, all or nothing. A column copied from a spreadsheet fills the lines in their order."""

    def __init__(self, rows: Sequence[IndicatorRow], today: date, data: QueryDict | None = None) -> None:
        last = last_known_days(row.terms for row in rows)
        self.lines = [
            EntryLine(row=row, on=day_to_enter(last.get(row.terms.pk), today, row.indicator.cadence)) for row in rows
        ]
        self.data = data
        self.paste_error = ""
        self.accepted = ""
        if data is not None:
            self._fill(data)

    def _fill(self, data: QueryDict) -> None:
        self.accepted = data.get("accepted", "")
        for line in self.lines:
            key = line.indicator.pk
            line.typed = data.get(f"value-{key}", "").strip()[:60]
            line.note = data.get(f"note-{key}", "").strip()[:1000]
            line.on = _day(data.get(f"on-{key}", "")) or line.on

    def paste(self) -> None:
        """Put the lines of the pasted column into the table; an empty line leaves its field empty."""
        column = self.data.get("column", "") if self.data is not None else ""
        cells = [line.split("\t")[0].strip() for line in column.rstrip("\r\n").splitlines()]
        if len(cells) > len(self.lines):
            self.paste_error = gettext(
                "There are %(cells)s lines, but only %(rows)s indicators in the table. Nothing was put in."
            ) % {"cells": len(cells), "rows": len(self.lines)}
            return
        for line, cell in zip(self.lines, cells, strict=False):
            line.typed = cell[:60]

    def check(self) -> bool:
        """Whether every typed value can be recorded."""
        for line in self.lines:
            if line.typed:
                line.error = self._check_line(line)
        return not any(line.error for line in self.lines)

    def _check_line(self, line: EntryLine) -> str:
        try:
            quantity = parse_quantity(line.typed)
            value = value_in(quantity, line.row.terms.unit)
        except DomainError as error:
            return error.message
        except ValidationError as error:
            return " ".join(error.messages)
        if line.on is None:
            return gettext("Please choose the day of the value.")
        if value is None and not line.note:
            return gettext("Please write why it cannot be judged this time.")
        line.reading = Reading(series=line.row.terms, on=line.on, value=value, note=line.note)
        line.warnings = _doubts_about(line.row.terms, line.on, value)
        return ""

    @property
    def readings(self) -> list[Reading]:
        return [line.reading for line in self.lines if line.reading]

    @property
    def warnings(self) -> list[str]:
        return [warning for line in self.lines for warning in line.warnings]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.warnings)

    @property
    def is_doubtful(self) -> bool:
        return bool(self.warnings) and self.accepted != self.fingerprint

    def already_recorded(self) -> list[EntryLine]:
        """Lines whose day has got a value meanwhile: that would be a correction, which needs a reason."""
        present = set(
            Measurement.objects.filter(series__in=[r.series for r in self.readings]).values_list("series_id", "on")
        )
        return [line for line in self.lines if line.reading and (line.row.terms.pk, line.on) in present]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
