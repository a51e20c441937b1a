"""Plans of projects: who does what when, with the people there are, as early as can be; and why not earlier.

Resource-constrained project scheduling with links, lags, windows and capacity that changes over time. `schedule` says
what it promises, each module which literature its method comes from; `benchmarks/rcpsp.py` measures it.
`select_portfolio`, in `portfolio`, says which projects are carried out at all, in which way and when.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kiun.analysis.planning.calendars import WorkingCalendar
from kiun.analysis.planning.chains import Because, Bottleneck, Step
from kiun.analysis.planning.effort import Effort
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

if TYPE_CHECKING:
    from kiun.analysis.planning.conflicts import Conflict, Rule, RuleKind
    from kiun.analysis.planning.portfolio import select_portfolio
    from kiun.analysis.planning.scheduling import Gain, Schedule, Status, gains, schedule
    from kiun.analysis.planning.watch import Progress

# These search with OR-tools, which takes half a second and much memory to load: not before somebody searches.
_SEARCHING = {
    "conflicts": ("Conflict", "Rule", "RuleKind"),
    "portfolio": ("select_portfolio",),
    "scheduling": ("Gain", "Schedule", "Status", "gains", "schedule"),
    "watch": ("Progress",),
}


def __getattr__(name: str) -> Any:
    for module, names in _SEARCHING.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(name)


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
