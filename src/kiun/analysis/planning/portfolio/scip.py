"""A program in the hands of SCIP, which comes with OR-tools: it bounds money and people better than CP-SAT does.

Its arithmetic is of floating point. What it takes is therefore completed and checked in whole numbers, and its bound is
widened by more than its tolerance.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import ceil, floor, inf

from ortools.math_opt.python import mathopt
from ortools.util.python.solve_interrupter import SolveInterrupter

from kiun.analysis.planning.portfolio.answers import Stop
from kiun.analysis.planning.portfolio.cp_sat import Found, Heard, Limits, Values, completed
from kiun.analysis.planning.portfolio.program import Aim, Program, Row, Terms

TOLERANCE = 1e-6
NODES = 20
"""Of the search tree for each unit of work, about as long as CP-SAT takes for one or two."""
BOUND_FIRST = {"nodeselection/bfs/stdpriority": 10_000_000, "nodeselection/bfs/maxplungedepth": 0}
# The last columns of a line of its log: … | dual bound | primal bound | gap | completion.
PROGRESS = re.compile(r"\|\s*([-+.e\d]+)\s*\|\s*([-+.e\d]+|--)\s*\|[^|]*\|[^|]*$")


def improve(
    program: Program,
    rows: Sequence[Row],
    aim: Aim,
    begin: Values | None,
    limits: Limits,
    *,
    heard: Heard,
    stop: Stop,
    only_bounds: bool = False,
) -> Found:
    """`only_bounds`: better answers are looked for elsewhere."""
    model, variables = model_of(program, rows)
    set_aim(model, variables, aim)
    interrupter = SolveInterrupter()
    with stop.ending(interrupter.interrupt):
        result = mathopt.solve(
            model,
            mathopt.SolverType.GSCIP,
            params=_bounding(limits, aim, begin) if only_bounds else _parameters(limits),
            model_params=_hints(variables, begin),
            msg_cb=lambda lines: _tell(lines, aim, heard),
            interrupter=interrupter,
        )
    return _found(program, rows, aim, result, variables, limits, stop)


def model_of(
    program: Program, rows: Iterable[Row], *, is_relaxed: bool = False
) -> tuple[mathopt.Model, list[mathopt.Variable]]:
    model = mathopt.Model()
    variables = [
        model.add_variable(lb=0, ub=most, is_integer=place < len(program.columns) and not is_relaxed)
        for place, most in enumerate(program.greatest)
    ]
    for row in rows:
        add(model, variables, row)
    return model, variables


def add(model: mathopt.Model, variables: Sequence[mathopt.Variable], row: Row) -> None:
    low, high = -inf if row.low is None else row.low, inf if row.high is None else row.high
    model.add_linear_constraint(lb=low, ub=high, expr=_sum(variables, row.terms))


def set_aim(model: mathopt.Model, variables: Sequence[mathopt.Variable], aim: Aim) -> None:
    goal = _sum(variables, aim.terms) + aim.constant
    if aim.is_more_better:
        model.maximize(goal)
    else:
        model.minimize(goal)


def _sum(variables: Sequence[mathopt.Variable], terms: Terms) -> mathopt.LinearSum:
    return mathopt.LinearSum(factor * variables[place] for place, factor in terms.items())


def _parameters(limits: Limits) -> mathopt.SolveParameters:
    return mathopt.SolveParameters(
        time_limit=timedelta(seconds=limits.seconds),
        node_limit=None if limits.work is None else round(limits.work * NODES),
        random_seed=limits.seed,
        enable_output=True,
    )


def _bounding(limits: Limits, aim: Aim, begin: Values | None) -> mathopt.SolveParameters:
    """The node with the worst bound is always the next: it alone holds back the bound of all. What is worse than
    `begin` is not looked for.
    """
    found = _parameters(limits)
    found.heuristics = mathopt.Emphasis.OFF
    found.gscip.int_params.update(BOUND_FIRST)
    if begin is not None:
        found.cutoff_limit = aim.of(begin) + (-1 if aim.is_more_better else 1)
    return found


def _hints(variables: Sequence[mathopt.Variable], begin: Values | None) -> mathopt.ModelSolveParameters:
    if begin is None:
        return mathopt.ModelSolveParameters()
    values = dict(zip(variables, map(float, begin), strict=True))
    return mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=values)])


def _tell(lines: Iterable[str], aim: Aim, heard: Heard) -> None:
    for line in lines:
        found = PROGRESS.search(line)
        if found:
            bound, value = found.groups()
            heard(None if value == "--" else round(float(value)), _whole(aim, float(bound)))


def _whole(aim: Aim, bound: float) -> int | None:
    """Aims are whole numbers, so that a bound between two of them can be drawn in."""
    if abs(bound) >= 1e18:  # noqa: PLR2004 - what SCIP takes for endless begins at 1e20
        return None
    wider = TOLERANCE * max(abs(bound), 1)
    return floor(bound + wider) if aim.is_more_better else ceil(bound - wider)


def _found(
    program: Program,
    rows: Sequence[Row],
    aim: Aim,
    result: mathopt.SolveResult,
    variables: Sequence[mathopt.Variable],
    limits: Limits,
    stop: Stop,
) -> Found:
    bound = _whole(aim, result.best_objective_bound())
    values = None
    if result.has_primal_feasible_solution():
        taking = result.variable_values(variables[: len(program.columns)])
        values = completed(program, rows, aim, frozenset(place for place, value in enumerate(taking) if value > 0.5))  # noqa: PLR2004
    is_closed = values is not None and aim.of(values) == bound
    is_timed = result.solve_time().total_seconds() >= limits.seconds
    return Found(values, bound, is_closed, is_cut=not is_closed and (stop.is_set or is_timed))
