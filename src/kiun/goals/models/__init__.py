from kiun.goals.models.forecasts import ForecastRecord, IndicatorState, Status
from kiun.goals.models.indicators import Cadence, Direction, Indicator, Measurement, Series
from kiun.goals.models.plans import Challenge, Goal, Plan, PlanStatus, Policy

__all__ = [
    "Cadence",
    "Challenge",
    "Direction",
    "ForecastRecord",
    "Goal",
    "Indicator",
    "IndicatorState",
    "Measurement",
    "Plan",
    "PlanStatus",
    "Policy",
    "Series",
    "Status",
]
