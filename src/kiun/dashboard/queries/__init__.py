from kiun.dashboard.queries.decisions import Decision, awaiting_decision, decisions
from kiun.dashboard.queries.errands import Errand, Errands, errands_of
from kiun.dashboard.queries.indicators import current_indicators
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
    "Decision",
    "DepartmentRow",
    "Errand",
    "Errands",
    "Overview",
    "PublicPage",
    "PublicPolicy",
    "awaiting_decision",
    "current_indicators",
    "decisions",
    "department_overview",
    "department_rows",
    "errands_of",
    "public_indicator",
    "public_page",
    "public_policy",
    "public_rows",
    "town_overview",
]
