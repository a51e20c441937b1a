"""Fetching what sources can measure: fills the periods that are over, once, and never against a person's word."""

import logging
from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.activity.services import Message, notify
from kiun.goals.cadence import period_of, periods_over
from kiun.goals.indicator_sources import IndicatorSource, SourceReading, indicator_sources
from kiun.goals.models import Collection, Indicator, Measurement, Series
from kiun.goals.queries.source_files import removed_days
from kiun.goals.queries.sources import fed_indicators, find_source
from kiun.goals.services.measurements import Reading, record_readings
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import Period
from kiun.municipality.actors import Actor, record

logger = logging.getLogger(__name__)

# How far back a source is asked for values that are still missing.
PERIODS_ASKED = 60
LONGEST_PROBLEM = 300


@dataclass(frozen=True)
class _Known:
    """What is already there: measurements of the current series, and days whose value a person has removed."""

    series: Series
    measurements: tuple[Measurement, ...]
    removed: frozenset[date]

    def within(self, period: Period) -> list[Measurement]:
        return [row for row in self.measurements if period.start <= row.on <= period.end]


def collect(
    *,
    actor: Actor,
    indicators: QuerySet[Indicator] | None = None,
    days: Several[date] = (),
    registry: Iterable[IndicatorSource] = indicator_sources,
) -> int:
    """Fill the due periods of `indicators` (all that are fed by a source), and tell how many values came.

    `days` have new values at their source: their periods are asked for again, however long ago. What one source does
    wrong is written down at its indicators and told to their owners; the others go on.
    """
    rows = list((fed_indicators() if indicators is None else indicators).select_related("owner__user"))
    known = _known(rows)
    sources = {name: find_source(name, registry) for name in {row.source for row in rows}}
    return sum(_collect_one(actor, row, known[row.pk], sources[row.source], days) for row in rows if row.pk in known)


def _known(indicators: list[Indicator]) -> dict[int, _Known]:
    series = Series.objects.filter(indicator__in=indicators, is_current=True)
    readings: dict[int, list[Measurement]] = defaultdict(list)
    for measurement in Measurement.objects.filter(series__in=series).order_by("on"):
        readings[measurement.series_id].append(measurement)
    removed = removed_days([row.pk for row in indicators])
    return {
        row.indicator_id: _Known(row, tuple(readings[row.pk]), frozenset(removed[row.indicator_id])) for row in series
    }


def _collect_one(
    actor: Actor, indicator: Indicator, known: _Known, source: IndicatorSource | None, days: Several[date]
) -> int:
    readings: list[Reading] = []
    problem = ""
    try:
        with transaction.atomic():
            readings = _fetch(actor, indicator, known, source, days)
            if readings:
                record_readings(actor=actor, readings=readings, reason=_("Taken from the source."))
    except DomainError as error:
        problem, readings = error.message, []
    except Exception as error:  # whatever a source does, the next one has its turn
        logger.exception("The source %s failed for the indicator %s", indicator.source, indicator.pk)
        problem, readings = _("The source failed (%(error)s).") % {"error": type(error).__name__}, []
    _write_down(actor, indicator, problem[:LONGEST_PROBLEM])
    return len(readings)


def _fetch(
    actor: Actor, indicator: Indicator, known: _Known, source: IndicatorSource | None, days: Several[date]
) -> list[Reading]:
    if source is None:
        raise DomainError(_("The source “%(source)s” does not exist any more. Choose another one.") % {
            "source": indicator.source
        })  # fmt: skip
    if source.measure is None:
        return []
    readings = []
    for period in _periods_to_ask(actor.on, indicator, known, days):
        measured = source.measure(actor.municipality, period)
        if measured is not None and _is_news(measured, known.within(period)):
            readings.append(_reading(known.series, source, period, measured))
    return readings


def _periods_to_ask(today: date, indicator: Indicator, known: _Known, days: Several[date]) -> list[Period]:
    """Periods without a value, the newest one in any case (late figures come in), and those with news."""
    since = known.series.started_on
    over = periods_over(since, today, indicator.cadence, PERIODS_ASKED)
    asked = {period for number, period in enumerate(over) if number == 0 or not known.within(period)}
    touched = {period_of(day, indicator.cadence) for day in days}
    asked |= {period for period in touched if since <= period.end < today}
    return sorted(period for period in asked if _is_ours(indicator, known, period))


def _is_ours(indicator: Indicator, known: _Known, period: Period) -> bool:
    """A value that a person entered or removed stands."""
    by_others = any(row.source != indicator.source for row in known.within(period))
    return not by_others and period.end not in known.removed


def _is_news(measured: SourceReading, there: list[Measurement]) -> bool:
    return not there or there[-1].value != measured.value


def _reading(series: Series, source: IndicatorSource, period: Period, measured: SourceReading) -> Reading:
    """Dated at the end of the period: whoever asks again finds the same day."""
    as_of = {"as_of": measured.as_of.isoformat()} if measured.as_of else {}
    return Reading(
        series=series,
        on=period.end,
        value=measured.value,
        note=measured.note,
        source=source.id,
        provenance={"source": str(source.label), "period": period.key, **as_of, **measured.provenance},
    )


@transaction.atomic
def _write_down(actor: Actor, indicator: Indicator, problem: str) -> None:
    """One notice and one entry in the history when it begins to fail, one entry when it works again."""
    state, _is_new = Collection.objects.get_or_create(
        indicator=indicator, defaults={"municipality": indicator.municipality}
    )
    before = snapshot(state, only=["problem"])
    state.problem = problem
    if not problem:
        state.collected_at, state.failing_since = timezone.now(), None
    begins = bool(problem) and state.failing_since is None
    if begins:
        state.failing_since = actor.on
    state.save()
    if before["problem"] != problem:
        record(actor, change_of(state, Verb.CHANGED, before))
    if begins and indicator.owner.is_current(actor.on):
        notify(town=actor.municipality, messages=[_message(actor, indicator, state)])


def _message(actor: Actor, indicator: Indicator, state: Collection) -> Message:
    with override(indicator.owner.user.language):
        subject = _("The values of “%(name)s” cannot be fetched") % {"name": indicator.name}
        body = _("%(problem)s It is tried again by itself; until then you can enter the value by hand.") % {
            "problem": state.problem
        }
    return Message(
        recipient=indicator.owner,
        kind="goals.source_failed",
        subject=subject,
        body=body,
        path=reverse("goals:indicator_source", kwargs={"town": actor.municipality.slug, "pk": indicator.pk}),
        occasion=f"source_failed:{indicator.pk}:{state.failing_since}",
    )
