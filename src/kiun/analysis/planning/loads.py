"""What a plan asks of each resource over time, and where that is more than there is."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiun.analysis.planning.passes import start_of
from kiun.analysis.planning.terms import Activity, Project, Resource


@dataclass(frozen=True)
class Load:
    """From day `start` up to but without day `end`; `end` is None for the time after everything."""

    start: int
    end: int | None
    demand: int
    capacity: int


@dataclass(frozen=True)
class Overload:
    """A span of days, `end` excluded, on each of which the plan asks for more than there is.

    `most_missing`: units on the worst day; `missing`: units × days; `activities`: who runs then, the greatest demand
    first.
    """

    resource: str
    start: int
    end: int
    most_missing: int
    missing: int
    activities: tuple[str, ...]


def loads(project: Project, starts: Mapping[str, int]) -> dict[str, tuple[Load, ...]]:
    """For every resource the whole time from day 0 in pieces of equal demand and capacity.

    Raises ProjectError (MISSING_START) when an activity has no start.
    """
    users = _users(project)
    return {resource.id: tuple(_pieces(resource, users[resource.id], starts)) for resource in project.resources}


def overloads(project: Project, starts: Mapping[str, int]) -> tuple[Overload, ...]:
    """In the order of their days. Raises ProjectError (MISSING_START) when an activity has no start."""
    users = _users(project)
    found = []
    for resource in project.resources:
        spans = _overloaded_spans(_pieces(resource, users[resource.id], starts))
        for span, running in zip(spans, _running(spans, users[resource.id], starts), strict=True):
            running.sort(key=lambda each: (-each.demands[resource.id], starts[each.id], each.id))
            found.append(_overload(resource.id, span, running))
    return tuple(sorted(found, key=lambda each: (each.start, each.resource)))


def _users(project: Project) -> Mapping[str, list[Activity]]:
    users: dict[str, list[Activity]] = defaultdict(list)
    for activity in project.activities:
        for resource, units in activity.demands.items():
            if units and activity.duration:
                users[resource].append(activity)
    return users


def _pieces(resource: Resource, users: Iterable[Activity], starts: Mapping[str, int]) -> list[Load]:
    demand_changes: dict[int, int] = defaultdict(int)
    for activity in users:
        start = start_of(activity.id, starts)
        demand_changes[start] += activity.demands[resource.id]
        demand_changes[start + activity.duration] -= activity.demands[resource.id]
    capacities = dict(resource.levels())
    days = sorted({0, *demand_changes, *capacities})
    pieces: list[Load] = []
    demand, capacity = 0, 0
    for day, end in zip(days, [*days[1:], None], strict=True):
        demand += demand_changes.get(day, 0)
        capacity = capacities.get(day, capacity)
        pieces.append(Load(day, end, demand, capacity))
    return pieces


def _overloaded_spans(pieces: Iterable[Load]) -> list[list[Load]]:
    spans: list[list[Load]] = []
    for piece in pieces:
        if piece.demand <= piece.capacity:
            continue
        if spans and spans[-1][-1].end == piece.start:
            spans[-1].append(piece)
        else:
            spans.append([piece])
    return spans


def _running(spans: Sequence[list[Load]], users: Iterable[Activity], starts: Mapping[str, int]) -> list[list[Activity]]:
    """For each span who runs in it; a user looks only at the spans that it meets."""
    begins = [span[0].start for span in spans]
    lasts = [span[-1].end or begin for begin, span in zip(begins, spans, strict=True)]
    running: list[list[Activity]] = [[] for _ in spans]
    for user in users:
        first = bisect_right(lasts, starts[user.id])
        for span in range(first, bisect_left(begins, starts[user.id] + user.duration)):
            running[span].append(user)
    return running


def _overload(resource: str, span: list[Load], running: Iterable[Activity]) -> Overload:
    start, end = span[0].start, span[-1].end
    assert end is not None  # after the last activity nothing is asked for
    return Overload(
        resource=resource,
        start=start,
        end=end,
        most_missing=max(piece.demand - piece.capacity for piece in span),
        missing=sum((piece.demand - piece.capacity) * ((piece.end or end) - piece.start) for piece in span),
        activities=tuple(activity.id for activity in running),
    )
