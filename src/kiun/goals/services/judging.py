"""What the readings say, written down for every page: one forecast per indicator, in one batch."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, cast

from django.db import transaction
from django.db.models import Q, QuerySet

from kiun.analysis import forecast
from kiun.goals.cadence import decides, next_reading, period_end
from kiun.goals.models import ForecastRecord, Indicator, IndicatorState, Measurement, Series, Status
from kiun.goals.queries.outlook import forecast_input
from kiun.municipality.actors import Actor

METHOD = "shrunk-drift mixture 1"
RECENT_READINGS = 12
DAYS_OF_A_YEAR = 365
NEVER = date.max
OUTLOOK_STATUS = {
    forecast.Outlook.HIGH: Status.ON_TRACK,
    forecast.Outlook.EVEN: Status.EVEN,
    forecast.Outlook.LOW: Status.LATE,
}


class Reading(NamedTuple):
    """A measurement without its row: a large plan has tens of thousands."""

    on: date
    value: Decimal | None
    is_unavailable: bool


@dataclass(frozen=True)
class Readings:
    """Everything known about one current series; `until` a day, where an earlier one is told of."""

    indicator: Indicator
    series: Series
    measurements: Sequence[Reading]
    until: date | None = None

    @cached_property
    def values(self) -> list[Reading]:
        return [m for m in self.measurements if m.value is not None]

    @cached_property
    def baseline(self) -> Reading | None:
        """What is known until a value of its day or a later one comes. Not one of the readings: the forecast takes it
        from the series.
        """
        on, value = self.series.baseline_on, self.series.baseline
        if on is None or value is None or (self.values and self.values[-1].on >= on):
            return None
        if self.until and on > self.until:
            return None
        return Reading(on, value, is_unavailable=False)

    @property
    def latest(self) -> Reading | None:
        return self.baseline or (self.values[-1] if self.values else None)

    @property
    def previous(self) -> Reading | None:
        before = self.values if self.baseline else self.values[:-1]
        return before[-1] if before else None

    @property
    def is_unavailable(self) -> bool:
        return bool(self.measurements) and self.measurements[-1].is_unavailable

    @property
    def has_final_value(self) -> bool:
        """Whether it is known what came of the deadline."""
        deadline = self.series.deadline
        return deadline is not None and any(decides(m.on, deadline, self.indicator.cadence) for m in self.values)


@transaction.atomic(savepoint=False)
def judge(indicators: QuerySet[Indicator] | Sequence[Indicator], *, today: date, remember: bool = True) -> int:
    """Recompute the state of `indicators`; with `remember`, put today's probabilities on the record."""
    hold([row.pk for row in indicators])
    readings = _gather(indicators)
    outlooks = _outlooks(readings, today)
    states = [_state(r, outlooks.get(r.series.pk), today) for r in readings]
    IndicatorState.objects.bulk_create(
        states,
        update_conflicts=True,
        unique_fields=["indicator"],
        update_fields=[
            field.name
            for field in IndicatorState._meta.concrete_fields
            if field.name not in {"id", "indicator", "municipality"}
        ],
        batch_size=500,
    )
    if remember:
        _remember(readings, outlooks, today)
    _resolve(readings, outlooks, today)
    return len(states)


def states_on(indicators: QuerySet[Indicator] | Sequence[Indicator], day: date) -> dict[int, IndicatorState]:
    """Indicator → what the readings up to `day` say on it, under the definitions of today. Nothing is written."""
    readings = _gather(indicators, until=day)
    outlooks = _outlooks(readings, day)
    return {r.indicator.pk: _state(r, outlooks.get(r.series.pk), day) for r in readings}


def hold(indicators: Collection[int]) -> None:
    """One after the other: whoever wrote at the same moment is seen, and nobody's state is overwritten by an older."""
    rows = Indicator.objects.filter(pk__in=indicators).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def judge_if_a_day_has_passed(actor: Actor) -> int:
    """Time changes outlooks too. Not remembered as forecasts: nothing was learnt."""
    earlier = Indicator.objects.filter(state__computed_on__lt=actor.on, ended_on__isnull=True)
    return judge(earlier, today=actor.on, remember=False)


def _outlooks(readings: Sequence[Readings], today: date) -> dict[int, forecast.Forecast]:
    inputs = {r.series.pk: forecast_input(r.series, r.measurements) for r in readings}
    known = [r.series.pk for r in readings if inputs[r.series.pk] is not None and not r.is_unavailable]
    return dict(zip(known, forecast.forecast_many([s for pk in known if (s := inputs[pk])], now=today), strict=True))


def _gather(indicators: QuerySet[Indicator] | Sequence[Indicator], until: date | None = None) -> list[Readings]:
    rows = list(indicators)
    current = {s.indicator_id: s for s in Series.objects.filter(indicator__in=rows, is_current=True)}
    by_series: dict[int, list[Reading]] = defaultdict(list)
    stored = Measurement.objects.filter(series__in=current.values()).order_by("on")
    if until:
        stored = stored.filter(on__lte=until)
    for series, on, value, is_unavailable in stored.values_list("series_id", "on", "value", "is_unavailable"):
        by_series[series].append(Reading(on, value, is_unavailable))
    return [Readings(row, current[row.pk], by_series[current[row.pk].pk], until) for row in rows if row.pk in current]


