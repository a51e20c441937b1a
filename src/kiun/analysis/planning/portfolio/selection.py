"""Which projects are carried out, in which mode, from which quarter on.

A 0/1 program over (project, mode, start), solved by CP-SAT level by level: legal lateness, then value times the
quarters in which it is earned, then the distance from the approved plan, then the peak of FTE; each level is held while
the next one is improved (lexicographic goal programming; Charnes and Cooper 1977).
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from kiun.analysis.planning.portfolio.answers import Level, Name, Report, Selection, Status, Stop, Told, Use
from kiun.analysis.planning.portfolio.checks import check
from kiun.analysis.planning.portfolio.columns import HUNDREDTHS, THOUSAND, columns, free_from, limits
from kiun.analysis.planning.portfolio.terms import Choice, Precedence, Problem, ResourceKind

MILLION = 1_000_000

# Share of the time for each level; what one leaves over goes to the next.
SHARES = {"lateness": 0.15, "value": 0.6, "distance": 0.7, "peak": 1.0}
LEVELS = tuple(SHARES)
LEAST_SECONDS = 0.5


@dataclass(frozen=True)
class _Aim:
    name: str
    sum: Any
    is_more_better: bool = False


def select_portfolio(
    problem: Problem,
    *,
    seconds: float = 60,
    seed: int = 0,
    workers: int = 2,
    told: Told | None = None,
    stop: Stop | None = None,
    levels: tuple[str, ...] = LEVELS,
) -> Selection:
    """Stops after `seconds`, or when `stop` is set. `told` is called, from a thread of the solver, at better answers.

    Repeatable as far as the levels are proven: the value of a proven level is the same in every run.

    Raises PortfolioError for a problem that cannot be meant.
    """
    check(problem)
    return _Search(problem, seconds, seed, workers, told, stop, levels).run()


def worth_of(problem: Problem, use: Use, value: int, *, seconds: float = 5, seed: int = 0, workers: int = 2) -> int:
    """Points that one million yen more of a budget, or one FTE more of a capacity, would bring beyond `value`.

    A lower bound where the time does not reach for a proof; never below 0.
    """
    if use.kind == "budget":
        budgets = tuple(
            replace(one, yen=one.yen + MILLION) if (one.source, one.year) == (use.id, use.period) else one
            for one in problem.budgets
        )
        richer = replace(problem, budgets=budgets)
    else:
        resources = tuple(
            replace(one, capacity=tuple(fte + 1 for fte in one.capacity)) if one.id == use.id else one
            for one in problem.resources
        )
        richer = replace(problem, resources=resources)
    levels = ("lateness", "value")
    found = select_portfolio(richer, seconds=seconds, seed=seed, workers=workers, levels=levels)
    best = next((level.value for level in found.levels if level.name == "value"), value)
    return max(best - value, 0)


class _Search:
    def __init__(
        self,
        problem: Problem,
        seconds: float,
        seed: int,
        workers: int,
        told: Told | None = None,
        stop: Stop | None = None,
        levels: tuple[str, ...] = LEVELS,
        *,
        is_explaining: bool = False,
    ) -> None:
        self.problem = problem
        self.begun = time.monotonic()
        self.seconds, self.seed, self.workers, self.told = seconds, seed, workers, told
        self.stop, self.levels = stop or Stop(), levels
        self.columns = list(columns(problem))
        self.model = cp_model.CpModel()
        self.takes = [self.model.new_bool_var(f"x{place}") for place in range(len(self.columns))]
        self.of_project: dict[int, list[int]] = defaultdict(list)
        for place, column in enumerate(self.columns):
            self.of_project[column.project].append(place)
        # What a conflict may name: when a reason is looked for, each group of constraints holds only with its literal.
        self.is_explaining = is_explaining
        self.held: dict[Name, cp_model.IntVar] = {}
        # (variable, −1 out of or 1 into) by budget, and the net amounts of the best answer.
        self.carried: dict[tuple[str, str, int], list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
        self.extra: dict[tuple[str, str, int], int] = {}
        self._limit()

    def run(self) -> Selection:
        self._hint()
        levels: list[Level] = []
        best: list[int] | None = None
        for aim in self._aims():
            if aim.name not in self.levels:
                continue
            found = self._improve(aim, best)
            if found is None:
                break
            level, best = found
            levels.append(level)
            self.model.add(aim.sum >= level.value if aim.is_more_better else aim.sum <= level.value)
        if best is None:
            return self._why_nothing()
        is_proven = len(levels) == len(self.levels) and all(level.gap == 0 for level in levels)
        return Selection(
            status=Status.OPTIMAL if is_proven else Status.FEASIBLE,
            choices=tuple(self._choice(place) for place in best),
            levels=tuple(levels),
            uses=tuple(self._uses(best)),
        )

    # --- constraints ------------------------------------------------------------------------------------------------

    def _limit(self) -> None:
        for number, project in enumerate(self.problem.projects):
            self.model.add_at_most_one(self.takes[place] for place in self.of_project[number])
            if project.mandatory or project.fixed:
                self._hold(("mandatory", (project.id,)), sum(self._of(number)) >= 1)
        self._limit_money_and_people()
        for precedence in self.problem.precedences:
            self._order(precedence)
        numbers = {project.id: number for number, project in enumerate(self.problem.projects)}
        for group in self.problem.exclusions:
            self._hold(("exclusion", group), sum(one for key in group for one in self._of(numbers[key])) <= 1)
        for group in self.problem.together:
            for first, second in pairwise(group):
                same = sum(self._of(numbers[first])) == sum(self._of(numbers[second]))
                self._hold(("together", group), same)

    def _of(self, number: int) -> list[cp_model.IntVar]:
        return [self.takes[place] for place in self.of_project[number]]

    def _hold(self, name: Name, constraint: Any) -> None:
        added = self.model.add(constraint)
        if self.is_explaining:
            literal = self.held.setdefault(name, self.model.new_bool_var("|".join((name[0], *name[1]))))
            added.only_enforce_if(literal)

    def _limit_money_and_people(self) -> None:
        loads: dict[tuple[str, str, int], list[tuple[int, int]]] = defaultdict(list)
        for place, column in enumerate(self.columns):
            for key, amount in column.loads.items():
                loads[key].append((place, amount))
        self._carry(loads)
        for key, limit in limits(self.problem).items():
            used = sum(amount * self.takes[place] for place, amount in loads.get(key, ()))
            kind, identifier, period = key
            extra = sum(sign * amount for amount, sign in self.carried.get(key, ()))
            self._hold((kind, (identifier, str(period))), used <= limit + extra)

    def _carry(self, loads: Mapping[tuple[str, str, int], Iterable[tuple[int, int]]]) -> None:
        """Out of a year into the next. Money is carried once: no more leaves a year than its own budget; what was
        carried for one project pays for that project alone.
        """
        leaving: dict[tuple[str, str, int], Any] = defaultdict(int)
        numbers = {project.id: number for number, project in enumerate(self.problem.projects)}
        for number, one in enumerate(self.problem.carry_overs):
            amount = self.model.new_int_var(0, one.yen // THOUSAND, f"carry{number}")
            here, there = ("budget", one.source, one.year), ("budget", one.source, one.year + 1)
            self.carried[here].append((amount, -1))
            self.carried[there].append((amount, 1))
            leaving[here] += amount
            if one.project is not None:
                own = [pair for pair in loads.get(there, ()) if self.columns[pair[0]].project == numbers[one.project]]
                self.model.add(amount <= sum(yen * self.takes[place] for place, yen in own))
        for key, amounts in leaving.items():
            self.model.add(amounts <= limits(self.problem)[key])

    def _order(self, precedence: Precedence) -> None:
        """`after` starts in q only if `before` is taken in a column that lets it."""
        numbers = {project.id: number for number, project in enumerate(self.problem.projects)}
        before, after = numbers[precedence.before], numbers[precedence.after]
        starts = sorted({self.columns[place].start for place in self.of_project[after]})
        for start in starts:
            early = [
                self.takes[place]
                for place in self.of_project[before]
                if free_from(self.columns[place], precedence) <= start
            ]
            begun = [self.takes[place] for place in self.of_project[after] if self.columns[place].start <= start]
            self._hold(("precedence", (precedence.before, precedence.after)), sum(begun) <= sum(early))

    # --- aims -------------------------------------------------------------------------------------------------------

    def _aims(self) -> Iterator[_Aim]:
        yield _Aim("lateness", self._lateness())
        yield _Aim("value", self._value(), is_more_better=True)
        yield _Aim("distance", self._distance())
        yield _Aim("peak", self._peak())

    def _value(self) -> Any:
        """Points for each quarter under view in which a project is complete."""
        horizon = self.problem.calendar.quarters
        return sum(
            column.mode.value * max(horizon - column.end, 0) * self.takes[place]
            for place, column in enumerate(self.columns)
        )

    def _lateness(self) -> Any:
        """A dropped project is one quarter later than one completed at the end of the view."""
        worst = self.problem.calendar.quarters + 1
        terms: list[Any] = []
        for number, project in enumerate(self.problem.projects):
            if project.deadline is None:
                continue
            due, weight = project.deadline.quarter, project.deadline.weight
            dropped = max(worst - due, 0) * weight
            terms.append(dropped)
            for place in self.of_project[number]:
                late = max(self.columns[place].end - due, 0) * weight
                terms.append((late - dropped) * self.takes[place])
        return sum(terms)

    def _distance(self) -> Any:
        if self.problem.approved is None:
            return 0
        approved = {choice.project: choice for choice in self.problem.approved}
        weights = self.problem.weights
        terms: list[Any] = []
        for number, project in enumerate(self.problem.projects):
            plan = approved.get(project.id)
            drop = weights.drop if plan else 0
            terms.append(drop)
            for place in self.of_project[number]:
                column = self.columns[place]
                if plan is None:
                    cost = weights.add
                else:
                    shift = abs(column.start - plan.start)
                    cost = (weights.start if shift else 0) + weights.quarter * shift
                    cost += weights.mode if column.mode.id != plan.mode else 0
                terms.append((cost - drop) * self.takes[place])
        return sum(terms)

    def _peak(self) -> Any:
        """Of all departments together, in hundredths of FTE."""
        departments = {one.id for one in self.problem.resources if one.kind is ResourceKind.DEPARTMENT}
        by_quarter: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, column in enumerate(self.columns):
            for (kind, identifier, quarter), amount in column.loads.items():
                if kind == "capacity" and identifier in departments:
                    by_quarter[quarter].append((place, amount))
        highest = sum(amount for found in by_quarter.values() for _place, amount in found)
        peak = self.model.new_int_var(0, max(highest, 1), "peak")
        for found in by_quarter.values():
            self.model.add(sum(amount * self.takes[place] for place, amount in found) <= peak)
        return peak

    # --- search -----------------------------------------------------------------------------------------------------

    def _hint(self) -> None:
        """The approved plan is where the search begins."""
        approved = {(one.project, one.mode, one.start) for one in self.problem.approved or ()}
        for place, column in enumerate(self.columns):
            key = (self.problem.projects[column.project].id, column.mode.id, column.start)
            self.model.add_hint(self.takes[place], key in approved)

    def _left(self) -> float:
        return max(self.seconds - (time.monotonic() - self.begun), 0)

    def _improve(self, aim: _Aim, best: list[int] | None) -> tuple[Level, list[int]] | None:
        if self.stop.is_set or (best is not None and self._left() < LEAST_SECONDS):
            return None
        if best is not None:
            self.model.clear_hints()  # type: ignore[no-untyped-call]
            chosen = set(best)
            for place, take in enumerate(self.takes):
                self.model.add_hint(take, place in chosen)
        if aim.is_more_better:
            self.model.maximize(aim.sum)
        else:
            self.model.minimize(aim.sum)
        begun = time.monotonic()
        solver = self._solver(max(self._left() * SHARES[aim.name], LEAST_SECONDS))
        self.stop.watch(solver)
        status = solver.solve(self.model, _Listener(self, aim.name))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        value, bound = round(solver.objective_value), round(solver.best_objective_bound)
        taken = [place for place, take in enumerate(self.takes) if solver.value(take)]
        self.extra = {
            key: sum(sign * solver.value(amount) for amount, sign in found) for key, found in self.carried.items()
        }
        gap = abs(bound - value) / max(abs(value), 1)
        return Level(aim.name, value, bound, gap, time.monotonic() - begun), taken

    def _solver(self, seconds: float) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.random_seed = self.seed
        solver.parameters.num_workers = self.workers
        solver.parameters.linearization_level = 2
        return solver

    def _why_nothing(self) -> Selection:
        if self.stop.is_set:
            return Selection(status=Status.UNKNOWN)
        return _Search(self.problem, max(self._left(), 2.0), self.seed, 1, is_explaining=True).explain()

    def explain(self) -> Selection:
        """The core that the solver names, without what it can do without."""
        literals = {literal.index: name for name, literal in self.held.items()}
        status, core = self._core(list(self.held.values()))
        if status != cp_model.INFEASIBLE:
            return Selection(status=Status.UNKNOWN)
        for index in list(core):
            rest = [self.held[literals[other]] for other in core if other != index]
            status, smaller = self._core(rest)
            if status == cp_model.INFEASIBLE:
                core = smaller
        return Selection(status=Status.INFEASIBLE, conflict=tuple(literals[index] for index in core))

    def _core(self, assumed: Iterable[cp_model.IntVar]) -> tuple[Any, list[int]]:
        self.model.clear_assumptions()
        self.model.add_assumptions(list(assumed))
        solver = self._solver(max(self._left(), 2.0))
        status = solver.solve(self.model)
        core = list(solver.sufficient_assumptions_for_infeasibility()) if status == cp_model.INFEASIBLE else []
        return status, core

    # --- answer -----------------------------------------------------------------------------------------------------

    def _choice(self, place: int) -> Choice:
        column = self.columns[place]
        return Choice(project=self.problem.projects[column.project].id, mode=column.mode.id, start=column.start)

    def _uses(self, best: Iterable[int]) -> Iterator[Use]:
        used: dict[tuple[str, str, int], int] = defaultdict(int)
        for place in best:
            for key, amount in self.columns[place].loads.items():
                used[key] += amount
        for key, limit in limits(self.problem).items():
            kind, identifier, period = key
            scale = THOUSAND if kind == "budget" else 1 / HUNDREDTHS
            there_is = limit + self.extra.get(key, 0)
            yield Use(kind, identifier, period, used.get(key, 0) * scale, there_is * scale)


class _Listener(cp_model.CpSolverSolutionCallback):
    """Tells how far the search is at each better answer."""

    def __init__(self, search: _Search, level: str) -> None:
        super().__init__()
        self.search, self.level = search, level

    def on_solution_callback(self) -> None:
        search = self.search
        if search.told is None:
            return
        share = 1 - search._left() / max(search.seconds, LEAST_SECONDS)  # noqa: SLF001 - one of its own parts
        report = Report(self.level, round(self.objective_value), round(self.best_objective_bound), share)
        search.told(report)
