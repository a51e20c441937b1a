"""The whole project as a constraint model for CP-SAT: proofs and bounds.

Method: cumulative scheduling with lazy clause generation (Schutt, Feydy, Stuckey and Wallace 2011, Explaining the
Cumulative Propagator), as CP-SAT implements it (Perron and Didier, OR-tools).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from kiun.analysis.planning.list_scheduling import Starts
from kiun.analysis.planning.network import Network, push_backward
from kiun.analysis.planning.watch import Watch


@dataclass(frozen=True)
class Answer:
    """`starts` where a plan was found; `closed` when it is proven that there is none, or none that ends earlier.

    `bound` holds for every plan that ends by the day that was asked for.
    """

    starts: Starts | None
    closed: bool
    bound: int


def shortest_plan(
    network: Network, end: int, watch: Watch, *, work: float, seed: int, hint: Sequence[int] | None = None
) -> Answer:
    """The plan that ends first among those that end by day `end`, as far as `work` reaches."""
    latest = push_backward(
        network, [min(end - days, last) for days, last in zip(network.durations, network.latest_own, strict=True)]
    )
    if any(last < first for first, last in zip(network.heads, latest, strict=True)):
        return Answer(None, closed=True, bound=end + 1)
    model = cp_model.CpModel()
    starts = [model.new_int_var(first, last, "") for first, last in zip(network.heads, latest, strict=True)]
    _add_links(model, network, starts)
    _add_capacities(model, network, starts, end)
    finish = model.new_int_var(watch.bound, end, "")
    for start, tail in zip(starts, network.tails, strict=True):
        model.add(finish >= start + tail)
    model.minimize(finish)
    for start, day, first, last in zip(starts, hint or [], network.heads, latest, strict=False):
        model.add_hint(start, min(max(day, first), last))
    solved = watch.solve(model, work=work, seed=seed, bounds_all=True)
    return _answer(solved.status, solved.solver, starts, end, watch.bound)


def _add_links(model: cp_model.CpModel, network: Network, starts: Sequence[cp_model.IntVar]) -> None:
    for row, before in enumerate(network.predecessors):
        for earlier, gap in before:
            model.add(starts[row] >= starts[earlier] + gap)


def _add_capacities(model: cp_model.CpModel, network: Network, starts: Sequence[cp_model.IntVar], end: int) -> None:
    spans = [
        model.new_fixed_size_interval_var(start, days, "")
        for start, days in zip(starts, network.durations, strict=True)
    ]
    for kind, levels in enumerate(network.levels):
        users = [row for row in range(network.size) if network.demands[row].get(kind)]
        most = max(units for _, units in levels)
        absences = [
            (model.new_fixed_size_interval_var(begin, min(until, end) - begin, ""), most - units)
            for (begin, units), until in zip(levels, [*(day for day, _ in levels[1:]), end], strict=True)
            if units < most and begin < min(until, end)
        ]
        model.add_cumulative(
            [spans[row] for row in users] + [span for span, _ in absences],
            [network.demands[row][kind] for row in users] + [units for _, units in absences],
            most,
        )


def _answer(
    status: cp_model.CpSolverStatus,
    solver: cp_model.CpSolver,
    starts: Sequence[cp_model.IntVar],
    end: int,
    bound: int,
) -> Answer:
    if status == cp_model.INFEASIBLE:
        return Answer(None, closed=True, bound=end + 1)
    if status == cp_model.UNKNOWN:
        return Answer(None, closed=False, bound=bound)
    found = [int(solver.value(start)) for start in starts]
    return Answer(found, closed=status == cp_model.OPTIMAL, bound=max(round(solver.best_objective_bound), bound))
