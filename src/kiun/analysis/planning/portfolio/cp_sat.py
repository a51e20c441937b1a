"""A program in the hands of CP-SAT."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from kiun.analysis.planning.portfolio.answers import Stop
from kiun.analysis.planning.portfolio.program import Aim, Program, Row

Values = tuple[int, ...]
Heard = Callable[[int | None, int | None], None]
"""Told of the value of a better answer, or of a better bound."""


@dataclass(frozen=True)
class Limits:
    """`work` is CP-SAT's deterministic time, about a second on one machine of 2026; None: only the clock stops."""

    seconds: float
    work: float | None
    seed: int


@dataclass(frozen=True)
class Found:
    """`values` of all variables, None where no answer was found. No answer is better than `bound`, None where nothing
    is known. `is_closed`: there is nothing left to look for. `is_cut`: by the clock, or by whoever stopped it. `work`:
    the deterministic time it took.
    """

    values: Values | None
    bound: int | None
    is_closed: bool
    is_cut: bool
    work: float = 0.0


def model_of(program: Program, rows: Iterable[Row]) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, most, "") for most in program.greatest]
    for row in rows:
        add(model, variables, row)
    return model, variables


def add(model: cp_model.CpModel, variables: Sequence[cp_model.IntVar], row: Row) -> cp_model.Constraint:
    low = cp_model.INT_MIN if row.low is None else row.low
    high = cp_model.INT_MAX if row.high is None else row.high
    total = sum_of(variables, row.terms.keys(), row.terms.values())
    return model.add_linear_constraint(total, low, high)


def sum_of(variables: Sequence[cp_model.IntVar], places: Iterable[int], factors: Iterable[int]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.weighted_sum([variables[place] for place in places], list(factors))


def _aim(model: cp_model.CpModel, variables: Sequence[cp_model.IntVar], aim: Aim) -> None:
    goal = sum_of(variables, aim.terms.keys(), aim.terms.values()) + aim.constant
    if aim.is_more_better:
        model.maximize(goal)
    else:
        model.minimize(goal)


def improve(
    program: Program,
    rows: Iterable[Row],
    aim: Aim,
    begin: Values | None,
    limits: Limits,
    *,
    heard: Heard,
    stop: Stop,
) -> Found:
    """From the answer `begin` on."""
    model, variables = model_of(program, rows)
    _aim(model, variables, aim)
    for variable, value in zip(variables, begin or (), strict=False):
        model.add_hint(variable, value)
    solver = _solver(limits)
    watch = _Watch(solver, heard, stop)
    solver.best_bound_callback = watch.on_bound
    with stop.ending(solver.stop_search):
        if stop.is_set:
            return Found(None, None, is_closed=False, is_cut=True)
        status = solver.solve(model, watch)
    return _found(solver, status, variables, limits, stop)


def _solver(limits: Limits) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = limits.seconds
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    if limits.work is not None:
        solver.parameters.max_deterministic_time = limits.work
    return solver


def _found(
    solver: cp_model.CpSolver,
    status: cp_model.CpSolverStatus,
    variables: Sequence[cp_model.IntVar],
    limits: Limits,
    stop: Stop,
) -> Found:
    is_closed = status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}
    is_cut = not is_closed and (stop.is_set or solver.wall_time >= limits.seconds)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Found(None, None, is_closed, is_cut, solver.deterministic_time)
    values = tuple(int(solver.value(variable)) for variable in variables)
    return Found(values, round(solver.best_objective_bound), is_closed, is_cut, solver.deterministic_time)


def completed(program: Program, rows: Iterable[Row], aim: Aim, taken: frozenset[int]) -> Values | None:
    """All variables, the best for `aim`, when just the columns `taken` are; None where the rows do not hold."""
    model, variables = model_of(program, rows)
    for place in program.takes:
        model.add(variables[place] == int(place in taken))
    _aim(model, variables, aim)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return tuple(int(solver.value(variable)) for variable in variables)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells what is found. A wish to stop that came while the solver set out is lost: it is repeated from here."""

    def __init__(self, solver: cp_model.CpSolver, heard: Heard, stop: Stop) -> None:
        super().__init__()
        self._solver, self._heard, self._stop = solver, heard, stop

    def on_solution_callback(self) -> None:
        self._hear(round(self.objective_value), None)

    def on_bound(self, bound: float) -> None:
        self._hear(None, round(bound))

    def _hear(self, value: int | None, bound: int | None) -> None:
        self._heard(value, bound)
        if self._stop.is_set:
            self._solver.stop_search()
