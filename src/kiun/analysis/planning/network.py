"""A project in numbers: activities as rows, links as gaps between starts, and the earliest and latest days they allow.

Method: longest paths in topological order, forwards and backwards (Kelley and Walker 1959, Critical-Path Planning and
Scheduling), with generalised gaps (Elmaghraby and Kamburowski 1992).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kiun.analysis.planning.terms import LAST_DAY, Activity, Flaw, Link, Project, ProjectError

Gaps = list[list[tuple[int, int]]]
"""For each row its neighbours as (row, least days from the earlier start to the later one)."""

NEVER = 4 * LAST_DAY
"""A day after every other."""


@dataclass(frozen=True)
class Network:
    """Rows are in topological order: whatever a row waits for has a smaller number.

    `heads` and `latest` are the first and last start that windows and links allow, `tails` the least days from the
    start of a row to the end of the project.
    """

    ids: tuple[str, ...]
    durations: list[int]
    predecessors: Gaps
    successors: Gaps
    earliest: list[int]
    latest_own: list[int]
    demands: list[dict[int, int]]
    levels: list[list[tuple[int, int]]]

    @property
    def size(self) -> int:
        return len(self.ids)

    @cached_property
    def heads(self) -> list[int]:
        return push_forward(self, self.earliest)

    @cached_property
    def latest(self) -> list[int]:
        return push_backward(self, self.latest_own)

    @cached_property
    def tails(self) -> list[int]:
        tails = list(self.durations)
        for row in range(self.size - 1, -1, -1):
            for after, gap in self.successors[row]:
                tails[row] = max(tails[row], gap + tails[after])
        return tails

    @cached_property
    def path_bound(self) -> int:
        """The end of the project if only links and windows counted."""
        return max((head + days for head, days in zip(self.heads, self.durations, strict=True)), default=0)

    @cached_property
    def horizon(self) -> int:
        """A day at which some shortest schedule has ended, if there is any schedule.

        After the last day on which a window or capacity changes, a schedule without needless waiting never pauses for
        longer than a lag asks.
        """
        changes = [day for levels in self.levels for day, _ in levels]
        waits = sum(self._wait(before) for before in self.predecessors if before)
        return max([*changes, *self.earliest], default=0) + sum(self.durations) + waits

    def _wait(self, predecessors: Sequence[tuple[int, int]]) -> int:
        """The longest pause that a link asks for after the end of what comes before."""
        longest = 0
        for before, gap in predecessors:
            longest = max(longest, gap - self.durations[before])
        return longest


def network_of(project: Project) -> Network:
    """Raises ProjectError (CYCLE, with the ids in the circle; TOO_LONG) where the links cannot be followed."""
    activities = _in_topological_order(project)
    number = {activity.id: row for row, activity in enumerate(activities)}
    kind = {resource.id: column for column, resource in enumerate(project.resources)}
    durations = [activity.duration for activity in activities]
    predecessors, successors = _gaps(project.links, number, durations)
    network = Network(
        ids=tuple(number),
        durations=durations,
        predecessors=predecessors,
        successors=successors,
        earliest=[max(a.earliest, a.fixed_start or 0) for a in activities],
        latest_own=[_latest_start(a) for a in activities],
        demands=[{kind[r]: n for r, n in a.demands.items() if n and a.duration} for a in activities],
        levels=[resource.levels() for resource in project.resources],
    )
    if network.horizon > LAST_DAY:
        raise ProjectError(Flaw.TOO_LONG, (max(activities, key=lambda activity: activity.duration).id,))
    return network


def push_forward(network: Network, starts: Sequence[int]) -> list[int]:
    """The earliest starts not before `starts` that keep every link."""
    pushed: list[int] = []
    for start, predecessors in zip(starts, network.predecessors, strict=True):
        pushed.append(max([start, *[pushed[before] + gap for before, gap in predecessors]]))
    return pushed


def push_backward(network: Network, starts: Sequence[int]) -> list[int]:
    """The latest starts not after `starts` that keep every link."""
    pushed = list(starts)
    for row in range(network.size - 1, -1, -1):
        for after, gap in network.successors[row]:
            pushed[row] = min(pushed[row], pushed[after] - gap)
    return pushed


def _latest_start(activity: Activity) -> int:
    by_deadline = NEVER if activity.deadline is None else activity.deadline - activity.duration
    return by_deadline if activity.fixed_start is None else min(by_deadline, activity.fixed_start)


def _gaps(links: Sequence[Link], number: Mapping[str, int], durations: Sequence[int]) -> tuple[Gaps, Gaps]:
    """Of several links between the same two activities, the one that asks for most."""
    widest: dict[tuple[int, int], int] = {}
    for link in links:
        pair = number[link.before], number[link.after]
        gap = link.gap(durations[pair[0]])
        if pair not in widest or gap > widest[pair]:
            widest[pair] = gap
    predecessors: Gaps = [[] for _ in durations]
    successors: Gaps = [[] for _ in durations]
    for (before, after), gap in widest.items():
        predecessors[after].append((before, gap))
        successors[before].append((after, gap))
    return predecessors, successors


def _in_topological_order(project: Project) -> list[Activity]:
    followers: dict[str, list[str]] = {activity.id: [] for activity in project.activities}
    waiting = dict.fromkeys(followers, 0)
    for link in project.links:
        followers[link.before].append(link.after)
        waiting[link.after] += 1
    order = [each for each, count in waiting.items() if not count]
    for each in order:
        for after in followers[each]:
            waiting[after] -= 1
            if not waiting[after]:
                order.append(after)
    if len(order) < len(followers):
        raise ProjectError(Flaw.CYCLE, _circle({each for each, count in waiting.items() if count}, project.links))
    by_id = {activity.id: activity for activity in project.activities}
    return [by_id[each] for each in order]


def _circle(stuck: set[str], links: Sequence[Link]) -> tuple[str, ...]:
    """Whatever is stuck waits for something that is stuck: whoever follows that backwards comes round."""
    waits_for = {link.after: link.before for link in links if link.before in stuck}
    walked: list[str] = []
    each = min(stuck)
    while each not in walked:
        walked.append(each)
        each = waits_for[each]
    return tuple(reversed(walked[walked.index(each) :]))