def _state(readings: Readings, outlook: forecast.Forecast | None, today: date) -> IndicatorState:
    values = readings.values
    latest, previous = readings.latest, readings.previous
    judgement, why = _judgement(readings, outlook)
    return IndicatorState(
        municipality_id=readings.indicator.municipality_id,
        indicator=readings.indicator,
        judgement=judgement,
        why=why,
        value=latest.value if latest else None,
        value_on=latest.on if latest else None,
        previous_value=previous.value if previous else None,
        previous_on=previous.on if previous else None,
        is_unavailable=readings.is_unavailable,
        readings=len(values),
        recent=[[m.on.isoformat(), float(m.value or 0)] for m in values[-RECENT_READINGS:]],
        stale_after=_stale_after(readings),
        probability=outlook.shown_probability if outlook else None,
        low=outlook.interval.low if outlook and outlook.interval else None,
        high=outlook.interval.high if outlook and outlook.interval else None,
        required_pace=outlook.required_pace.per_year if outlook and outlook.required_pace else None,
        pace=outlook.pace_so_far.per_year if outlook and outlook.pace_so_far else None,
        movement=_movement(readings, today),
        computed_on=today,
    )


def _judgement(readings: Readings, outlook: forecast.Forecast | None) -> tuple[Status, str]:
    if readings.is_unavailable:
        return Status.UNKNOWN, "unavailable"
    if outlook is None:
        return Status.UNKNOWN, "no_target"
    if outlook.outlook in OUTLOOK_STATUS:
        return OUTLOOK_STATUS[outlook.outlook], "reached" if outlook.reached else "forecast"
    if outlook.reached:
        return Status.ON_TRACK, "reached"
    if outlook.reason == forecast.Reason.DEADLINE_PASSED:
        return (Status.LATE, "missed") if readings.has_final_value else (Status.UNKNOWN, "awaiting_final")
    return Status.UNKNOWN, outlook.reason.value if outlook.reason else ""


def _stale_after(readings: Readings) -> date:
    indicator = readings.indicator
    if readings.series.deadline and readings.values and readings.values[-1].on >= readings.series.deadline:
        return NEVER
    return _next_due(readings) + timedelta(days=indicator.grace_days)


def _next_due(readings: Readings) -> date:
    """One cadence after what is known; before anything was entered not before the first period has ended."""
    cadence = readings.indicator.cadence
    known = [one.on for one in (*readings.measurements[-1:], readings.baseline) if one]
    following = [next_reading(max(known), cadence)] if known else []
    if not readings.measurements:
        following.append(period_end(readings.series.started_on, cadence))
    return max(following)


def _movement(readings: Readings, today: date) -> float | None:
    """Share of the way from baseline to target covered in the last year; negative: away from it."""
    series, values = readings.series, readings.values
    if not values or series.target is None or series.baseline is None or series.target == series.baseline:
        return None
    a_year_ago = today - timedelta(days=DAYS_OF_A_YEAR)
    earlier = [m.value for m in values[:-1] if m.on <= a_year_ago and m.value is not None]
    start = earlier[-1] if earlier else series.baseline
    latest = values[-1].value
    return None if latest is None else float((latest - start) / (series.target - series.baseline))


def _remember(readings: Sequence[Readings], outlooks: dict[int, forecast.Forecast], today: date) -> None:
    ForecastRecord.objects.bulk_create(
        [
            ForecastRecord(
                municipality_id=r.indicator.municipality_id,
                series=r.series,
                made_on=today,
                target=cast("Decimal", r.series.target),
                deadline=cast("date", r.series.deadline),
                readings=len(r.values),
                probability=outlook.shown_probability,
                method=METHOD,
            )
            for r in readings
            if (outlook := outlooks.get(r.series.pk)) and outlook.shown_probability is not None
        ],
        update_conflicts=True,
        unique_fields=["series", "made_on"],
        update_fields=["target", "deadline", "readings", "probability", "method"],
        batch_size=500,
    )


def _resolve(readings: Sequence[Readings], outlooks: dict[int, forecast.Forecast], today: date) -> None:
    """Once the deadline has passed and its reading is there, the record learns what came of its forecasts; a later
    correction of that reading corrects the record.
    """
    for reached in (True, False):
        ended = [
            r.series.pk
            for r in readings
            if r.has_final_value
            and (outlook := outlooks.get(r.series.pk))
            and outlook.reason == forecast.Reason.DEADLINE_PASSED
            and outlook.reached is reached
        ]
        if ended:
            ForecastRecord.objects.filter(
                Q(was_reached__isnull=True) | Q(was_reached=not reached), series__in=ended, deadline__lt=today
            ).update(was_reached=reached, resolved_on=today)
