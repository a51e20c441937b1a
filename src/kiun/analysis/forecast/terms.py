"""The words of a forecast: what goes in, what comes out, and the thresholds behind 低い・五分五分・高い."""

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DAYS_PER_YEAR = 365.25

UNLIKELY_BELOW = 1 / 3
LIKELY_FROM = 2 / 3
SHOWN_LEAST, SHOWN_MOST = 0.1, 0.9


class Direction(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    REACH = "reach"
    """Come from wherever the series started to the target: an increase from below, a decrease from above."""


class Scale(StrEnum):
    """How changes of the indicator add up."""

    PLAIN = "plain"
    PERCENTAGE = "percentage"
    """A share of 0–100: forecast on the logit, so that it saturates at both ends."""
    COUNT = "count"
    """A number of things, or an amount: forecast on the logarithm, so that it grows in proportion and stays above 0."""


class Outlook(StrEnum):
    """The word a person sees.

    Thirds of the probability, as the IPCC words them ("unlikely", "about as likely as not", "likely"; Mastrandrea et
    al. 2010, Guidance Note on Consistent Treatment of Uncertainties): LOW below 1/3, HIGH from 2/3.
    """

    LOW = "low"
    EVEN = "even"
    HIGH = "high"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _OUTLOOK_LABELS[self]

    @classmethod
    def of(cls, probability: float) -> "Outlook":
        if probability < UNLIKELY_BELOW:
            return cls.LOW
        return cls.HIGH if probability >= LIKELY_FROM else cls.EVEN


_OUTLOOK_LABELS = {
    Outlook.LOW: "低い",
    Outlook.EVEN: "五分五分",
    Outlook.HIGH: "高い",
    Outlook.UNKNOWN: "判定不能",
}


class Reason(StrEnum):
    """Why there is no probability."""

    TOO_FEW_POINTS = "too_few_points"
    DEADLINE_PASSED = "deadline_passed"
    CONSTANT_SERIES = "constant_series"
    CUMULATIVE_FELL = "cumulative_fell"

    @property
    def label(self) -> str:
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.TOO_FEW_POINTS: "測定が4回に満たないため、見通しは判定できません。",
    Reason.DEADLINE_PASSED: "期限を過ぎているため、見通しはありません。",
    Reason.CONSTANT_SERIES: "測定値が一度も変わっていないため、見通しは判定できません。",
    Reason.CUMULATIVE_FELL: "累計なのに減っている測定があります。値か、指標の定義を確かめてください。",
}


def _require_finite(value: float, name: str) -> None:
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, not {value!r}")


@dataclass(frozen=True, slots=True)
class Observation:
    """One measurement; `value` is None for 評価できない. Raises ValueError for a value that is not finite."""

    on: date
    value: float | None

    def __post_init__(self) -> None:
        if self.value is not None:
            _require_finite(self.value, "observation")


@dataclass(frozen=True, slots=True)
class Target:
    """The value wanted on the day `by`. Raises ValueError for a value that is not finite."""

    value: float
    by: date
    direction: Direction

    def __post_init__(self) -> None:
        _require_finite(self.value, "target")


@dataclass(frozen=True, slots=True)
class DriftPrior:
    """What similar indicators did: mean and standard deviation of their drift per year.

    In the units of the scale: units of the indicator for PLAIN and for cumulative counts, logits for PERCENTAGE,
    logarithms for COUNT. `drift_prior` estimates it. Raises ValueError unless both are finite and `sd` is positive.
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _require_finite(self.mean, "mean drift")
        _require_finite(self.sd, "spread of drifts")
        if self.sd <= 0:
            raise ValueError(f"spread of drifts must be positive, not {self.sd!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One indicator under one definition: a changed definition is another series."""

    observations: tuple[Observation, ...]
    target: Target
    scale: Scale = Scale.PLAIN
    cumulative: bool = False
    prior: DriftPrior | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """The value lies inside with the probability `coverage`, and as likely below as above; in the indicator's unit."""

    low: float
    high: float
    coverage: float


@dataclass(frozen=True, slots=True)
class FanPoint:
    """Median and central 50% and 80% of the value on one day, in the indicator's unit."""

    on: date
    median: float
    low50: float
    high50: float
    low80: float
    high80: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Change of the indicator in its own unit, negative for a fall."""

    per_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`outlook` is UNKNOWN, and everything from `probability` to `fan` empty, exactly when `reason` is given.

    `probability` is the chance that the value *at the deadline* meets the target (not that it touches it on the way);
    show `shown_probability`, which never claims more than 10–90%, because 4–20 points cannot tell more.
    `scale` is the one used: a percentage outside 0–100 or a negative count is forecast as PLAIN.
    `reached` looks at the last observation up to the deadline; None when there is none.
    `required_pace` leads from the last observation to the target at the deadline, 0 when it is reached, None without
    observation or time left. `pace_so_far` runs from the first to the last observation; None within one day.
    `n_points` counts days with a value; several values of one day count once, with their mean.
    """

    outlook: Outlook
    reason: Reason | None
    n_points: int
    scale: Scale
    reached: bool | None
    required_pace: Pace | None
    pace_so_far: Pace | None
    probability: float | None = None
    median: float | None = None
    interval: Interval | None = None
    fan: tuple[FanPoint, ...] = ()

    @property
    def shown_probability(self) -> float | None:
        if self.probability is None:
            return None
        return min(max(self.probability, SHOWN_LEAST), SHOWN_MOST)
