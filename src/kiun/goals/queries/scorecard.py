"""What was forecast, and what came of it."""

from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q

from kiun.analysis.forecast import Calibration, calibration_table
from kiun.goals.models import ForecastRecord

# Fifths: fewer than a hundred forecasts would leave finer bins empty.
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    made: int
    resolved: int
    indicators: int
    calibration: Calibration | None
    first_made: object = None
    next_deadline: object = None


def scorecard() -> Scorecard:
    """A forecast of one series is made anew with every value: each counts, as each was shown."""
    totals = ForecastRecord.objects.aggregate(
        made=Count("pk"),
        resolved=Count("pk", filter=Q(was_reached__isnull=False)),
        indicators=Count("series__indicator", distinct=True, filter=Q(was_reached__isnull=False)),
        first_made=Min("made_on"),
        next_deadline=Min("deadline", filter=Q(was_reached__isnull=True)),
    )
    resolved = ForecastRecord.objects.filter(was_reached__isnull=False)
    pairs = list(resolved.values_list("probability", "was_reached"))
    return Scorecard(
        calibration=calibration_table([p for p, _ in pairs], [bool(o) for _, o in pairs], edges=EDGES)
        if pairs
        else None,
        **totals,
    )


def latest_resolved() -> list[ForecastRecord]:
    """The last word said about each series that has come to its end, newest first."""
    last = ForecastRecord.objects.filter(was_reached__isnull=False).values("series").annotate(pk=Max("pk"))
    rows = ForecastRecord.objects.filter(pk__in=last.values("pk")).select_related("series__indicator")
    return list(rows.order_by("-deadline", "-pk"))
