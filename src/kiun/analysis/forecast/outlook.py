"""From series and targets to forecasts, many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from kiun.analysis.forecast.mixture import MODELS, Mixture, fit, weigh
from kiun.analysis.forecast.record import MINIMUM_POINTS, Record
from kiun.analysis.forecast.scales import TRANSFORMS, Floats, Transform
from kiun.analysis.forecast.terms import (
    DAYS_PER_YEAR,
    DriftPrior,
    FanPoint,
    Forecast,
    Interval,
    Observation,
    Outlook,
    Reason,
    Scale,
    Series,
    Target,
)

__all__ = ["MINIMUM_POINTS", "drift_prior", "forecast", "forecast_many"]

Flags = NDArray[np.bool_]

_FAN_STEPS = 12
_FAN_QUANTILES = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
_COVERAGE = 0.8
_FEWEST_SIMILAR = 3


def forecast(
    observations: Iterable[Observation],
    target: Target,
    *,
    scale: Scale = Scale.PLAIN,
    cumulative: bool = False,
    prior: DriftPrior | None = None,
    now: date,
) -> Forecast:
    """The outlook of one indicator as seen on `now`; see `Forecast` for units and for what is empty when.

    Observations come in any order and rhythm; those without a value are passed over. A `cumulative` series (累計) never
    falls, in the forecast either.
    """
    series = Series(observations=tuple(observations), target=target, scale=scale, cumulative=cumulative, prior=prior)
    return forecast_many([series], now=now)[0]


def forecast_many(many: Iterable[Series], *, now: date) -> tuple[Forecast, ...]:
    """`forecast` for each series, in their order; thousands at once cost far less than one by one."""
    records = [Record.of(series) for series in many]
    forecasts: dict[int, Forecast] = {}
    equally_long: dict[int, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        reason = record.reason_against(now)
        if reason is None:
            equally_long[len(record.days)].append(place)
        else:
            forecasts[place] = _without_outlook(record, reason, now)
    for places in equally_long.values():
        seen = _foresee([records[place] for place in places], now)
        forecasts.update(zip(places, seen, strict=True))
    return tuple(forecasts[place] for place in range(len(records)))


def drift_prior(similar: Iterable[Series]) -> DriftPrior | None:
    """The drift of similar indicators of the same unit and scale, for `Series.prior`; None when fewer than 3 tell one.

    Raises ValueError when the scales that fit the series differ.
    """
    records = [record for record in map(Record.of, similar) if len(record.days) >= MINIMUM_POINTS]
    if len({record.scale for record in records}) > 1:
        raise ValueError("similar series must share one scale")
    drifts = [_drift_per_year(record) for record in records]
    if len(drifts) < _FEWEST_SIMILAR or min(drifts) == max(drifts):
        return None
    return DriftPrior(float(np.mean(drifts)), float(np.std(drifts, ddof=1)))


def _drift_per_year(record: Record) -> float:
    first, last = TRANSFORMS[record.scale].forward(record.values[[0, -1]])
    return float(last - first) / float(record.years_since_first()[-1])


def _without_outlook(record: Record, reason: Reason, now: date) -> Forecast:
    return Forecast(
        outlook=Outlook.UNKNOWN,
        reason=reason,
        n_points=len(record.days),
        scale=record.scale,
        reached=record.reached,
        required_pace=record.required_pace(now),
        pace_so_far=record.pace_so_far,
    )


@dataclass(frozen=True)
class _Standardised:
    """Times end at 0 in mean steps; levels end at 0 in root mean square steps.

    Levels are first divided by `peak`, their largest size, so that no difference overflows. `prior` is the mean and sd
    of the drift in these units, the sd NaN where nothing similar is known.
    """

    transform: Transform
    times: Floats
    levels: Floats
    target: float
    last: float
    peak: float
    level_unit: float
    steps_per_year: float
    prior: tuple[float, float]

    @classmethod
    def of(cls, record: Record) -> "_Standardised":
        transform = TRANSFORMS[record.scale]
        raw = transform.forward(record.values)
        peak = float(np.abs(raw).max())
        years = record.years_since_first()
        steps_per_year = (len(years) - 1) / float(years[-1])
        times = (years - years[-1]) * steps_per_year
        relative = raw / peak
        rise = np.diff(relative)
        unit = float(np.sqrt(np.mean(rise**2 / np.diff(times))))
        with np.errstate(over="ignore"):
            target = float((transform.forward(np.array(record.target)) / peak - relative[-1]) / unit)
        levels = (relative - relative[-1]) / unit
        given = record.series.prior
        drift_unit = unit * peak * steps_per_year
        prior = (given.mean / drift_unit, given.sd / drift_unit) if given else (0.0, np.nan)
        return cls(transform, times, levels, target, float(relative[-1]), peak, unit, steps_per_year, prior)

    def to_unit(self, levels: Floats) -> Floats:
        with np.errstate(over="ignore"):
            return self.transform.to_unit((self.last + levels * self.level_unit) * self.peak)


def _foresee(records: Sequence[Record], now: date) -> list[Forecast]:
    """Forecasts of series that have equally many observations."""
    standard = [_Standardised.of(record) for record in records]
    times = np.stack([one.times for one in standard])
    levels = np.stack([one.levels for one in standard])
    cumulative = np.array([record.series.cumulative for record in records])
    prior_mean, prior_sd = np.array([one.prior for one in standard]).T
    models = fit(times, levels, prior_mean, prior_sd)
    weights = weigh(models, times, levels, _usable(cumulative, ~np.isnan(prior_sd)))
    floor = np.where(cumulative, 0.0, -np.inf)

    fan_days = _fan_days(records)
    days_per_step = np.array([[DAYS_PER_YEAR / one.steps_per_year] for one in standard])
    mixture = Mixture.at(models, weights, fan_days / days_per_step, floor)
    fans = mixture.quantiles(_FAN_QUANTILES)
    fans[cumulative] = np.maximum.accumulate(fans[cumulative], axis=1)
    at_deadline = Mixture.at(models, weights, fan_days[:, -1:] / days_per_step, floor)
    under_target = at_deadline.cdf(np.array([[one.target] for one in standard]))[:, 0]
    return [
        _with_outlook(record, now, float(1 - under if record.rising else under), days, one.to_unit(fan))
        for record, one, under, days, fan in zip(records, standard, under_target, fan_days, fans, strict=True)
    ]


def _usable(cumulative: Flags, with_prior: Flags) -> Flags:
    """Models × series. A running total is a walk by its nature, and its drift does not shrink towards nothing."""
    total = {"walk with drift": np.ones_like(cumulative), "walk with shrunk drift": with_prior}
    never = np.zeros_like(cumulative)
    return np.stack([~cumulative | total.get(model, never) for model in MODELS])


def _fan_days(records: Sequence[Record]) -> Floats:
    """Days after the last observation, m × 12, evenly spread and ending at the deadline."""
    left = np.array([[(record.series.target.by - record.days[-1]).days] for record in records])
    return np.ceil(left * np.arange(1, _FAN_STEPS + 1) / _FAN_STEPS)


def _with_outlook(record: Record, now: date, probability: float, days: Floats, fan: Floats) -> Forecast:
    low80, median, high80 = (float(fan[-1, column]) for column in (0, 2, 4))
    return Forecast(
        outlook=Outlook.of(probability),
        reason=None,
        n_points=len(record.days),
        scale=record.scale,
        reached=record.reached,
        required_pace=record.required_pace(now),
        pace_so_far=record.pace_so_far,
        probability=probability,
        median=median,
        interval=Interval(low80, high80, _COVERAGE),
        fan=_fan(record, days, fan),
    )


def _fan(record: Record, days: Floats, fan: Floats) -> tuple[FanPoint, ...]:
    """Opens at the last observation; a deadline within 12 days has fewer points."""
    last_day, last = record.days[-1], float(record.values[-1])
    points = {last_day: FanPoint(last_day, last, last, last, last, last)}
    for after, (low80, low50, median, high50, high80) in zip(days.tolist(), fan.tolist(), strict=True):
        on = last_day + timedelta(days=int(after))
        points[on] = FanPoint(on, median, low50, high50, low80, high80)
    return tuple(points.values())
