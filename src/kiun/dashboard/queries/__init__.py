from kiun.dashboard.queries.decisions import (
    Decision,
    Waiting,
    awaiting_decision,
    decisions,
    name_of_decisions,
    waiting_blockers,
)
from kiun.dashboard.queries.errands import Errand, Errands, errands_of
from kiun.dashboard.queries.first_hours import Beginning, beginning_of
from kiun.dashboard.queries.indicators import current_indicators
from kiun.dashboard.queries.overloads import overloads
from kiun.dashboard.queries.overview import DepartmentRow, Overview, department_overview, department_rows, town_overview
from kiun.dashboard.queries.public import (
    PublicPage,
    PublicPolicy,
    public_indicator,
    public_page,
    public_policy,
    public_rows,
)

__all__ = [
    "Beginning",
    "Decision",
    "DepartmentRow",
    "Errand",
    "Errands",
    "Overview",
    "PublicPage",
    "PublicPolicy",
    "Waiting",
    "awaiting_decision",
    "beginning_of",
    "current_indicators",
    "decisions",
    "department_overview",
    "department_rows",
    "errands_of",
    "name_of_decisions",
    "overloads",
    "public_indicator",
    "public_page",
    "public_policy",
    "public_rows",
    "town_overview",
    "waiting_blockers",
]
