from typing import Any

from django.db.models import Count, Q, QuerySet

from kiun.goals.models import Challenge, Goal, Plan, PlanStatus, Policy
from kiun.municipality.actors import Actor


def visible_plans(actor: Actor | None) -> QuerySet[Plan]:
    """`None` is a visitor without an account."""
    plans = Plan.objects.all()
    return plans if actor and actor.is_town_staff else plans.filter(is_public=True).exclude(status=PlanStatus.DRAFT)


def current_plan(actor: Actor | None) -> Plan | None:
    return visible_plans(actor).filter(status=PlanStatus.CURRENT).order_by("-first_year", "-pk").first()


def visible_goals(actor: Actor | None) -> QuerySet[Goal]:
    """Twin of the rule `goals.see_goal`."""
    goals = Goal.objects.all()
    if actor and actor.is_town_staff:
        return goals
    return goals.filter(is_public=True, plan__is_public=True).exclude(plan__status=PlanStatus.DRAFT)


def visible_policies(actor: Actor | None) -> QuerySet[Policy]:
    return Policy.objects.filter(plan__in=visible_plans(actor))


def visible_challenges(actor: Actor | None) -> QuerySet[Challenge]:
    return Challenge.objects.filter(plan__in=visible_plans(actor))


def with_goal_counts(challenges: QuerySet[Challenge]) -> QuerySet[Any]:
    return challenges.annotate(open_goals=Count("goals", filter=Q(goals__ended_on__isnull=True)))


def with_totals(plans: QuerySet[Plan]) -> QuerySet[Any]:
    """With the number of open goals and of vague ones."""
    is_open = Q(goals__ended_on__isnull=True, goals__isnull=False)
    return plans.annotate(
        open_goals=Count("goals", filter=is_open), vague_goals=Count("goals", filter=is_open & Q(goals__is_vague=True))
    )
