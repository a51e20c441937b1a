"""The course of one indicator: its readings under each definition, the forecast, and the chart of both."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from kiun.analysis.forecast import Forecast
from kiun.goals.models import Indicator, Measurement, Series
from kiun.goals.queries.indicators import IndicatorRow
from kiun.goals.queries.outlook import outlook_of
from kiun.ui import dates
from kiun.ui.charts import ChartSeries, FanPoint, LineChart, TargetLine
from kiun.ui.figures import figure

READINGS_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Course:
    series: tuple[Series, ...]
    outlook: Forecast | None
    chart: LineChart

    @property
    def current(self) -> Series:
        return self.series[-1]

    @property
    def earlier(self) -> tuple[Series, ...]:
        return self.series[:-1]

    @property
    def readings(self) -> list[Measurement]:
        """Newest first."""
        return list(reversed(self.current.measurements.all()))

    @property
    def newest(self) -> list[Measurement]:
        return self.readings[:READINGS_SHOWN]

    @property
    def older(self) -> list[Measurement]:
        return self.readings[READINGS_SHOWN:]


def series_of(indicator: Indicator) -> tuple[Series, ...]:
    """Oldest definition first, each with its readings and who entered them."""
    readings = Prefetch("measurements", Measurement.objects.select_related("entered_by__user").order_by("on"))
    return tuple(Series.objects.filter(indicator=indicator).order_by("number").prefetch_related(readings))


def course_of(row: IndicatorRow, sentence: str, today: date) -> Course:
    """`sentence` says in words what the chart shows."""
    series = series_of(row.indicator)
    outlook = None if row.why == "unavailable" else outlook_of(series[-1], today)
    return Course(series=series, outlook=outlook, chart=_chart(row, series, outlook, sentence))


def _chart(row: IndicatorRow, series: tuple[Series, ...], outlook: Forecast | None, sentence: str) -> LineChart:
    terms = row.terms
    return LineChart(
        id=f"indicator-{row.indicator.pk}",
        title=row.indicator.name,
        unit=terms.unit,
        series=[ChartSeries(name=_name(one), points=_points(one)) for one in series if _points(one)],
        target=TargetLine(
            value=terms.target,
            label=_("Target %(value)s") % {"value": figure(terms.target, terms.unit)},
            on=terms.deadline,
        )
        if terms.target is not None
        else None,
        fan=_fan(outlook, series[-1]),
        summary=sentence,
    )


def _name(series: Series) -> str:
    if series.is_current:
        return _("Actual")
    return _("Earlier definition (from %(day)s)") % {"day": dates.long_date(series.started_on)}


def _points(series: Series) -> list[tuple[date, Decimal | None]]:
    points = {m.on: m.value for m in series.measurements.all()}
    if series.baseline is not None and series.baseline_on is not None:
        points.setdefault(series.baseline_on, series.baseline)
    return sorted(points.items())


def _fan(outlook: Forecast | None, series: Series) -> list[FanPoint]:
    """No finer than the readings are."""
    if outlook is None:
        return []
    digits = max((_digits(m.value) for m in series.measurements.all() if m.value is not None), default=0)
    return [
        FanPoint(on=p.on, low=round(p.low80, digits), middle=round(p.median, digits), high=round(p.high80, digits))
        for p in outlook.fan
    ]


def _digits(value: Decimal) -> int:
    """Places after the point, without idle zeros."""
    return max(0, -int(value.normalize().as_tuple().exponent))
