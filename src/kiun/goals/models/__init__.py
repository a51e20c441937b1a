from kiun.goals.models.forecasts import ForecastRecord, IndicatorState, Status
from kiun.goals.models.imports import ImportState, PlanImport
from kiun.goals.models.indicators import Cadence, Direction, Indicator, Measurement, Series
from kiun.goals.models.plans import Challenge, Goal, Plan, PlanStatus, Policy

__all__ = [
    "Cadence",
    "Challenge",
    "Direction",
    "ForecastRecord",
    "Goal",
    "ImportState",
    "Indicator",
    "IndicatorState",
    "Measurement",
    "Plan",
    "PlanImport",
    "PlanStatus",
    "Policy",
    "Series",
    "Status",
]
