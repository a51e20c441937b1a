from django.db.models import QuerySet

from kiun.goals.models import Indicator, PlanStatus
from kiun.goals.queries import visible_indicators
from kiun.municipality.actors import Actor


def current_indicators(actor: Actor | None) -> QuerySet[Indicator]:
    """Indicators of the plans in force: what overviews count."""
    return visible_indicators(actor).filter(goal__plan__status=PlanStatus.CURRENT)
