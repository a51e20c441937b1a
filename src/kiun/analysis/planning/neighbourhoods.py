"""Shorten a plan at one stretch of time: before it everything stays early, after it everything moves as late as the
wanted end allows, and CP-SAT fits what lies between into the room that is left.

Method: large neighbourhood search (Shaw 1998) with time windows (Palpant, Artigues and Michelon 2004, LSSPER; Godard,
Laborie and Nuijten 2005, Randomized Large Neighborhood Search for Cumulative Scheduling). Freezing both sides, instead
of keeping an order among them, leaves so small a model that hundreds of windows are tried in a minute.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from kiun.analysis.planning.days import Days, free_units
from kiun.analysis.planning.list_scheduling import ListScheduler, Starts
from kiun.analysis.planning.network import Network
from kiun.analysis.planning.passes import end_of
from kiun.analysis.planning.watch import Watch

FIRST_WIDTH, LEAST_WIDTH = 20.0, 8.0
_TRY, _SET_UP = 0.2, 0.01
"""CP-SAT's deterministic time for one window, and what preparing it counts for."""
_WIDER, _NARROWER = 1.03, 0.95


@dataclass(frozen=True)
class Shortened:
    """`width`: how many rows the next window should free, more after easy proofs, fewer after vain tries."""

    starts: Starts
    width: float


@dataclass(frozen=True)
class Window:
    """`frozen` rows have their starts; a free row starts between `first` and `last`, in what is left of `room`."""

    frozen: Mapping[int, int]
    first: Mapping[int, int]
    last: Mapping[int, int]
    room: Days


class Shortener:
    def __init__(self, scheduler: ListScheduler, watch: Watch) -> None:
        self._scheduler, self._watch = scheduler, watch
        self._network = scheduler.network

    def shorten(self, starts: Starts, *, width: float, work: float, random: Random) -> Shortened:
        """Tries one window after another until `work` is spent. Repeatable: the same arguments, the same plan."""
        best, spent = starts, 0.0
        early, late, order = self._both_sides(best)
        while spent < work and not self._watch.halted:
            size = min(round(width), len(order))
            begin = random.randrange(len(order) - size + 1)
            window = self._window(early, late, order, begin, begin + size)
            spent += _SET_UP
            if window is None:
                continue
            model, variables = _model(self._network, window)
            solved = self._watch.solve(model, work=_TRY, seed=random.randrange(2**31))
            spent += solved.work
            if solved.status == cp_model.UNKNOWN:
                width = max(width * _NARROWER, LEAST_WIDTH)
            elif solved.status == cp_model.INFEASIBLE:
                width = min(width * _WIDER, len(order))
            else:
                found = {row: int(solved.solver.value(variable)) for row, variable in variables.items()}
                best = self._tidied([{**window.frozen, **found}[row] for row in range(len(order))])
                early, late, order = self._both_sides(best)
        return Shortened(best, width)

    def _both_sides(self, starts: Starts) -> tuple[Starts, Starts, list[int]]:
        """The plan early, late for an end one day sooner, and its rows by where they lie on average."""
        late = self._scheduler.backward(starts, end_of(self._network, starts) - 1)
        middles = [sum(each) for each in zip(starts, late, self._network.durations, strict=True)]
        return starts, late, sorted(range(len(starts)), key=middles.__getitem__)

    def _tidied(self, starts: Starts) -> Starts:
        justified = self._scheduler.justify(starts)
        return min(justified, starts, key=self._scheduler.cost)

    def _window(self, early: Starts, late: Starts, order: Sequence[int], begin: int, end: int) -> Window | None:
        """None where the two sides contradict each other, or leave a free row no day to start."""
        frozen = {row: early[row] for row in order[:begin]} | {row: late[row] for row in order[end:]}
        free = sorted(order[begin:end])
        room = self._room_beside(frozen)
        if room is None or not self._agree(frozen):
            return None
        wanted = end_of(self._network, early) - 1
        first, last = dict(frozen), dict(frozen)
        for row in free:
            waits = [first[before] + gap for before, gap in self._network.predecessors[row]]
            first[row] = max([self._network.earliest[row], *waits])
        for row in reversed(free):
            limits = [last[after] - gap for after, gap in self._network.successors[row]]
            own = min(wanted - self._network.durations[row], self._network.latest_own[row])
            last[row] = min([own, *limits])
            if last[row] < first[row]:
                return None
        return Window(frozen, {row: first[row] for row in free}, {row: last[row] for row in free}, room)

    def _agree(self, frozen: Mapping[int, int]) -> bool:
        network = self._network
        return all(
            start >= network.earliest[row]
            and all(frozen[before] + gap <= start for before, gap in network.predecessors[row] if before in frozen)
            for row, start in frozen.items()
        )

    def _room_beside(self, frozen: Mapping[int, int]) -> Days | None:
        room = free_units(self._network, frozen)
        return None if room.min(initial=0) < 0 else room


def _model(network: Network, window: Window) -> tuple[cp_model.CpModel, dict[int, cp_model.IntVar]]:
    model = cp_model.CpModel()
    starts = {row: model.new_int_var(window.first[row], window.last[row], "") for row in window.first}
    spans = {row: model.new_fixed_size_interval_var(starts[row], network.durations[row], "") for row in starts}
    for row, start in starts.items():
        for before, gap in network.predecessors[row]:
            if before in starts:
                model.add(start >= starts[before] + gap)
    begin = min(window.first.values())
    end = max(last + network.durations[row] for row, last in window.last.items())
    for kind, room in enumerate(window.room):
        users = [row for row in starts if kind in network.demands[row]]
        if not users:
            continue
        intervals = [spans[row] for row in users]
        demands = [network.demands[row][kind] for row in users]
        most = int(room[begin:end].max(initial=0))
        for first, until, units in _pieces(room[begin:end]):
            if units < most:
                intervals.append(model.new_fixed_size_interval_var(begin + first, until - first, ""))
                demands.append(most - units)
        model.add_cumulative(intervals, demands, most)
    return model, starts


def _pieces(room: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """(first, until, units) of each stretch of days with equally many free units."""
    steps = [0, *(np.flatnonzero(np.diff(room)) + 1).tolist(), len(room)]
    for first, until in pairwise(steps):
        yield first, until, int(room[first])
