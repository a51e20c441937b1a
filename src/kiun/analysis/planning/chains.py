"""Why every activity starts when it does, and how much later it may, when the people it shares count too.

Method: the critical chain through links and resources (Wiest 1964, Some Properties of Schedules for Large Projects with
Limited Resources) and the flow of units from one activity to the next (Artigues, Michelon and Reusser 2003, Insertion
Techniques for Static and Dynamic Resource-Constrained Project Scheduling).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiun.analysis.planning.days import capacities, free_units
from kiun.analysis.planning.list_scheduling import Starts
from kiun.analysis.planning.network import NEVER, Network
from kiun.analysis.planning.passes import end_of


class Because(StrEnum):
    """What keeps an activity from starting a day earlier."""

    DAY_0 = "day_0"
    FIXED_START = "fixed_start"
    LINK = "link"
    RESOURCE = "resource"
    """Another activity has the units until this one starts."""
    CAPACITY = "capacity"
    """There are too few units on the day before: an absence, or staff that comes later."""
    EARLIEST = "earliest"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Step:
    """`activity` starts when it does `because` of what it `waits_for`, another activity, or of `resource`."""

    activity: str
    because: Because
    waits_for: str | None = None
    resource: str | None = None


@dataclass(frozen=True)
class Bottleneck:
    """`waiting`: activities that a lack of it keeps from starting earlier; `on_chain`: how many of them are steps of
    the critical chain. `used`: share of all its units × days up to the end of the project.
    """

    resource: str
    on_chain: int
    waiting: tuple[str, ...]
    used: float


def steps(network: Network, resources: Sequence[str], starts: Starts) -> list[Step]:
    """One for each row. `resources` are their ids."""
    free = free_units(network, dict(enumerate(starts)))
    ended: dict[int, list[int]] = {}
    for row, start in enumerate(starts):
        ended.setdefault(start + network.durations[row], []).append(row)
    found = []
    for row, start in enumerate(starts):
        lacking = [kind for kind, units in network.demands[row].items() if start and free[kind, start - 1] < units]
        found.append(_step(network, resources, starts, row, lacking, ended.get(start, [])))
    return found


def _step(
    network: Network, resources: Sequence[str], starts: Starts, row: int, lacking: Sequence[int], ended: Sequence[int]
) -> Step:
    each, start = network.ids[row], starts[row]
    if network.earliest[row] == network.latest_own[row]:
        return Step(each, Because.FIXED_START)
    if start == 0:
        return Step(each, Because.DAY_0)
    tight = [before for before, gap in network.predecessors[row] if starts[before] + gap == start]
    if tight:
        return Step(each, Because.LINK, network.ids[max(tight, key=starts.__getitem__)])
    for kind in lacking:
        users = [other for other in ended if kind in network.demands[other]]
        if users:
            most = max(users, key=lambda other: network.demands[other][kind])
            return Step(each, Because.RESOURCE, network.ids[most], resources[kind])
    if lacking:
        return Step(each, Because.CAPACITY, resource=resources[lacking[0]])
    return Step(each, Because.EARLIEST if start == network.earliest[row] else Because.NOTHING)


def critical_chain(network: Network, reasons: Sequence[Step], starts: Starts) -> tuple[Step, ...]:
    """From the beginning to the end of the project, each step the reason for when the next one starts."""
    number = {each: row for row, each in enumerate(network.ids)}
    end = end_of(network, starts)
    last = [row for row, start in enumerate(starts) if start + network.durations[row] == end]
    chain: dict[str, Step] = {}  # leads and hand-overs can wait for each other in a circle
    following = network.ids[last[-1]] if last else None
    while following is not None and following not in chain:
        chain[following] = reasons[number[following]]
        following = chain[following].waits_for
    return tuple(reversed(chain.values()))


def bottlenecks(
    network: Network, resources: Sequence[str], reasons: Sequence[Step], chain: Sequence[Step], starts: Starts
) -> tuple[Bottleneck, ...]:
    """Those that keep something waiting, the one that shapes the critical chain most first."""
    end = end_of(network, starts)
    offered = capacities(network)[:, :end].sum(axis=1)
    left = free_units(network, dict(enumerate(starts)))[:, :end].sum(axis=1)
    found = []
    for kind, resource in enumerate(resources):
        waiting = tuple(step.activity for step in reasons if step.resource == resource)
        if waiting:
            used = float(1 - left[kind] / offered[kind])
            found.append(Bottleneck(resource, sum(step.resource == resource for step in chain), waiting, used))
    return tuple(sorted(found, key=lambda each: (-each.on_chain, -len(each.waiting), -each.used, each.resource)))


def latest_by_chains(network: Network, starts: Starts) -> Starts:
    """For each row the last start that moves no end, when units keep going from hand to hand as they do now.

    All rows may start that late at once, or any of them with its followers pushed: no capacity is exceeded.
    """
    end = end_of(network, starts)
    followers, last_end = _hand_overs(network, starts)
    latest = [
        min(end - days, last, until - days)
        for days, last, until in zip(network.durations, network.latest_own, last_end, strict=True)
    ]
    order = sorted(range(network.size), key=lambda row: (starts[row], row), reverse=True)
    changed = True
    while changed:  # once, and a second time to see that it was enough, unless a lead lets a follower start first
        changed = False
        for row in order:
            by_links = [latest[after] - gap for after, gap in network.successors[row]]
            by_units = [latest[after] - network.durations[row] for after in followers[row]]
            limit = min([latest[row], *by_links, *by_units])
            changed = changed or limit < latest[row]
            latest[row] = limit
    return latest


def _hand_overs(network: Network, starts: Starts) -> tuple[list[set[int]], list[int]]:
    """Who takes units over from each row, and by when some of them are needed for an absence."""
    followers: list[set[int]] = [set() for _ in starts]
    last_end = [NEVER] * len(starts)
    for kind in range(len(network.levels)):
        for giver, taker, day in _passed_on(network, kind, starts):
            if taker is None:
                last_end[giver] = min(last_end[giver], day)
            else:
                followers[giver].add(taker)
    return followers, last_end


def _passed_on(network: Network, kind: int, starts: Starts) -> list[tuple[int, int | None, int]]:
    """(giver, taker, day) for each hand-over of units; to None when they are absent from that day on.

    Who has been free the longest gives first: that leaves most slack.
    """
    held: list[tuple[int, int | None, int]] = [(0, None, max(units for _, units in network.levels[kind]))]
    passed = []
    for day, until, taker, needed in _takers(network, kind, starts):
        missing, kept = needed, [(until, taker, needed)]
        for free_from, giver, units in sorted(held, key=lambda each: each[0]):
            given = min(units, missing) if free_from <= day else 0
            missing -= given
            if given and giver is not None:
                passed.append((giver, taker, day))
            if given < units:
                kept.append((free_from, giver, units - given))
        held = kept
    return passed


def _takers(network: Network, kind: int, starts: Starts) -> list[tuple[int, int, int | None, int]]:
    """(day, until, row or None for an absence, units) in the order of days."""
    levels = network.levels[kind]
    most = max(units for _, units in levels)
    absences: list[tuple[int, int, int | None, int]] = [
        (begin, until, None, most - units)
        for (begin, units), until in zip(levels, [*(day for day, _ in levels[1:]), NEVER], strict=True)
        if units < most
    ]
    users: list[tuple[int, int, int | None, int]] = [
        (start, start + network.durations[row], row, network.demands[row][kind])
        for row, start in enumerate(starts)
        if kind in network.demands[row]
    ]
    return sorted(absences + users, key=lambda each: each[0])
