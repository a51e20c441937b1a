"""A whole plan in memory, in a fixed number of queries: to compare a file with it, and to write it as a file."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from kiun.activity.queries import history_of
from kiun.goals.models import Challenge, Goal, Indicator, Measurement, Plan, Policy, Series

# A wording that one file replaced may come back with the next.
FROM_FILES = ("import", "command")


@dataclass(frozen=True)
class PlanContents:
    """`policies` stand in the order of their tree. `readings`: series → day → value (None: it cannot be judged).
    `former_texts`: goal → words it had before somebody mended it here, latest first.
    """

    plan: Plan | None = None
    policies: Sequence[Policy] = ()
    challenges: Sequence[Challenge] = ()
    goals: Sequence[Goal] = ()
    indicators: Sequence[Indicator] = ()
    series: Mapping[int, Series] = field(default_factory=dict)
    readings: Mapping[int, Mapping[date, Decimal | None]] = field(default_factory=dict)
    former_texts: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def by_goal(self) -> Mapping[int, Sequence[Indicator]]:
        found: dict[int, list[Indicator]] = defaultdict(list)
        for indicator in self.indicators:
            found[indicator.goal_id].append(indicator)
        return found

    @cached_property
    def policy_paths(self) -> Mapping[int, tuple[str, ...]]:
        """Names from the top down to each policy."""
        names = {policy.pk: policy.name for policy in self.policies}
        return {policy.pk: tuple(names[int(key)] for key in policy.path.split("/") if key) for policy in self.policies}


def plan_contents(plan: Plan | None) -> PlanContents:
    if plan is None:
        return PlanContents()
    goals = list(Goal.objects.filter(plan=plan).select_related("department", "owner__user", "challenge", "policy"))
    indicators = list(
        Indicator.objects.filter(goal__plan=plan).select_related("department", "owner__user", "deputy__user")
    )
    series = list(Series.objects.filter(indicator__goal__plan=plan, is_current=True))
    by_indicator = {indicator.pk: indicator for indicator in indicators}
    for one in series:
        one.indicator = by_indicator[one.indicator_id]
    return PlanContents(
        plan=plan,
        policies=list(Policy.objects.filter(plan=plan).order_by("place")),
        challenges=list(Challenge.objects.filter(plan=plan)),
        goals=goals,
        indicators=indicators,
        series={one.indicator_id: one for one in series},
        readings=_readings(plan),
        former_texts=_former_texts(goals),
    )


def _former_texts(goals: Sequence[Goal]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    mended = history_of(*goals).filter(before__has_key="text").exclude(via__in=FROM_FILES)
    for key, before in mended.values_list("object_id", "before"):
        found[key].append(before["text"])
    return found


def _readings(plan: Plan) -> Mapping[int, Mapping[date, Decimal | None]]:
    found: dict[int, dict[date, Decimal | None]] = defaultdict(dict)
    rows = Measurement.objects.filter(series__is_current=True, series__indicator__goal__plan=plan)
    for series, on, value in rows.order_by("series_id", "on").values_list("series_id", "on", "value"):
        found[series][on] = value
    return found
