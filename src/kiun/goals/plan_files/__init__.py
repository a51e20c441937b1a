"""Plan files: what a town's workbook says, read without storing anything, and a plan written as a workbook."""

from kiun.goals.plan_files.choices import NEW_DEPARTMENT, NO_DEPARTMENT, Choices, SheetChoice
from kiun.goals.plan_files.document import (
    ChallengeEntry,
    GoalEntry,
    IndicatorEntry,
    Place,
    PlanDocument,
    PlanFacts,
    PolicyEntry,
    ReadingEntry,
    RowProblem,
    Severity,
    row_key,
)
from kiun.goals.plan_files.reading import PlanReading, read_plan
from kiun.goals.plan_files.tables import SheetReading
from kiun.goals.plan_files.vocabulary import LABELS, TIME_FIELDS, VOCABULARY

__all__ = [
    "LABELS",
    "NEW_DEPARTMENT",
    "NO_DEPARTMENT",
    "TIME_FIELDS",
    "VOCABULARY",
    "ChallengeEntry",
    "Choices",
    "GoalEntry",
    "IndicatorEntry",
    "Place",
    "PlanDocument",
    "PlanFacts",
    "PlanReading",
    "PolicyEntry",
    "ReadingEntry",
    "RowProblem",
    "Severity",
    "SheetChoice",
    "SheetReading",
    "read_plan",
    "row_key",
]
