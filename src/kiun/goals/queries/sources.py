"""The sources of a town: those that rooms registered, and the programs that the town set up itself."""

from collections.abc import Collection as Keys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Count, Max, Q, QuerySet

from kiun.goals.indicator_sources import (
    FILE_SOURCE,
    PUSHED,
    IndicatorSource,
    SourceReading,
    indicator_sources,
)
from kiun.goals.models import Cadence, Indicator, PushedReading, PushedSource
from kiun.goals.models.indicators import MANUAL_SOURCE
from kiun.goals.queries.indicators import visible_indicators
from kiun.kernel.fiscal_year import Period
from kiun.municipality.actors import Actor
from kiun.municipality.models import ApiToken, Municipality


def source_id(pushed: PushedSource) -> str:
    return f"{PUSHED}{pushed.slug}"


def sources_of_town(registry: Iterable[IndicatorSource] = indicator_sources) -> list[IndicatorSource]:
    """What an indicator of the active town can name, as people choose it."""
    programs = PushedSource.objects.filter(ended_on__isnull=True)
    return [*registry, *map(as_indicator_source, programs)]


def find_source(wanted: str, registry: "Iterable[IndicatorSource]" = indicator_sources) -> IndicatorSource | None:
    if wanted.startswith(PUSHED):
        program = PushedSource.objects.filter(slug=wanted.removeprefix(PUSHED), ended_on__isnull=True).first()
        return as_indicator_source(program) if program else None
    return next((source for source in registry if source.id == wanted), None)


def as_indicator_source(program: PushedSource) -> IndicatorSource:
    return IndicatorSource(
        id=source_id(program),
        label=program.label,
        unit=program.unit,
        cadence=Cadence(program.cadence),
        measure=partial(_last_pushed, program.pk),
    )


def _last_pushed(program: int, _town: Municipality, period: Period) -> SourceReading | None:
    """The period's last value: a program may tell more often than the indicator is taken."""
    reading = (
        PushedReading.objects.filter(source=program, on__range=(period.start, period.end))
        .select_related("key")
        .order_by("-on")
        .first()
    )
    if reading is None:
        return None
    return SourceReading(
        value=reading.value,
        as_of=reading.on,
        note=reading.note,
        provenance={"key": str(reading.key or ""), "pushed_at": reading.pushed_at.isoformat(timespec="seconds")},
    )


def fed_indicators() -> QuerySet[Indicator]:
    """Running indicators of the active town whose values are fetched."""
    running = Indicator.objects.filter(ended_on__isnull=True, goal__ended_on__isnull=True)
    return running.exclude(source__in=(MANUAL_SOURCE, FILE_SOURCE))


@dataclass(frozen=True)
class SourceRow:
    source: IndicatorSource
    indicators: int
    program: PushedSource | None = None
    last_pushed: date | None = None


def source_rows(actor: Actor, registry: Iterable[IndicatorSource] = indicator_sources) -> list[SourceRow]:
    """Every source with how much it carries; a fixed number of queries."""
    by_source = visible_indicators(actor).order_by().values_list("source").annotate(Count("pk"))
    counts = dict(by_source)
    programs = PushedSource.objects.filter(ended_on__isnull=True).annotate(newest=Max("readings__on"))
    rows = [SourceRow(source, counts.get(source.id, 0)) for source in registry]
    rows += [SourceRow(as_indicator_source(p), counts.get(source_id(p), 0), p, p.newest) for p in programs]
    return rows


def failing_indicators(actor: Actor) -> QuerySet[Indicator]:
    return (
        visible_indicators(actor)
        .filter(collection__failing_since__isnull=False)
        .select_related("collection", "owner__user")
        .order_by("collection__failing_since", "pk")
    )


def keys_of(program: PushedSource) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(source=program.slug).select_related("created_by__user")


def names_of_sources(ids: Keys[str]) -> dict[str, str]:
    """What people call the sources with these ids."""
    known = {source.id: str(source.label) for source in indicator_sources}
    slugs = [name.removeprefix(PUSHED) for name in ids if name.startswith(PUSHED)]
    programs = PushedSource.objects.filter(Q(slug__in=slugs))
    known |= {source_id(program): program.label for program in programs}
    return {name: known.get(name, name) for name in ids}
