from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.goals.events import MeasurementsRecorded
from kiun.goals.models import Indicator, Measurement, Series
from kiun.goals.models.indicators import LARGEST, MANUAL_SOURCE
from kiun.goals.services.judging import hold, judge
from kiun.goals.services.reading_rows import write_rows
from kiun.goals.services.reminders import settle_reminders
from kiun.goals.verbs import MEASURED, MEASUREMENT_REMOVED
from kiun.kernel.changes import Change, json_value
from kiun.kernel.errors import DomainError
from kiun.kernel.events import announce
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import CrossTownError

TEXTS = ("note", "evidence_url")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A value as of a day; `value=None` states that it cannot be judged (評価できない). A text that is None stays as it
    is where there is a reading of that day.
    """

    series: Series
    on: date
    value: Decimal | None
    note: str | None = None
    evidence_url: str | None = None
    source: str = MANUAL_SOURCE
    provenance: dict[str, Any] = field(default_factory=dict)


class _Stored(NamedTuple):
    """What a stored reading says: the part of it that a correction could lose."""

    value: Decimal | None
    note: str
    evidence_url: str
    source: str


Before = dict[tuple[int, date], _Stored]


@transaction.atomic
def record_measurement(*, actor: Actor, reading: Reading, reason: str = "") -> Measurement:
    """Enter one reading, or correct the one of that day: another value needs a reason, and the same again changes
    nothing, not even who entered it.
    """
    require(actor, "goals.record_measurement", reading.series.indicator)
    hold([reading.series.indicator_id])
    before = _existing([reading])
    old = before.get((reading.series.pk, reading.on))
    if old and old.value != reading.value and not reason:
        raise DomainError(
            _("There is already a value for this day. To correct it, please write the reason."), field="reason"
        )
    if old != _said(_completed(reading, before)):
        record_readings(actor=actor, readings=[reading], reason=reason)
    return Measurement.objects.get(series=reading.series, on=reading.on)


@transaction.atomic
def record_readings(*, actor: Actor, readings: Sequence[Reading], reason: str = "", only_new: bool = False) -> None:
    """Write many readings at once, all or nothing, with one audit record per series. Doors check the rights first.

    `only_new` refuses to write over a value that somebody has entered since the door looked.
    """
    for reading in readings:
        check_reading(reading.on, reading.value, actor.on)
    _ensure_own(actor, readings)
    hold({reading.series.indicator_id for reading in readings})
    before = _existing(readings)
    if only_new and any((reading.series.pk, reading.on) in before for reading in readings):
        raise DomainError(_("There is a value for this day already. Correct it on the page of the indicator."))
    readings = [_completed(reading, before) for reading in readings]
    write_rows([_row(actor, reading) for reading in readings])
    record(actor, *changes_of_readings(readings, before, reason))
    _after_change(actor, {reading.series.indicator_id for reading in readings})


@transaction.atomic
def remove_measurement(*, actor: Actor, measurement: Measurement, reason: str) -> None:
    indicator = measurement.series.indicator
    require(actor, "goals.record_measurement", indicator)
    if not reason:
        raise DomainError(_("Please write why this value is removed."), field="reason")
    day = measurement.on.isoformat()
    measurement.delete()
    record(
        actor,
        Change(
            object_type=Indicator._meta.label_lower,
            object_id=indicator.pk,
            label=indicator.name,
            verb=MEASUREMENT_REMOVED,
            before={day: _told(measurement)},
            after={day: None},
            reason=reason,
        ),
    )
    _after_change(actor, {indicator.pk})


def check_reading(on: date, value: Decimal | None, today: date) -> None:
    if on > today:
        raise DomainError(_("The day of the reading lies in the future. Please check the date."), field="on")
    if value is not None and (not value.is_finite() or abs(value) >= LARGEST):
        raise DomainError(_("The value is too large. Please check the digits and the unit."), field="value")


def _ensure_own(actor: Actor, readings: Sequence[Reading]) -> None:
    if any(reading.series.municipality_id != actor.municipality.pk for reading in readings):
        raise CrossTownError("A reading of another town")


def _row(actor: Actor, reading: Reading) -> dict[str, Any]:
    return {
        "municipality_id": actor.municipality.pk,
        "series_id": reading.series.pk,
        "on": reading.on,
        "value": reading.value,
        "is_unavailable": reading.value is None,
        "note": reading.note,
        "evidence_url": reading.evidence_url,
        "entered_by_id": actor.membership.pk if actor.membership else None,
        "source": reading.source,
        "provenance": reading.provenance,
    }


def _said(reading: Reading) -> _Stored:
    return _Stored(*(getattr(reading, name) for name in _Stored._fields))


def _existing(readings: Sequence[Reading]) -> Before:
    series = {reading.series.pk for reading in readings}
    rows = Measurement.objects.filter(series__in=series).values_list("series_id", "on", *_Stored._fields)
    return {(series_id, on): _Stored(*said) for series_id, on, *said in rows}


def _completed(reading: Reading, before: Before) -> Reading:
    """With the texts that stay. Why a value could not be had says nothing about the one that came after all."""
    old = before.get((reading.series.pk, reading.on))
    stays = old is not None and (old.value is None) == (reading.value is None)
    texts: dict[str, Any] = {
        name: getattr(old, name) if stays else "" for name in TEXTS if getattr(reading, name) is None
    }
    return replace(reading, **texts) if texts else reading


def _told(row: Reading | Measurement | _Stored, other: Reading | Measurement | _Stored | None = None) -> Any:
    """For the record: the value, or with it what else was said; the source where the `other` has another one."""
    value = json_value(row.value)
    texts = {name: text for name in TEXTS if (text := getattr(row, name))}
    source = {"source": row.source} if other and other.source != row.source else {}
    if not texts and not source:
        return value
    label = " ".join(["－" if value is None else value, *texts.values()])
    return {"label": label, "value": value, **texts, **source}


def changes_of_readings(readings: Sequence[Reading | Measurement], before: Before, reason: str) -> list[Change]:
    """One entry per series: its days with what was said before and after (nothing before: a new reading)."""
    by_series: dict[int, list[Reading | Measurement]] = defaultdict(list)
    for reading in readings:
        by_series[reading.series.pk].append(reading)
    changes = []
    for group in by_series.values():
        there = {r.on: before.get((r.series.pk, r.on)) for r in group}
        indicator = group[0].series.indicator
        changes.append(
            Change(
                object_type=Indicator._meta.label_lower,
                object_id=indicator.pk,
                label=indicator.name,
                verb=MEASURED,
                before={r.on.isoformat(): _told(old, r) for r in group if (old := there[r.on])},
                after={r.on.isoformat(): _told(r, there[r.on]) for r in group},
                reason=reason,
            )
        )
    return changes


def _after_change(actor: Actor, indicator_ids: set[int]) -> None:
    judge(Indicator.objects.filter(pk__in=indicator_ids), today=actor.on)
    settle_reminders(actor=actor, indicators=indicator_ids)
    announce(MeasurementsRecorded(municipality_id=actor.municipality.pk, indicator_ids=tuple(sorted(indicator_ids))))
