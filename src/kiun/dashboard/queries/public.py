"""What residents see: public plans, goals and indicators, in the order of the plan, nothing hidden that is late."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from kiun.dashboard.queries.indicators import current_indicators
from kiun.dashboard.queries.overview import current_goals
from kiun.goals.models import Goal, Plan, Policy
from kiun.goals.queries import IndicatorRow, StatusCounts, current_plan, indicator_rows, status_counts_by
from kiun.initiatives.models import Initiative, InitiativeStatus, Milestone, ServedGoal
from kiun.initiatives.queries import public_initiatives

# Beyond this a phone on a slow line waits too long: only the first policy comes with the page, the others when opened.
INDICATORS_ON_ONE_PAGE = 150
OUTSIDE_THE_TREE = 0


@dataclass(frozen=True, kw_only=True)
class PublicGoal:
    """`work` is what is done for it, with the milestones that residents may know."""

    goal: Goal
    rows: list[IndicatorRow]
    work: list[Initiative]


@dataclass(frozen=True, kw_only=True)
class PublicPolicy:
    """`policy` is None for goals that stand outside the tree; `goals` is None as long as they are not asked for."""

    policy: Policy | None
    counts: StatusCounts
    goals: list[PublicGoal] | None

    @property
    def key(self) -> int:
        return self.policy.pk if self.policy else OUTSIDE_THE_TREE


@dataclass(frozen=True, kw_only=True)
class PublicPage:
    plan: Plan | None
    counts: StatusCounts
    policies: list[PublicPolicy]


def public_rows(today: date) -> list[IndicatorRow]:
    return indicator_rows(current_indicators(None).order_by("goal__order", "goal", "order", "pk"), today)


def public_page(today: date) -> PublicPage:
    policies = _policies()
    counts = _counts(today)
    total = sum(counts.values(), StatusCounts())
    shown = list(policies) if total.total <= INDICATORS_ON_ONE_PAGE else list(policies)[:1]
    goals = _goals(shown, today)
    return PublicPage(
        plan=current_plan(None),
        counts=total,
        policies=[
            PublicPolicy(policy=policy, counts=counts.get(key, StatusCounts()), goals=goals.get(key))
            for key, policy in policies.items()
        ],
    )


def public_policy(key: int, today: date) -> PublicPolicy | None:
    policies = _policies()
    if key not in policies:
        return None
    counts = _counts(today).get(key, StatusCounts())
    return PublicPolicy(policy=policies[key], counts=counts, goals=_goals([key], today)[key])


def _policies() -> dict[int, Policy | None]:
    """Those with a goal that residents may see, in the order of the plan; goals outside the tree stand last."""
    keys = set(current_goals(None).order_by().values_list("policy", flat=True).distinct())
    found: dict[int, Policy | None] = {policy.pk: policy for policy in Policy.objects.filter(pk__in=keys - {None})}
    return found | {OUTSIDE_THE_TREE: None} if None in keys else found


def _counts(today: date) -> dict[int, StatusCounts]:
    counts = status_counts_by(current_indicators(None), "goal__policy", today)
    return {key or OUTSIDE_THE_TREE: found for key, found in counts.items()}


def _goals(keys: list[int], today: date) -> dict[int, list[PublicGoal]]:
    """The goals of the policies `keys`, with their indicators."""
    wanted = Q(policy__in=keys)
    if OUTSIDE_THE_TREE in keys:
        wanted |= Q(policy__isnull=True)
    goals = list(current_goals(None).filter(wanted).order_by("order", "pk"))
    rows: dict[int, list[IndicatorRow]] = {}
    for row in indicator_rows(current_indicators(None).filter(goal__in=goals).order_by("order", "pk"), today):
        rows.setdefault(row.indicator.goal_id, []).append(row)
    work = _work_for(goals)
    found: dict[int, list[PublicGoal]] = {key: [] for key in keys}
    for goal in goals:
        shown = PublicGoal(goal=goal, rows=rows.get(goal.pk, []), work=work.get(goal.pk, []))
        found[goal.policy_id or OUTSIDE_THE_TREE].append(shown)
    return found


def _work_for(goals: list[Goal]) -> dict[int, list[Initiative]]:
    """What is going on or has been completed; what was stopped serves no longer."""
    shown = public_initiatives().exclude(status=InitiativeStatus.STOPPED)
    milestones = Prefetch("milestones", Milestone.objects.filter(is_public=True), to_attr="public_milestones")
    rows = {row.pk: row for row in shown.filter(served_goals__goal__in=goals).prefetch_related(milestones)}
    found: dict[int, list[Initiative]] = {}
    served = ServedGoal.objects.filter(goal__in=goals, initiative__in=rows)
    for goal, key in served.order_by("initiative__starts_on", "initiative").values_list("goal", "initiative"):
        found.setdefault(goal, []).append(rows[key])
    return found


def public_indicator(pk: int, today: date) -> IndicatorRow | None:
    rows = indicator_rows(current_indicators(None).filter(pk=pk), today)
    return rows[0] if rows else None
