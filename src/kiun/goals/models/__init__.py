from kiun.goals.models.forecasts import ForecastRecord, IndicatorState, Status
from kiun.goals.models.imports import ImportState, PlanImport
from kiun.goals.models.indicators import Cadence, Direction, Indicator, Measurement, Series
from kiun.goals.models.plans import Challenge, Goal, Plan, PlanStatus, Policy
from kiun.goals.models.sources import Collection, PushedReading, PushedSource, SourceFile

__all__ = [
    "Cadence",
    "Challenge",
    "Collection",
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
    "PushedReading",
    "PushedSource",
    "Series",
    "SourceFile",
    "Status",
]
