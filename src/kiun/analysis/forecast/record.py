"""What the observations say by themselves, before any forecast: the days, whether the target is met, the paces."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from statistics import fmean

import numpy as np

from kiun.analysis.forecast.scales import Floats, usable_scale
from kiun.analysis.forecast.terms import DAYS_PER_YEAR, Direction, Pace, Reason, Scale, Series

MINIMUM_POINTS = 4


@dataclass(frozen=True)
class Record:
    """The usable observations of one series in order of their days, one value a day."""

    series: Series
    days: tuple[date, ...]
    values: Floats

    @classmethod
    def of(cls, series: Series) -> "Record":
        by_day: dict[date, list[float]] = defaultdict(list)
        for observation in series.observations:
            if observation.value is not None:
                by_day[observation.on].append(float(observation.value))
        days = tuple(sorted(by_day))
        return cls(series, days, np.array([_mean(by_day[day]) for day in days], dtype=np.float64))

    @property
    def target(self) -> float:
        return float(self.series.target.value)

    @property
    def scale(self) -> Scale:
        if not self.days:
            return self.series.scale
        return usable_scale(self.series.scale, self.values, self.target, cumulative=self.series.cumulative)

    @property
    def rising(self) -> bool:
        """Whether the target is met from above it. REACH rises unless the series first left the target upwards."""
        direction = self.series.target.direction
        if direction is not Direction.REACH:
            return direction is Direction.INCREASE
        apart = self.values[self.values != self.target]
        return not apart.size or bool(apart[0] < self.target)

    @property
    def reached(self) -> bool | None:
        up_to_deadline = sum(day <= self.series.target.by for day in self.days)
        if not up_to_deadline:
            return None
        value = float(self.values[up_to_deadline - 1])
        return value >= self.target if self.rising else value <= self.target

    @property
    def years_left(self) -> float:
        return _years(self.days[-1], self.series.target.by)

    @property
    def pace_so_far(self) -> Pace | None:
        if len(self.days) < 2:  # noqa: PLR2004
            return None
        return _pace(float(self.values[0]), float(self.values[-1]), _years(self.days[0], self.days[-1]))

    def required_pace(self, now: date) -> Pace | None:
        if not self.days or self.is_over(now):
            return None
        return Pace(0.0) if self.reached else _pace(float(self.values[-1]), self.target, self.years_left)

    def is_over(self, now: date) -> bool:
        """The deadline has passed, or was observed already."""
        by = self.series.target.by
        return by < now or (bool(self.days) and by <= self.days[-1])

    def reason_against(self, now: date) -> Reason | None:
        if self.is_over(now):
            return Reason.DEADLINE_PASSED
        if len(self.days) < MINIMUM_POINTS:
            return Reason.TOO_FEW_POINTS
        if (self.values == self.values[0]).all():
            return Reason.CONSTANT_SERIES
        if self.series.cumulative and (self.values[1:] < self.values[:-1]).any():
            return Reason.CUMULATIVE_FELL
        return None

    def years_since_first(self) -> Floats:
        return np.array([_years(self.days[0], day) for day in self.days])


def _mean(values: list[float]) -> float:
    return values[0] if len(values) == 1 else fmean(value / len(values) for value in values) * len(values)


def _years(start: date, end: date) -> float:
    return (end - start).days / DAYS_PER_YEAR


def _pace(start: float, end: float, years: float) -> Pace:
    return Pace(end / years - start / years)
