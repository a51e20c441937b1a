"""A plan file on its way into the plan: kept, understood, compared, agreed to, applied."""

from kiun.goals.services.plan_import.applying import Provenance
from kiun.goals.services.plan_import.differences import (
    Absent,
    Counts,
    DepartmentQuestion,
    FieldChange,
    GoalDifference,
    IndicatorDifference,
    NewDepartment,
    PlanDifference,
)
from kiun.goals.services.plan_import.running import Outcome, counts_of, import_reading, run_import
from kiun.goals.services.plan_import.staging import (
    JOB_KIND,
    Review,
    choose,
    confirm_import,
    correct_columns,
    discard_import,
    forget_unconfirmed_imports,
    plan_facts,
    read_staged,
    review,
    review_reading,
    upload_plan_file,
)

__all__ = [
    "JOB_KIND",
    "Absent",
    "Counts",
    "DepartmentQuestion",
    "FieldChange",
    "GoalDifference",
    "IndicatorDifference",
    "NewDepartment",
    "Outcome",
    "PlanDifference",
    "Provenance",
    "Review",
    "choose",
    "confirm_import",
    "correct_columns",
    "counts_of",
    "discard_import",
    "forget_unconfirmed_imports",
    "import_reading",
    "plan_facts",
    "read_staged",
    "review",
    "review_reading",
    "run_import",
    "upload_plan_file",
]
