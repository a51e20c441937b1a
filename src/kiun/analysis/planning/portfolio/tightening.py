"""Rows that every answer keeps and the relaxation breaks: with them SCIP sets out from a nearer bound.

The people of one department in one quarter are few, and what a project needs of them is much: in the relaxation halves
of projects fill what whole ones leave free. A point of it that no mix of packings reaches (which projects are at work
in that quarter, each with one need at most) is cut off by a Fenchel cut (Boyd 1994, "Fenchel cutting planes for integer
programs"): its weights come from a small linear program that learns packings from an exact knapsack, and its
right-hand side is what that knapsack says of them in whole numbers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
import numpy.typing as npt
from ortools.math_opt.python import mathopt

from kiun.analysis.planning.portfolio.answers import Stop
from kiun.analysis.planning.portfolio.presolve import Decided
from kiun.analysis.planning.portfolio.program import Aim, Program, Row
from kiun.analysis.planning.portfolio.scip import add, model_of, set_aim

ROUNDS = 8
"""Most of what they bring comes from the first ones."""
LEAST_LOAD = 0.6
"""Of a limit: where the relaxation uses less of it, nothing is looked for."""
BROKEN = 1e-4
"""By how much, as a share of its right-hand side, a point breaks a row that is taken up."""
MOST_ROOM = 5000
"""Hundredths of FTE: in a larger limit what a project needs is small, so that the relaxation is near enough."""
REACHED = 1e-6
"""How near to its right-hand side, as a share of it, a row holds the relaxation back."""
PARTS = 1000
"""To which weights are rounded."""
PACKINGS = 60
"""Of one limit that are learned in one round, at most."""


def tightened(program: Program, rows: Sequence[Row], aim: Aim, seconds: float, stop: Stop) -> list[Row]:
    """Rows that follow from `rows` and cut off what of their relaxation looks best for `aim`; those that were found
    by the end of `seconds`, none when somebody wants it to stop.
    """
    until = monotonic() + seconds
    decided = Decided(program, rows)
    knapsacks = list(_knapsacks(program, rows, decided.impossible))
    relaxation = _Relaxation(program, rows, aim, decided)
    point = relaxation.best()
    found: list[Row] = []
    for _ in range(ROUNDS):
        if point is None:
            return []
        cuts = [
            cut
            for knapsack in knapsacks
            if not stop.is_set and monotonic() < until and (cut := knapsack.cut_off(point))
        ]
        if stop.is_set:
            return []
        if not cuts:
            break
        relaxation.add(cuts)
        found += cuts
        point = relaxation.best()
    # What others have made needless would only be carried along.
    return [row for row in found if point is not None and _is_reached(row, point)]


def _is_reached(row: Row, point: Sequence[float]) -> bool:
    assert row.high is not None
    return sum(factor * point[place] for place, factor in row.terms.items()) >= row.high * (1 - REACHED)


class _Relaxation:
    def __init__(self, program: Program, rows: Iterable[Row], aim: Aim, decided: Decided) -> None:
        self.model, self.variables = model_of(program, (*rows, *decided.rows), is_relaxed=True)
        for place in decided.impossible:
            self.variables[place].upper_bound = 0
        set_aim(self.model, self.variables, aim)
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            add(self.model, self.variables, row)

    def best(self) -> Sequence[float] | None:
        return _best(self.solver, self.variables)


def _best(solver: mathopt.IncrementalSolver, variables: Sequence[mathopt.Variable]) -> Sequence[float] | None:
    found = solver.solve()
    is_best = found.termination.reason is mathopt.TerminationReason.OPTIMAL
    return list(found.variable_values(variables)) if is_best else None


@dataclass(frozen=True)
class _Item:
    """What one project may need of one limit, and the columns in which it does."""

    project: int
    need: int
    columns: tuple[int, ...]


class _Knapsack:
    """One limit. What is learned of its packings stays from round to round."""

    def __init__(self, limit: int, items: Sequence[_Item]) -> None:
        self.limit, self.items = limit, items
        self.groups: dict[int, list[int]] = defaultdict(list)
        for number, item in enumerate(items):
            self.groups[item.project].append(number)
        self.model = mathopt.Model()
        self.weights = [self.model.add_variable(lb=0, ub=1) for _ in items]
        self.solver: mathopt.IncrementalSolver | None = None

    def cut_off(self, point: Sequence[float]) -> Row | None:
        shares = [sum(point[place] for place in item.columns) for item in self.items]
        if sum(item.need * share for item, share in zip(self.items, shares, strict=True)) < LEAST_LOAD * self.limit:
            return None
        weights = self._weights(shares)
        if weights is None:
            return None
        whole = [round(weight * PARTS) for weight in weights]
        most = round(self.heaviest(whole)[0])
        reached = sum(weight * share for weight, share in zip(whole, shares, strict=True))
        if reached <= most * (1 + BROKEN):
            return None
        terms = {
            place: weight
            for item, weight in zip(self.items, self._lifted(whole), strict=True)
            if weight
            for place in item.columns
        }
        return Row(terms, high=most)

    def _weights(self, shares: Sequence[float]) -> Sequence[float] | None:
        """Under which `shares` weigh most, when no packing that is known weighs more than 1."""
        for variable, share in zip(self.weights, shares, strict=True):
            variable.upper_bound = float(share > 0)
        self.model.maximize(mathopt.LinearSum(s * v for s, v in zip(shares, self.weights, strict=True)))
        self.solver = self.solver or mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)
        for _ in range(PACKINGS):
            found = _best(self.solver, self.weights)
            if found is None:
                return None
            most, packing = self.heaviest(found)
            if most <= 1 + BROKEN / 10:
                break
            self.model.add_linear_constraint(ub=1, expr=mathopt.LinearSum(self.weights[number] for number in packing))
        return found

    def heaviest(self, weights: Sequence[float]) -> tuple[float, list[int]]:
        """The packing that weighs most, by dynamic programming over the room there is: (its weight, its items)."""
        by_room = np.zeros(self.limit + 1, dtype=np.asarray(weights).dtype)
        taken: list[npt.NDArray[np.int16]] = []
        for group in self.groups.values():
            better, choice = by_room.copy(), np.full(self.limit + 1, -1, np.int16)
            for number in group:
                need = self.items[number].need
                if weights[number] > 0 and need <= self.limit:
                    with_it = by_room[: self.limit + 1 - need] + weights[number]
                    wins = with_it > better[need:]
                    better[need:][wins], choice[need:][wins] = with_it[wins], number
            by_room = better
            taken.append(choice)
        return by_room[-1].item(), list(self._packing(taken))

    def _packing(self, taken: Sequence[npt.NDArray[np.int16]]) -> Iterator[int]:
        room = self.limit
        for choice in reversed(taken):
            number = int(choice[room])
            if number >= 0:
                yield number
                room -= self.items[number].need

    def _lifted(self, weights: Sequence[int]) -> Sequence[int]:
        """Whoever needs more of the limit weighs at least what the same project weighs where it needs less."""
        return [
            max(weights[other] for other in self.groups[item.project] if self.items[other].need <= item.need)
            for item in self.items
        ]


def _knapsacks(program: Program, rows: Iterable[Row], impossible: Collection[int]) -> Iterator[_Knapsack]:
    for row in rows:
        if row.name is not None and row.name[0] == "capacity" and row.high is not None and 0 < row.high <= MOST_ROOM:
            by_need: dict[tuple[int, int], list[int]] = defaultdict(list)
            for place, need in row.terms.items():
                if place not in impossible:
                    by_need[program.columns[place].project, need].append(place)
            yield _Knapsack(row.high, [_Item(*key, tuple(places)) for key, places in sorted(by_need.items())])
