"""Why there is no plan at all: a small set of constraints that cannot hold together."""

from collections import defaultdict
from time import monotonic

from ortools.sat.python import cp_model

from kiun.analysis.planning.portfolio.answers import Name, Stop
from kiun.analysis.planning.portfolio.cp_sat import add, model_of
from kiun.analysis.planning.portfolio.program import Row, program_of
from kiun.analysis.planning.portfolio.terms import Problem


def conflict_in(problem: Problem, *, seconds: float, seed: int, stop: Stop) -> tuple[Name, ...] | None:
    """None where it could not be shown in time that there is a conflict.

    The core that CP-SAT names, without what it can do without (deletion filter; Chinneck and Dravnieks 1991).
    """
    return _Search(problem, seconds, seed, stop).run()


class _Search:
    def __init__(self, problem: Problem, seconds: float, seed: int, stop: Stop) -> None:
        self.until = monotonic() + seconds
        self.seed, self.stop = seed, stop
        program = program_of(problem, is_explaining=True)
        named: dict[Name, list[Row]] = defaultdict(list)
        for row in program.rows:
            if row.name:
                named[row.name].append(row)
        self.model, variables = model_of(program, [row for row in program.rows if not row.name])
        # Each named group of rows holds only with its literal.
        self.literals: dict[Name, cp_model.IntVar] = {}
        for name, rows in named.items():
            self.literals[name] = self.model.new_bool_var("")
            for row in rows:
                add(self.model, variables, row).only_enforce_if(self.literals[name])

    def run(self) -> tuple[Name, ...] | None:
        core = self._core(tuple(self.literals))
        for name in core or ():
            if core is not None and name in core:
                core = self._core(tuple(other for other in core if other != name)) or core
        return core

    def _core(self, names: tuple[Name, ...]) -> tuple[Name, ...] | None:
        """Those of `names` that cannot hold together; None where they can, or nobody knows."""
        if self.stop.is_set or monotonic() >= self.until:
            return None
        self.model.clear_assumptions()
        self.model.add_assumptions([self.literals[name] for name in names])
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = self.until - monotonic()
        solver.parameters.random_seed = self.seed
        solver.parameters.num_workers = 1
        with self.stop.ending(solver.stop_search):
            if self.stop.is_set:
                return None
            status = solver.solve(self.model)
        if status != cp_model.INFEASIBLE:
            return None
        named = set(solver.sufficient_assumptions_for_infeasibility())
        return tuple(name for name in names if self.literals[name].index in named)
