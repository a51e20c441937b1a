"""The words of a project: activities, links, resources, and what is refused before any planning starts.

Time is counted in whole working days from 0 (`WorkingCalendar` turns them into dates); an activity that starts on day s
and lasts d days occupies the days s … s + d − 1 and is finished at s + d. Demands and capacities are whole numbers of
any unit that the caller chooses, such as tenths of a person.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LAST_DAY = 1_000_000
"""No project may reach beyond: some 4,000 years of working days, and an honest sign of a typing error."""


class LinkKind(StrEnum):
    FINISH_START = "finish_start"
    START_START = "start_start"


class Flaw(StrEnum):
    """Why a project cannot even be read; the ids that go with it are named in `ProjectError.ids`."""

    DUPLICATE_ACTIVITY = "duplicate_activity"
    DUPLICATE_RESOURCE = "duplicate_resource"
    UNKNOWN_ACTIVITY = "unknown_activity"
    UNKNOWN_RESOURCE = "unknown_resource"
    NEGATIVE_DURATION = "negative_duration"
    NEGATIVE_DEMAND = "negative_demand"
    NEGATIVE_CAPACITY = "negative_capacity"
    NEGATIVE_DAY = "negative_day"
    CHANGES_OUT_OF_ORDER = "changes_out_of_order"
    DEMAND_ABOVE_CAPACITY = "demand_above_capacity"
    TOO_LONG = "too_long"
    CYCLE = "cycle"
    MISSING_START = "missing_start"


_FLAW_WORDS = {
    Flaw.DUPLICATE_ACTIVITY: "Two activities carry the id {0}.",
    Flaw.DUPLICATE_RESOURCE: "Two resources carry the id {0}.",
    Flaw.UNKNOWN_ACTIVITY: "The activity {0} is named but does not exist.",
    Flaw.UNKNOWN_RESOURCE: "The activity {0} needs the resource {1}, which does not exist.",
    Flaw.NEGATIVE_DURATION: "The activity {0} lasts less than no time.",
    Flaw.NEGATIVE_DEMAND: "The activity {0} needs less than nothing of the resource {1}.",
    Flaw.NEGATIVE_CAPACITY: "The resource {0} has a capacity below 0.",
    Flaw.NEGATIVE_DAY: "A day of {0} lies before day 0.",
    Flaw.CHANGES_OUT_OF_ORDER: "The changes of the resource {0} are not in the order of their days.",
    Flaw.DEMAND_ABOVE_CAPACITY: "The activity {0} needs more of the resource {1} than there ever is.",
    Flaw.TOO_LONG: "The project, or {0} alone, would reach beyond day 1,000,000.",
    Flaw.CYCLE: "These activities wait for one another in a circle: {all}.",
    Flaw.MISSING_START: "The activity {0} has no start.",
}


class ProjectError(ValueError):
    """The project contradicts itself; `reason` says how, and `ids` name what to mend, in the order of the sentence."""

    def __init__(self, reason: Flaw, ids: tuple[str, ...]) -> None:
        self.reason, self.ids = reason, ids
        super().__init__(_FLAW_WORDS[reason].format(*ids, all=" → ".join(ids)))


@dataclass(frozen=True)
class Activity:
    """`demands`: units of each resource on every day of the activity. `earliest`: no start before this day.
    `deadline`: finished at this day at the latest (s + d ≤ deadline). `fixed_start`: neither earlier nor later.
    """

    id: str
    duration: int
    demands: Mapping[str, int] = field(default_factory=dict)
    earliest: int = 0
    deadline: int | None = None
    fixed_start: int | None = None


@dataclass(frozen=True)
class Link:
    """`after` starts `lag` days or more after the end (or start) of `before`; a negative lag lets them overlap."""

    before: str
    after: str
    kind: LinkKind = LinkKind.FINISH_START
    lag: int = 0

    def gap(self, duration: int) -> int:
        """Least days from the start of `before`, which lasts `duration`, to the start of `after`."""
        return self.lag + (duration if self.kind is LinkKind.FINISH_START else 0)


@dataclass(frozen=True)
class Resource:
    """`capacity` units from day 0; each change (day, units) holds from that day until the next one."""

    id: str
    capacity: int
    changes: tuple[tuple[int, int], ...] = ()

    def levels(self) -> list[tuple[int, int]]:
        """(day, units) from day 0 on, in the order of days."""
        if self.changes and self.changes[0][0] == 0:
            return list(self.changes)
        return [(0, self.capacity), *self.changes]


@dataclass(frozen=True)
class Project:
    """Raises ProjectError when ids are not unique or unknown, numbers are negative or absurd, or a demand can never be
    met. A circle of links is found when the links are first followed.
    """

    activities: tuple[Activity, ...]
    links: tuple[Link, ...] = ()
    resources: tuple[Resource, ...] = ()

    def __post_init__(self) -> None:
        _refuse_doubles(Flaw.DUPLICATE_ACTIVITY, (activity.id for activity in self.activities))
        _refuse_doubles(Flaw.DUPLICATE_RESOURCE, (resource.id for resource in self.resources))
        most = {resource.id: _greatest_capacity(resource) for resource in self.resources}
        known = {activity.id for activity in self.activities}
        for activity in self.activities:
            _refuse_bad_activity(activity, most)
        for link in self.links:
            for end in (link.before, link.after):
                if end not in known:
                    raise ProjectError(Flaw.UNKNOWN_ACTIVITY, (end,))
            if abs(link.lag) > LAST_DAY:
                raise ProjectError(Flaw.TOO_LONG, (link.after,))


def _refuse_doubles(flaw: Flaw, ids: Iterable[str]) -> None:
    doubles = [each for each, count in Counter(ids).items() if count > 1]
    if doubles:
        raise ProjectError(flaw, (doubles[0],))


def _greatest_capacity(resource: Resource) -> int:
    levels = resource.levels()
    days = [day for day, _ in levels]
    if min(units for _, units in levels) < 0:
        raise ProjectError(Flaw.NEGATIVE_CAPACITY, (resource.id,))
    if min(days) < 0:
        raise ProjectError(Flaw.NEGATIVE_DAY, (resource.id,))
    if days != sorted(set(days)):
        raise ProjectError(Flaw.CHANGES_OUT_OF_ORDER, (resource.id,))
    if days[-1] > LAST_DAY:
        raise ProjectError(Flaw.TOO_LONG, (resource.id,))
    return max(units for _, units in levels)


def _refuse_bad_activity(activity: Activity, most: Mapping[str, int]) -> None:
    if activity.duration < 0:
        raise ProjectError(Flaw.NEGATIVE_DURATION, (activity.id,))
    days = (activity.earliest, activity.deadline or 0, activity.fixed_start or 0)
    if min(days) < 0:
        raise ProjectError(Flaw.NEGATIVE_DAY, (activity.id,))
    if activity.duration > LAST_DAY or max(days) > LAST_DAY:
        raise ProjectError(Flaw.TOO_LONG, (activity.id,))
    for resource, units in activity.demands.items():
        if resource not in most:
            raise ProjectError(Flaw.UNKNOWN_RESOURCE, (activity.id, resource))
        if units < 0:
            raise ProjectError(Flaw.NEGATIVE_DEMAND, (activity.id, resource))
        if units > most[resource] and activity.duration:
            raise ProjectError(Flaw.DEMAND_ABOVE_CAPACITY, (activity.id, resource))
