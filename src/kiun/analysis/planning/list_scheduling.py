"""Schedules from lists: place one activity after another on the first days where it fits.

Method: serial schedule generation (Kelley 1963; Kolisch 1996, Serial and Parallel Resource-Constrained Project
Scheduling Methods Revisited) with forward-backward improvement (Valls, Ballestín and Quintanilla 2005, Justification
and RCPSP). Free units of all resources on one day are packed into one whole number, a field per resource with a guard
bit above it: one subtraction asks whether a demand fits, on any number of resources at once.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from kiun.analysis.planning.network import NEVER, Network
from kiun.analysis.planning.terms import LAST_DAY

Starts = list[int]

LATE_DAY = 4 * LAST_DAY
"""What a day beyond a window costs, in days of the whole project: a plan that costs less breaks no window."""


class ListScheduler:
    """Every method is a pure function of its arguments; what is worth computing once per project is kept here.

    Rows with a fixed start take their units first. Where a row fits nowhere it starts after the horizon: such a
    schedule is late, and counts as no solution.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        offsets, self._guards = _fields(network)
        packed = [sum(units << offsets[kind] for kind, units in needs.items()) for needs in network.demands]
        self._free = _free_units(network, offsets, self._guards)
        self._demands = packed
        self._crowded = False
        for row in range(network.size):
            if network.earliest[row] == network.latest_own[row]:
                self._place_first(row)
        self._windows = [(row, latest) for row, latest in enumerate(network.latest_own) if latest < NEVER]
        self._leads = any(gap < 0 for gaps in network.predecessors for _, gap in gaps)

    def _place_first(self, row: int) -> None:
        days = range(self.network.earliest[row], self.network.earliest[row] + self.network.durations[row])
        demand, guards = self._demands[row], self._guards
        if all((self._free[day] - demand) & guards == guards for day in days):
            for day in days:
                self._free[day] -= demand
        else:
            self._crowded = True
        self._demands[row] = 0

    def forward(self, rows: Sequence[int]) -> Starts:
        """The start of each row when, one after another, `rows` start as early as links, windows and free units allow.

        `rows` are in an order that keeps the links.
        """
        durations, predecessors, demands = self.network.durations, self.network.predecessors, self._demands
        guards, free = self._guards, self._free.copy()
        begin = self.network.earliest
        starts = [0] * len(durations)
        for row in rows:
            start = begin[row]
            for before, gap in predecessors[row]:
                if starts[before] + gap > start:  # noqa: PLR1730 (a third of the time of this loop)
                    start = starts[before] + gap
            demand = demands[row]
            if demand:
                seen, end = start, start + durations[row]
                day = end - 1
                while day >= seen:
                    if (free[day] - demand) & guards == guards:
                        day -= 1
                    else:
                        seen, start = end, day + 1
                        end = start + durations[row]
                        day = end - 1
                for day in range(start, end):
                    free[day] -= demand
            starts[row] = start
        return starts

    def backward(self, starts: Starts, end: int | None = None) -> Starts:
        """Every row, the last to end first, as late as `end` (that of `starts`) and those already moved allow.

        Without `end` no row comes to start earlier than in `starts`. A row that would have to start before day 0 is
        given such a start, and takes no units.
        """
        durations, successors, demands = self.network.durations, self.network.successors, self._demands
        guards, free, latest = self._guards, self._free.copy(), self.network.latest_own
        ends = [start + days for start, days in zip(starts, durations, strict=True)]
        last = max(ends) if end is None else end
        moved = starts.copy()
        for row in sorted(range(len(ends) - 1, -1, -1), key=ends.__getitem__, reverse=True):
            days = durations[row]
            start = min(last - days, max(latest[row], starts[row]))
            for after, gap in successors[row]:
                if moved[after] - gap < start:  # noqa: PLR1730 (as above)
                    start = moved[after] - gap
            demand = demands[row]
            if demand and start >= 0:
                seen, day = start + days, start
                while day < seen:
                    if (free[day] - demand) & guards == guards:
                        day += 1
                    else:
                        seen, start = start, day - days
                        day = start
                if start >= 0:
                    for day in range(start, start + days):
                        free[day] -= demand
            moved[row] = start
        return moved

    def cost(self, starts: Starts) -> int:
        """The end of the project, and far above every end when a row starts after its window.

        Where what is fixed asks for more than there is, every plan costs that much.
        """
        end = max(start + days for start, days in zip(starts, self.network.durations, strict=True))
        late = sum(max(starts[row] - latest, 0) for row, latest in self._windows)
        return end + (late + self._crowded) * LATE_DAY

    def justify(self, starts: Starts) -> Starts:
        """Pushed to the right and back to the left again: rarely longer, often shorter."""
        return self.forward(self.by_start(self.backward(starts)))

    def by_start(self, starts: Starts) -> list[int]:
        """The rows in the order of their starts; a lead that lets a follower start first does not turn them round."""
        if not self._leads:
            return sorted(range(len(starts)), key=starts.__getitem__)
        return list_by_priority(self.network, starts)


def list_by_priority(network: Network, priorities: Sequence[float]) -> list[int]:
    """All rows in an order that keeps the links; of those free to come next, the one with the least priority."""
    waiting = [len(before) for before in network.predecessors]
    ready = [(priorities[row], row) for row, count in enumerate(waiting) if not count]
    heapify(ready)
    rows = []
    while ready:
        _, row = heappop(ready)
        rows.append(row)
        for after, _ in network.successors[row]:
            waiting[after] -= 1
            if not waiting[after]:
                heappush(ready, (priorities[after], after))
    return rows


def _fields(network: Network) -> tuple[list[int], int]:
    """The lowest bit of each resource's field, and all guard bits."""
    offsets, guards, offset = [], 0, 0
    for levels in network.levels:
        width = max(units for _, units in levels).bit_length()
        offsets.append(offset)
        guards |= 1 << (offset + width)
        offset += width + 1
    return offsets, guards


def _free_units(network: Network, offsets: Sequence[int], guards: int) -> list[int]:
    """Free units of every day up to the horizon, and from there room for whatever fitted nowhere."""
    free = [guards] * (network.horizon + 1)
    for levels, offset in zip(network.levels, offsets, strict=True):
        ends = [day for day, _ in levels[1:]] + [len(free)]
        for (begin, units), end in zip(levels, ends, strict=True):
            for day in range(begin, end):
                free[day] += units << offset
    room = guards + sum(
        max(u for _, u in levels) << offset for levels, offset in zip(network.levels, offsets, strict=True)
    )
    return free + [room] * (network.horizon + 1)
