"""Plans of projects: who does what when, with the people there are, as early as can be; and why not earlier.

Resource-constrained project scheduling with links, lags, windows and capacity that changes over time. `schedule` says
what it promises, each module which literature its method comes from; `benchmarks/rcpsp.py` measures it.
"""

from kiun.analysis.planning.calendars import WorkingCalendar
from kiun.analysis.planning.chains import Because, Bottleneck, Step
from kiun.analysis.planning.conflicts import Conflict, Rule, RuleKind
from kiun.analysis.planning.effort import Effort
from kiun.analysis.planning.loads import Load, Overload, loads, overloads
from kiun.analysis.planning.passes import Leeway, critical_path, earliest_starts, slack
from kiun.analysis.planning.portfolio import select_portfolio
from kiun.analysis.planning.scheduling import Gain, Schedule, Status, gains, schedule
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
from kiun.analysis.planning.watch import Progress

__all__ = [
    "LAST_DAY",
    "Activity",
    "Because",
    "Bottleneck",
    "Conflict",
    "Effort",
    "Flaw",
    "Gain",
    "Leeway",
    "Link",
    "LinkKind",
    "Load",
    "Overload",
    "Progress",
    "Project",
    "ProjectError",
    "Resource",
    "Rule",
    "RuleKind",
    "Schedule",
    "Status",
    "Step",
    "WorkingCalendar",
    "critical_path",
    "earliest_starts",
    "gains",
    "loads",
    "overloads",
    "schedule",
    "select_portfolio",
    "slack",
]
