"""What was forecast, and what came of it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.analysis.forecast import Calibration, calibration_table
from kiun.goals.models import ForecastRecord
from kiun.ui.charts import Bar, BarChart

# Fifths: fewer than a hundred forecasts would leave finer bins empty.
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    made: int
    resolved: int
    indicators: int
    calibration: Calibration | None
    first_made: date | None
    next_deadline: date | None

    @property
    def mean_forecast(self) -> float:
        bins = self.calibration.bins if self.calibration else ()
        return sum(b.n * (b.mean_forecast or 0) for b in bins) / max(self.resolved, 1)

    @property
    def chart(self) -> BarChart:
        """How often came true what was said, by what was said."""
        bins = self.calibration.bins if self.calibration else ()
        return BarChart(
            id="calibration",
            title=_("Came true, by what was said"),
            unit="%",
            bars=[
                Bar(
                    label=f"{b.low:.0%}–{b.high:.0%}",
                    value=round(100 * b.observed_rate, 1),
                    note=ngettext("%(n)s forecast", "%(n)s forecasts", b.n) % {"n": b.n},
                )
                for b in bins
                if b.observed_rate is not None
            ],
        )


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
    last = ForecastRecord.objects.filter(was_reached__isnull=False).values("series").annotate(last=Max("pk"))
    rows = ForecastRecord.objects.filter(pk__in=last.values("last")).select_related("series__indicator")
    return list(rows.order_by("-deadline", "-pk"))
