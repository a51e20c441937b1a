from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Value, When

from kiun.goals.cadence import newest_overdue
from kiun.goals.models import Cadence, Indicator, IndicatorState, Measurement, PlanStatus, Series, Status
from kiun.goals.models.indicators import MANUAL_SOURCE
from kiun.municipality.actors import Actor


def visible_indicators(actor: Actor | None) -> QuerySet[Indicator]:
    """Twin of the rule `goals.see_indicator`; `None` is a visitor without an account. Ended indicators are left out."""
    indicators = Indicator.objects.filter(ended_on__isnull=True, goal__ended_on__isnull=True)
    if actor and actor.is_town_staff:
        return indicators
    return indicators.filter(is_public=True, goal__is_public=True, goal__plan__is_public=True).exclude(
        goal__plan__status=PlanStatus.DRAFT
    )


def recordable_indicators(actor: Actor) -> QuerySet[Indicator]:
    """Twin of the rule `goals.record_measurement`, for indicators that still run."""
    indicators = visible_indicators(actor)
    if actor.is_admin:
        return indicators
    mine = Q(owner__in=actor.owning_ids) | Q(deputy__in=actor.owning_ids)
    for path in actor.headed_paths:
        mine |= Q(department__path__startswith=path)
    return indicators.filter(mine)


def due_indicators(indicators: QuerySet[Indicator], today: date) -> QuerySet[Indicator]:
    """Entered by hand, in a plan that is in force, and the next reading can be asked for."""
    without = Q(pk__in=[])
    for cadence in Cadence.values:
        without |= Q(cadence=cadence) & ~_is_known_after(newest_overdue(today, cadence))
    return indicators.filter(without, goal__plan__status=PlanStatus.CURRENT, source=MANUAL_SOURCE)


def _is_known_after(day: date) -> Q:
    """A later reading, or a later baseline: twin of `last_known_days`."""
    current = Series.objects.filter(indicator=OuterRef("pk"), is_current=True)
    readings = Measurement.objects.filter(series__indicator=OuterRef("pk"), series__is_current=True, on__gt=day)
    return Q(Exists(readings)) | Q(Exists(current.filter(baseline__isnull=False, baseline_on__gt=day)))


def last_known_days(series: Iterable[Series]) -> dict[int, date]:
    """Series → the day of its last reading, with a value or without, or of its baseline when that is later."""
    series = list(series)
    days = {one.pk: one.baseline_on for one in series if one.baseline is not None and one.baseline_on}
    readings = Measurement.objects.filter(series__in=series).order_by().values_list("series")
    for key, on in readings.annotate(last_on=Max("on")):
        days[key] = max(on, days.get(key, on))
    return days


def with_status(indicators: QuerySet[Indicator], today: date) -> QuerySet[Any]:
    """Annotate `status`: what the readings say, unless they are too old to say anything. Twin of `status_of`."""
    return indicators.annotate(
        status=Case(
            When(state__isnull=True, then=Value(Status.UNKNOWN)),
            When(state__stale_after__lt=today, then=Value(Status.STALE)),
            default=F("state__judgement"),
            output_field=CharField(),
        )
    )


def last_judged_on() -> date | None:
    """Judging anew changes pages without anybody having changed the plan: part of every version that caches compare."""
    newest: date | None = IndicatorState.objects.aggregate(newest=Max("computed_on"))["newest"]
    return newest


def status_of(state: IndicatorState | None, today: date) -> str:
    if state is None:
        return Status.UNKNOWN
    return Status.STALE if state.stale_after < today else state.judgement


@dataclass(frozen=True)
class StatusCounts:
    on_track: int = 0
    even: int = 0
    late: int = 0
    stale: int = 0
    unknown: int = 0

    @property
    def waiting(self) -> int:
        """Nobody can say how they stand: not entered in time, or not enough readings."""
        return self.stale + self.unknown

    @property
    def judged(self) -> int:
        return self.on_track + self.even + self.late

    @property
    def total(self) -> int:
        return self.judged + self.waiting

    def __add__(self, other: "StatusCounts") -> "StatusCounts":
        return StatusCounts(*(getattr(self, s.value) + getattr(other, s.value) for s in Status))

    def items(self) -> list[tuple[str, int]]:
        """Each status that occurs, with its count."""
        return [(s.value, count) for s in Status if (count := getattr(self, s.value))]


def status_counts(indicators: QuerySet[Indicator], today: date) -> StatusCounts:
    annotated = with_status(indicators, today)
    return StatusCounts(
        **annotated.aggregate(
            **{status.value: Count("pk", filter=Q(status=status.value), distinct=True) for status in Status}
        )
    )


def status_counts_by(indicators: QuerySet[Indicator], group: str, today: date) -> dict[int | None, StatusCounts]:
    """Counts per value of the foreign key `group`, for instance "goal__policy"; None for rows without one."""
    found: dict[int | None, dict[str, int]] = defaultdict(dict)
    totals = with_status(indicators, today).order_by().values_list(group, "status").annotate(total=Count("pk"))
    for key, status, total in totals:
        found[key][status] = total
    return {key: StatusCounts(**counts) for key, counts in found.items()}


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    """An indicator as a list shows it: the contract, the terms in force, and what the readings say today."""

    indicator: Indicator
    terms: Series
    state: IndicatorState | None
    status: str

    @property
    def value(self) -> Decimal | None:
        return self.state.value if self.state else None

    @property
    def value_on(self) -> date | None:
        return self.state.value_on if self.state else None

    @property
    def is_baseline(self) -> bool:
        return self.state is not None and self.state.is_baseline

    @property
    def points(self) -> list[list[Any]]:
        return self.state.recent if self.state else []

    @property
    def why(self) -> str:
        return self.state.why if self.state else "too_few_points"


def indicator_rows(indicators: QuerySet[Indicator], today: date) -> list[IndicatorRow]:
    """Two queries, however many rows."""
    rows = indicators.select_related("state", "owner__user", "deputy__user", "department", "goal").prefetch_related(
        Prefetch("series", Series.objects.filter(is_current=True), to_attr="current_terms")
    )
    return [row_of(row, row.current_terms[0], today) for row in rows if row.current_terms]


def first_indicator_rows(ordered: QuerySet[Any], number: int, today: date) -> list[IndicatorRow]:
    """The first of many. They are chosen by their keys alone: sorting whole rows with all that belongs to them takes
    PostgreSQL three times as long.
    """
    keys = list(ordered.values_list("pk", flat=True)[:number])
    return indicator_rows(ordered.filter(pk__in=keys), today)


def row_of(indicator: Indicator, terms: Series, today: date) -> IndicatorRow:
    state = getattr(indicator, "state", None)
    return IndicatorRow(indicator=indicator, terms=terms, state=state, status=status_of(state, today))


def counts_of(rows: Iterable[IndicatorRow]) -> StatusCounts:
    seen = [row.status for row in rows]
    return StatusCounts(*(seen.count(s.value) for s in Status))
