from kiun.goals.queries.indicators import (
    StatusCounts,
    latest_readings,
    status_counts,
    visible_indicators,
    with_status,
)
from kiun.goals.queries.plans import current_plan, visible_goals, visible_plans

__all__ = [
    "StatusCounts",
    "current_plan",
    "latest_readings",
    "status_counts",
    "visible_goals",
    "visible_indicators",
    "visible_plans",
    "with_status",
]
