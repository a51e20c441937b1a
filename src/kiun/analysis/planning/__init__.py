from kiun.analysis.planning.calendars import WorkingCalendar
from kiun.analysis.planning.loads import Load, Overload, loads, overloads
from kiun.analysis.planning.passes import Leeway, critical_path, earliest_starts, slack
from kiun.analysis.planning.terms import (
    LAST_DAY,
    Activity,
    Flaw,
    Link,
    LinkKind,
    Project,
    ProjectError,
    Resource,
)

__all__ = [
    "LAST_DAY",
    "Activity",
    "Flaw",
    "Leeway",
    "Link",
    "LinkKind",
    "Load",
    "Overload",
    "Project",
    "ProjectError",
    "Resource",
    "WorkingCalendar",
    "critical_path",
    "earliest_starts",
    "loads",
    "overloads",
    "slack",
]
