"""What a change of the plan does to the chance of each indicator.

Nobody knows how much of a result comes from which initiative. The rule, which the page states: the work for a goal is
shared among its initiatives by their weight (priority × effect); an initiative that is put off takes its share of that
delay from the time that is left, one that is dropped its share of all the time that is left. The forecast is then made
as if the deadline came so much earlier.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiun.analysis import forecast
from kiun.goals.models import Indicator, Measurement, Series
from kiun.goals.queries.outlook import forecast_input
from kiun.initiatives.models import ServedGoal


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What happens to one initiative: it is `delay` days late, and `lost` (0–1) of its effect does not come."""

    delay: int = 0
    lost: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Chance:
    """低い・五分五分・高い, before and after: a change that is too small for these words is none."""

    indicator: Indicator
    before: forecast.Outlook
    after: forecast.Outlook


def chances(effects: Mapping[int, Effect], weights: Mapping[int, int], today: date) -> list[Chance]:
    """Of the indicators of every goal that an affected initiative serves, those whose outlook changes.

    `weights`: initiative → its weight, of all that are carried out.
    """
    shares = _shares(effects, weights)
    rows = list(
        Series.objects.filter(is_current=True, indicator__goal__in=shares, indicator__ended_on__isnull=True)
        .filter(target__isnull=False, deadline__gt=today)
        .select_related("indicator__goal")
        .order_by("indicator__goal__order", "indicator__order", "pk")
    )
    asked = _inputs(rows)
    pairs = [(row, one) for row in rows if (one := asked[row.pk])]
    earlier = [_sooner(one, shares[row.indicator.goal_id], today) for row, one in pairs]
    before = forecast.forecast_many([one for _row, one in pairs], now=today)
    after = forecast.forecast_many(earlier, now=today)
    return [
        Chance(indicator=row.indicator, before=old.outlook, after=new.outlook)
        for (row, _one), old, new in zip(pairs, before, after, strict=True)
        if old.outlook != new.outlook
    ]


def _shares(effects: Mapping[int, Effect], weights: Mapping[int, int]) -> dict[int, tuple[float, float]]:
    """Goal → (days late, share of the remaining time that is lost)."""
    serving: dict[int, list[int]] = defaultdict(list)
    for initiative, goal in ServedGoal.objects.filter(initiative__in=weights).values_list("initiative", "goal"):
        serving[goal].append(initiative)
    found = {}
    for goal, initiatives in serving.items():
        whole = sum(weights[key] for key in initiatives)
        hit = [(weights[key] / whole, effects[key]) for key in initiatives if key in effects and whole]
        if hit:
            found[goal] = (
                sum(share * effect.delay for share, effect in hit),
                sum(share * effect.lost for share, effect in hit),
            )
    return found


def _inputs(rows: Sequence[Series]) -> dict[int, forecast.Series | None]:
    readings: dict[int, list[Measurement]] = defaultdict(list)
    for reading in Measurement.objects.filter(series__in=rows).order_by("on"):
        readings[reading.series_id].append(reading)
    return {row.pk: forecast_input(row, readings[row.pk]) for row in rows}


def _sooner(asked: forecast.Series, share: tuple[float, float], today: date) -> forecast.Series:
    left = (asked.target.by - today).days
    days = min(round(share[0] + share[1] * left), left - 1)
    target = forecast.Target(asked.target.value, asked.target.by - timedelta(days=days), asked.target.direction)
    return forecast.Series(
        observations=asked.observations, target=target, scale=asked.scale, cumulative=asked.cumulative
    )
