from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from kiun.goals.models import Indicator, Measurement, PlanStatus, Status
from kiun.municipality.actors import Actor


def visible_indicators(actor: Actor | None) -> QuerySet[Indicator]:
    """Twin of the rule `goals.see_indicator`; `None` is a visitor without an account. Ended indicators are left out."""
    indicators = Indicator.objects.filter(ended_on__isnull=True, goal__ended_on__isnull=True)
    if actor and actor.is_town_staff:
        return indicators
    return indicators.filter(is_public=True, goal__is_public=True, goal__plan__is_public=True).exclude(
        goal__plan__status=PlanStatus.DRAFT
    )


def with_status(indicators: QuerySet[Indicator], today: date) -> QuerySet[Any]:
    """Annotate `status`: what the readings say, unless they are too old to say anything."""
    return indicators.annotate(
        status=Case(
            When(state__isnull=True, then=Value(Status.UNKNOWN)),
            When(state__stale_after__lt=today, then=Value(Status.STALE)),
            default=F("state__judgement"),
            output_field=CharField(),
        )
    )


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
    def total(self) -> int:
        return self.on_track + self.even + self.late + self.stale + self.unknown


def status_counts(indicators: QuerySet[Indicator], today: date) -> StatusCounts:
    annotated = with_status(indicators, today)
    return StatusCounts(
        **annotated.aggregate(
            **{status.value: Count("pk", filter=Q(status=status.value), distinct=True) for status in Status}
        )
    )


def latest_readings(series_ids: Collection[int]) -> QuerySet[Measurement]:
    return Measurement.objects.filter(series__in=series_ids).order_by("series_id", "on")
