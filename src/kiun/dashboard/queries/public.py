"""What residents see: public plans, goals and indicators, in the order of the plan, nothing hidden that is late."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from kiun.dashboard.queries.indicators import IndicatorRow, current_indicators, indicator_rows, listed
from kiun.dashboard.queries.overview import current_goals
from kiun.goals.models import Goal, Plan, Policy, Status
from kiun.goals.queries import StatusCounts, current_plan, status_counts


@dataclass(frozen=True, kw_only=True)
class PublicGoal:
    goal: Goal
    rows: list[IndicatorRow]


@dataclass(frozen=True, kw_only=True)
class PublicPolicy:
    """`policy` is None for goals that stand outside the tree."""

    policy: Policy | None
    goals: list[PublicGoal]

    @property
    def counts(self) -> StatusCounts:
        statuses = Counter(row.status for goal in self.goals for row in goal.rows)
        return StatusCounts(**{status.value: statuses[status.value] for status in Status})


@dataclass(frozen=True, kw_only=True)
class PublicPage:
    plan: Plan | None
    counts: StatusCounts
    policies: list[PublicPolicy]
    newest: date | None


def public_page(today: date) -> PublicPage:
    indicators = current_indicators(None)
    rows = indicator_rows(listed(indicators, today).order_by("goal__order", "goal", "order", "pk"))
    by_goal: dict[int, list[IndicatorRow]] = {}
    for row in rows:
        by_goal.setdefault(row.indicator.goal_id, []).append(row)
    goals = current_goals(None).select_related("policy").order_by("policy__order", "policy", "order", "pk")
    by_policy: dict[Policy | None, list[PublicGoal]] = {}
    for goal in goals:
        by_policy.setdefault(goal.policy, []).append(PublicGoal(goal=goal, rows=by_goal.get(goal.pk, [])))
    return PublicPage(
        plan=current_plan(None),
        counts=status_counts(indicators, today),
        policies=[PublicPolicy(policy=policy, goals=found) for policy, found in by_policy.items()],
        newest=max((row.value_on for row in rows if row.value_on), default=None),
    )


def public_indicator(pk: int, today: date) -> IndicatorRow | None:
    rows = indicator_rows(listed(current_indicators(None).filter(pk=pk), today))
    return rows[0] if rows else None
