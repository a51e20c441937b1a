"""The values of indicators that answers bring: recorded with the approval, taken back when it is undone."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kiun.goals.models import Measurement, Series
from kiun.goals.services import Reading, record_measurement, remove_measurement
from kiun.initiatives.models import Question, QuestionKind, Request
from kiun.initiatives.queries.inquiries.sheets import AnswerSheet, SheetRow
from kiun.kernel.changes import json_value
from kiun.municipality.actors import Actor, may, system_actor

# In the provenance of a value: what stood there before, should the approval be undone.
REPLACED = "replaced"
_KEPT = ("value", "note", "evidence_url", "source", "provenance")


def record_values(actor: Actor, request: Request, sheet: AnswerSheet) -> None:
    """With the rights of whoever approves; a value that is there already is corrected with the inquiry as reason."""
    for row in sheet.rows:
        if row.question.kind == QuestionKind.INDICATOR and row.given.is_answered:
            _record_value(actor, request, row)


def _record_value(actor: Actor, request: Request, row: SheetRow) -> None:
    question = row.question
    assert question.as_of is not None  # a question for an indicator has its day
    series = Series.objects.select_related("indicator__department", "indicator__goal__plan").get(
        indicator=question.indicator_id, is_current=True
    )
    said = _("Answer to the inquiry “%(title)s”") % {"title": request.round}
    value = row.given.value
    reading = Reading(
        series=series,
        on=question.as_of,
        value=value if not row.given.is_none and not isinstance(value, str) else None,  # type: ignore[arg-type]
        note=_note(row) or (said if row.given.is_none else None),
        provenance={"inquiry": request.round_id, "request": request.pk, **_replaced(series, question.as_of)},
    )
    record_measurement(actor=actor, reading=reading, reason=said)


def _note(row: SheetRow) -> str:
    """With why an unusual value is right, for those who meet it on the page of the indicator."""
    said = (text for text in (row.given.note, row.given.reason) if text)
    # A workbook has no place for reasons: its remark is often the reason, too.
    return "\n".join({"".join(text.split()): text for text in said}.values())


def _replaced(series: Series, on: date) -> dict[str, Any]:
    stored = Measurement.objects.filter(series=series, on=on).first()
    return {REPLACED: {name: json_value(getattr(stored, name)) for name in _KEPT}} if stored else {}


def take_back_values(actor: Actor, request: Request) -> None:
    """Unless somebody has entered another value since. Who undoes the approval need not have a right to the values:
    then Kiun takes back what it had recorded.
    """
    reason = _("The approval of the answer to the inquiry “%(title)s” was undone") % {"title": request.round}
    for measured in _recorded(request):
        is_allowed = may(actor, "goals.record_measurement", measured.series.indicator)
        by = actor if is_allowed else system_actor(actor.municipality, on=actor.on)
        if REPLACED in measured.provenance:
            record_measurement(actor=by, reading=_before(measured), reason=reason)
        else:
            remove_measurement(actor=by, measurement=measured, reason=reason)


def _recorded(request: Request) -> list[Measurement]:
    asked = Question.objects.filter(round=request.round_id, kind=QuestionKind.INDICATOR).order_by()
    rows = Measurement.objects.filter(
        series__indicator__in=asked.values("indicator"), on__in=asked.values("as_of")
    ).select_related("series__indicator__department", "series__indicator__goal__plan")
    return [row for row in rows if row.provenance.get("request") == request.pk]


def _before(measured: Measurement) -> Reading:
    kept: Mapping[str, Any] = measured.provenance[REPLACED]
    value = None if kept["value"] is None else Decimal(kept["value"])
    return Reading(series=measured.series, on=measured.on, **{**kept, "value": value})
