"""Keeps the time of a search, tells of its progress, and stops whatever runs when somebody has had enough."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from ortools.sat.python import cp_model

_TELL_EVERY = 0.2


@dataclass(frozen=True)
class Progress:
    """`best`: the end of the best plan so far, None before the first one. No plan ends before `bound`."""

    best: int | None
    bound: int
    seconds: float

    @property
    def gap(self) -> float | None:
        """How much of `best` might still be saved at most; 0 when the plan is proven to be the shortest."""
        return None if self.best is None else gap(self.best, self.bound)


def gap(best: int, bound: int) -> float:
    return 0.0 if best <= bound else (best - bound) / best


Tell = Callable[[Progress], bool]
"""Asked several times a second, in the thread that called; True stops the search."""


@dataclass(frozen=True)
class Solved:
    """What CP-SAT answered. `work` is its deterministic time: a repetition takes the same, on any machine."""

    status: cp_model.CpSolverStatus
    solver: cp_model.CpSolver
    work: float


class Watch:
    """Lanes (other threads) solve; the calling thread looks, which is when somebody is told and may stop everything."""

    def __init__(self, seconds: float, bound: int, tell: Tell | None = None) -> None:
        self.best: int | None = None
        self.bound = bound
        self.over = False
        self.halted = False
        self._tell = tell
        self._begun = self._told = monotonic()
        self._until = self._begun + seconds
        self._running: set[cp_model.CpSolver] = set()
        self._lock = Lock()

    @property
    def seconds(self) -> float:
        return monotonic() - self._begun

    @property
    def left(self) -> float:
        return max(self._until - monotonic(), 0.0)

    def found(self, end: int) -> None:
        with self._lock:
            self.best = end if self.best is None else min(self.best, end)

    def proved(self, bound: int) -> None:
        with self._lock:
            self.bound = max(self.bound, bound)

    def look(self) -> bool:
        """Whether to stop: the time is up, or who was told wants it. From then on nothing new is begun."""
        now = monotonic()
        if not self.over and now >= self._until:
            self.over = True
        if not self.over and self._tell is not None and now - self._told >= _TELL_EVERY:
            self._told = now
            self.over = self._tell(Progress(self.best, self.bound, self.seconds))
        if self.over:
            self.halt()
        return self.over

    def halt(self) -> None:
        """Stops what runs in the lanes. To be repeated until they are back: one may just be setting out."""
        self.halted = True
        with self._lock:
            for solver in self._running:
                solver.stop_search()

    def solve(
        self, model: cp_model.CpModel, *, work: float, seed: int, bounds_all: bool = False, linear: bool = False
    ) -> Solved:
        """One thread of CP-SAT on `model`, for at most `work` of its deterministic time.

        `bounds_all`: what it proves on the way holds for the whole project. `linear`: relax it to a linear program
        too, which bounds better and searches more slowly.
        """
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = work
        solver.parameters.max_time_in_seconds = self.left
        solver.parameters.linearization_level = 1 if linear else 0
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        if bounds_all:
            solver.best_bound_callback = lambda bound: self.proved(round(bound))
        with self._lock:
            self._running.add(solver)
        try:
            status = solver.solve(model)
        finally:
            with self._lock:
                self._running.discard(solver)
        return Solved(status, solver, solver.deterministic_time)
