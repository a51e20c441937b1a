"""What the forecast is told about a series."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from kiun.analysis import forecast
from kiun.goals.models import Series

PERCENT_UNITS = {"%", "％", "パーセント"}
COUNT_UNITS = {
    "件",
    "人",
    "回",
    "枚",
    "万枚",
    "台",
    "か所",
    "箇所",
    "団体",
    "事業",
    "業務",
    "手続",
    "時間",
    "分",
    "円",
    "千円",
    "万円",
}


class Reading(Protocol):
    """A measurement, or what a forecast needs of it."""

    @property
    def on(self) -> date: ...
    @property
    def value(self) -> Decimal | None: ...


def scale_of(series: Series) -> forecast.Scale:
    if series.unit in PERCENT_UNITS:
        return forecast.Scale.PERCENTAGE
    return forecast.Scale.COUNT if series.unit in COUNT_UNITS else forecast.Scale.PLAIN


def observations_of(series: Series, measurements: Iterable[Reading]) -> tuple[forecast.Observation, ...]:
    """The readings, led by the baseline when it has a date of its own. "As of 1 April" counts for a deadline of
    31 March.
    """
    points = {m.on: m.value for m in measurements if m.value is not None}
    if series.deadline and series.deadline not in points:
        the_next_day = series.deadline + timedelta(days=1)
        if the_next_day in points:
            points[series.deadline] = points.pop(the_next_day)
    if series.baseline is not None and series.baseline_on is not None:
        points.setdefault(series.baseline_on, series.baseline)
    return tuple(forecast.Observation(on, float(points[on])) for on in sorted(points))


def forecast_input(series: Series, measurements: Iterable[Reading]) -> forecast.Series | None:
    """None while there is nothing to reach: no target or no deadline."""
    if series.target is None or series.deadline is None:
        return None
    return forecast.Series(
        observations=observations_of(series, measurements),
        target=forecast.Target(float(series.target), series.deadline, forecast.Direction(series.direction)),
        scale=scale_of(series),
        cumulative=series.is_cumulative,
    )


def outlook_of(series: Series, today: date) -> forecast.Forecast | None:
    asked = forecast_input(series, series.measurements.all())
    return forecast.forecast_many([asked], now=today)[0] if asked else None
