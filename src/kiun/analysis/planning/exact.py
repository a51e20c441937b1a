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
    network: Network, bound: int, end: int, watch: Watch, *, work: float, seed: int, hint: Sequence[int]
) -> Answer:
    """The plan that ends first among those that end from day `bound` to day `end`, as far as `work` reaches."""
    latest = _latest(network, end)
    if latest is None or bound > end:
        return Answer(None, closed=True, bound=end + 1)
    model, starts = _model(network, latest, end)
    finish = model.new_int_var(bound, end, "")
    for start, tail in zip(starts, network.tails, strict=True):
        model.add(finish >= start + tail)
    model.minimize(finish)
    for start, day, first, last in zip(starts, hint, network.heads, latest, strict=True):
        model.add_hint(start, min(max(day, first), last))
    solved = watch.solve(model, work=work, seed=seed, bounds_all=True)
    if solved.status == cp_model.INFEASIBLE:
        return Answer(None, closed=True, bound=end + 1)
    bound = max(round(solved.solver.best_objective_bound), bound)
    if solved.status == cp_model.UNKNOWN:
        return Answer(None, closed=False, bound=bound)
    found = [int(solved.solver.value(start)) for start in starts]
    return Answer(found, closed=solved.status == cp_model.OPTIMAL, bound=bound)


def any_plan(network: Network, watch: Watch, *, work: float, seed: int) -> Answer:
    """Some plan, however long, or the proof that there is none."""
    latest = _latest(network, network.horizon)
    if latest is None:
        return Answer(None, closed=True, bound=0)
    model, starts = _model(network, latest, network.horizon)
    solved = watch.solve(model, work=work, seed=seed)
    if solved.status in {cp_model.INFEASIBLE, cp_model.UNKNOWN}:
        return Answer(None, closed=solved.status == cp_model.INFEASIBLE, bound=0)
    return Answer([int(solved.solver.value(start)) for start in starts], closed=True, bound=0)


def _latest(network: Network, end: int) -> Starts | None:
    """The last starts for an end by day `end`; None where one lies before the first start."""
    own = [min(end - days, last) for days, last in zip(network.durations, network.latest_own, strict=True)]
    latest = push_backward(network, own)
    late = any(last < first for first, last in zip(network.heads, latest, strict=True))
    return None if late else latest


def _model(network: Network, latest: Starts, end: int) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    starts = [model.new_int_var(first, last, "") for first, last in zip(network.heads, latest, strict=True)]
    _add_links(model, network, starts)
    _add_capacities(model, network, starts, end)
    return model, starts


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
