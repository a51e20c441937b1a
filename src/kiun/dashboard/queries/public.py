"""What residents see: public plans, goals and indicators, in the order of the plan, nothing hidden that is late."""

from dataclasses import dataclass
from datetime import date

from kiun.dashboard.queries.indicators import current_indicators
from kiun.dashboard.queries.overview import current_goals
from kiun.goals.models import Goal, Plan, Policy
from kiun.goals.queries import IndicatorRow, StatusCounts, counts_of, current_plan, indicator_rows


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
        return counts_of(row for goal in self.goals for row in goal.rows)


@dataclass(frozen=True, kw_only=True)
class PublicPage:
    plan: Plan | None
    counts: StatusCounts
    policies: list[PublicPolicy]
    newest: date | None


def public_rows(today: date) -> list[IndicatorRow]:
    return indicator_rows(current_indicators(None).order_by("goal__order", "goal", "order", "pk"), today)


def public_page(today: date) -> PublicPage:
    rows = public_rows(today)
    by_goal: dict[int, list[IndicatorRow]] = {}
    for row in rows:
        by_goal.setdefault(row.indicator.goal_id, []).append(row)
    goals = current_goals(None).select_related("policy").order_by("policy__order", "policy", "order", "pk")
    by_policy: dict[Policy | None, list[PublicGoal]] = {}
    for goal in goals:
        by_policy.setdefault(goal.policy, []).append(PublicGoal(goal=goal, rows=by_goal.get(goal.pk, [])))
    return PublicPage(
        plan=current_plan(None),
        counts=counts_of(rows),
        policies=[PublicPolicy(policy=policy, goals=found) for policy, found in by_policy.items()],
        newest=max((row.value_on for row in rows if row.value_on), default=None),
    )


def public_indicator(pk: int, today: date) -> IndicatorRow | None:
    rows = indicator_rows(current_indicators(None).filter(pk=pk), today)
    return rows[0] if rows else None
