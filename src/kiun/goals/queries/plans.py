from django.db.models import QuerySet

from kiun.goals.models import Goal, Plan, PlanStatus
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
