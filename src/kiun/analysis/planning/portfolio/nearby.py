"""Better answers in the neighbourhood of the best one: some projects are decided anew, the others stay as they are.

Large neighbourhood search (Shaw 1998). Neighbours are projects that share a department or a skill, that begin at about
the same time, or any; how many is learned from whether CP-SAT closes a neighbourhood with the work it is given.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random
from time import monotonic

from kiun.analysis.planning.portfolio import cp_sat
from kiun.analysis.planning.portfolio.answers import Stop
from kiun.analysis.planning.portfolio.cp_sat import Found, Heard, Limits, Values
from kiun.analysis.planning.portfolio.program import Aim, Program, Row

FIRST_WORK, MOST_WORK = 1.0, 8.0
"""Of CP-SAT's deterministic time for one neighbourhood."""
OVERHEAD = 0.2
"""What it counts for besides: to build it takes time too."""
PATIENCE = 12
"""After so many neighbourhoods without a better answer each is given twice the work."""
FIRST_SHARE, LEAST, STEP = 0.3, 4, 2
QUARTERS_AROUND = 2


def improve(
    program: Program, rows: Sequence[Row], aim: Aim, begin: Values, limits: Limits, *, heard: Heard, stop: Stop
) -> Found:
    """Until the limits: it proves nothing."""
    return _Search(program, rows, aim, begin, limits.seed).run(limits, heard, stop)


class _Search:
    def __init__(self, program: Program, rows: Sequence[Row], aim: Aim, begin: Values, seed: int) -> None:
        self.program, self.rows, self.aim, self.best = program, rows, aim, begin
        self.random = Random(seed)  # noqa: S311 (nothing secret)
        self.projects = range(len(program.problem.projects))
        self.users: dict[str, set[int]] = defaultdict(set)
        for column in program.columns:
            for kind, resource, _quarter in column.loads:
                if kind == "capacity":
                    self.users[resource].add(column.project)
        self.resources = sorted(self.users)

    def run(self, limits: Limits, heard: Heard, stop: Stop) -> Found:
        until = monotonic() + limits.seconds
        size, work, number = round(len(self.projects) * FIRST_SHARE), 0.0, 0
        each, in_vain = FIRST_WORK, 0
        while not (stop.is_set or monotonic() >= until or (limits.work is not None and work >= limits.work)):
            number += 1
            size = min(max(size, LEAST), len(self.projects))
            own = Limits(until - monotonic(), each, limits.seed + number)
            found = self._decided_anew(self._neighbours(size), own, stop)
            size += STEP if found.is_closed else -STEP
            work += found.work + OVERHEAD
            in_vain += 1
            if found.values is not None and self.aim.is_better(found.values, self.best):
                self.best, in_vain = found.values, 0
                heard(self.aim.of(self.best), None)
            elif in_vain >= PATIENCE:
                each, in_vain = min(2 * each, MOST_WORK), 0
        is_cut = limits.work is None or work < limits.work
        return Found(self.best, None, is_closed=False, is_cut=is_cut, work=work)

    def _decided_anew(self, projects: Collection[int], limits: Limits, stop: Stop) -> Found:
        """What is not among `projects` stays: it leaves the rows, and takes its part of their limits along."""
        columns = self.program.columns
        stays = {place: self.best[place] for place in self.program.takes if columns[place].project not in projects}
        rows = [row for row in (row.without(stays) for row in self.rows) if row.terms]
        aim = self.aim.without(stays)
        found = cp_sat.improve(self.program, rows, aim, self.best, limits, heard=_nobody, stop=stop)
        if found.values is None:
            return found
        return replace(found, values=tuple(stays.get(place, value) for place, value in enumerate(found.values)))

    def _neighbours(self, size: int) -> Collection[int]:
        ways = [self._any, self._any, self._sharing, self._sharing, self._around]
        return self.random.choice(ways)(size)

    def _any(self, size: int) -> Collection[int]:
        return self.random.sample(self.projects, size)

    def _sharing(self, size: int) -> Collection[int]:
        """Of resources in a random order, as long as there is room."""
        found: set[int] = set()
        for resource in self.random.sample(self.resources, len(self.resources)):
            if len(found) >= size:
                break
            found |= self.users[resource]
        return found or self._any(size)

    def _around(self, _size: int) -> Collection[int]:
        """What begins at about the same time, and what is left out."""
        chosen = [self.program.columns[place] for place in self.program.takes if self.best[place]]
        quarter = self.random.randrange(self.program.problem.calendar.quarters)
        left_out = set(self.projects) - {column.project for column in chosen}
        return left_out | {column.project for column in chosen if abs(column.start - quarter) <= QUARTERS_AROUND}


def _nobody(_value: int | None, _bound: int | None) -> None:
    """Answers of a neighbourhood are told by the search, which knows what the rest is worth."""
