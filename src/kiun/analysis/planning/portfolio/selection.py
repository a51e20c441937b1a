"""Which projects are carried out, in which mode, from which quarter on.

A 0/1 program over (project, mode, start), improved level by level: legal lateness, then value times the quarters in
which it is earned, then the distance from the approved plan, then the peak of FTE; each level is held while the next
one is improved (lexicographic goal programming; Charnes and Cooper 1977).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

from kiun.analysis.planning.effort import Effort
from kiun.analysis.planning.portfolio.answers import Level, Report, Selection, Status, Stop, Told, Use
from kiun.analysis.planning.portfolio.checks import check
from kiun.analysis.planning.portfolio.columns import HUNDREDTHS, THOUSAND, limits
from kiun.analysis.planning.portfolio.conflict import conflict_in
from kiun.analysis.planning.portfolio.cp_sat import Limits, Values
from kiun.analysis.planning.portfolio.lanes import LEAST_SECONDS, Standing, improved
from kiun.analysis.planning.portfolio.program import Aim, Program, Row, program_of
from kiun.analysis.planning.portfolio.terms import Choice, Problem

MILLION = 1_000_000

# Share of what is left for each level; what one leaves over goes to the next.
SHARES = {"lateness": 0.15, "value": 0.85, "distance": 0.7, "peak": 1.0}
LEVELS = tuple(SHARES)
LEAST_SECONDS_FOR_REASONS = 2.0
WORK_OF_A_ROUND = 2.0


def select_portfolio(
    problem: Problem,
    *,
    effort: Effort | None = None,
    seed: int = 0,
    workers: int = 2,
    told: Told | None = None,
    stop: Stop | None = None,
    levels: tuple[str, ...] = LEVELS,
) -> Selection:
    """Stops with its `effort` (60 s without), or when `stop` is set. `told` is called from the threads of the solvers.

    Repeatable: the same problem, effort, seed, workers and levels bring the same choices with the same release of
    OR-tools when all levels are proven or `effort.rounds` ended them, and neither the clock nor `stop` did;
    `Selection.repeatable` says whether that was so.

    Raises PortfolioError for a problem that cannot be meant.
    """
    check(problem)
    return _Search(problem, effort or Effort(), seed, workers, told, stop or Stop()).run(levels)


def worth_of(
    problem: Problem, use: Use, value: int, *, effort: Effort | None = None, seed: int = 0, workers: int = 2
) -> int:
    """Points that one million yen more of a budget, or one FTE more of a capacity, would bring beyond `value`.

    A lower bound where the effort (5 s without) does not reach for a proof; never below 0.
    """
    found = select_portfolio(
        _with_more(problem, use),
        effort=effort or Effort(seconds=5),
        seed=seed,
        workers=workers,
        levels=("lateness", "value"),
    )
    best = next((level.value for level in found.levels if level.name == "value"), value)
    return max(best - value, 0)


def _with_more(problem: Problem, use: Use) -> Problem:
    if use.kind == "budget":
        budgets = tuple(
            replace(one, yen=one.yen + MILLION) if (one.source, one.year) == (use.id, use.period) else one
            for one in problem.budgets
        )
        return replace(problem, budgets=budgets)
    resources = tuple(
        replace(one, capacity=tuple(fte + 1 for fte in one.capacity)) if one.id == use.id else one
        for one in problem.resources
    )
    return replace(problem, resources=resources)


class _Search:
    def __init__(
        self, problem: Problem, effort: Effort, seed: int, workers: int, told: Told | None, stop: Stop
    ) -> None:
        self.problem, self.effort, self.seed, self.workers = problem, effort, seed, workers
        self.told, self.stop = told, stop
        self.begun = monotonic()
        self.program = program_of(problem)
        self.rows: list[Row] = list(self.program.rows)
        self.is_cut = False

    def run(self, names: tuple[str, ...]) -> Selection:
        levels: list[Level] = []
        best: Values | None = None
        for aim in self.program.aims:
            if aim.name in names:
                found = self._improve(aim, best)
                if found is None:
                    break
                level, best = found
                levels.append(level)
                self.rows.append(aim.held_at(level.value))
        if best is None:
            return self._why_nothing()
        is_proven = len(levels) == len(names) and all(level.gap == 0 for level in levels)
        return Selection(
            status=Status.OPTIMAL if is_proven else Status.FEASIBLE,
            choices=tuple(_choices(self.program, best)),
            levels=tuple(levels),
            uses=tuple(_uses(self.program, best)),
            repeatable=not self.is_cut,
        )

    @property
    def left(self) -> float:
        return max(self.effort.seconds - (monotonic() - self.begun), 0)

    def _improve(self, aim: Aim, best: Values | None) -> tuple[Level, Values] | None:
        if best is not None and (self.stop.is_set or self.left < LEAST_SECONDS):
            self.is_cut = True
            return None
        begun = monotonic()
        found = improved(
            self.program,
            self.rows,
            aim,
            best,
            self._limits(SHARES[aim.name]),
            workers=self.workers,
            heard=_Progress(self, aim).hear,
            stop=self.stop,
        )
        self.is_cut = self.is_cut or found.is_cut
        values = found.values or best
        if values is None:
            return None
        value = aim.of(values)
        bound = aim.worse(found.bound, aim.limit(self.program.greatest))
        assert bound is not None  # the limit is known
        gap = abs(bound - value) / max(abs(value), 1)
        return Level(aim.name, value, bound, gap, monotonic() - begun), values

    def _limits(self, share: float) -> Limits:
        rounds = self.effort.rounds
        work = None if rounds is None else rounds * WORK_OF_A_ROUND * share
        return Limits(max(self.left * share, LEAST_SECONDS), work, self.seed)

    def _why_nothing(self) -> Selection:
        seconds = max(self.left, LEAST_SECONDS_FOR_REASONS)
        conflict = conflict_in(self.problem, seconds=seconds, seed=self.seed, stop=self.stop)
        status = Status.UNKNOWN if conflict is None else Status.INFEASIBLE
        return Selection(status=status, conflict=conflict or (), repeatable=not self.is_cut)


class _Progress:
    """What the lanes have found of one level, as long as both its value and its bound are known."""

    def __init__(self, search: _Search, aim: Aim) -> None:
        self._search, self._aim, self._standing = search, aim, Standing(aim)

    def hear(self, value: int | None, bound: int | None) -> None:
        value, bound = self._standing.after(value, bound)
        told, search = self._search.told, self._search
        if told is not None and value is not None and bound is not None:
            share = 1 - search.left / max(search.effort.seconds, LEAST_SECONDS)
            told(Report(self._aim.name, value, bound, share))


def _choices(program: Program, values: Values) -> Iterator[Choice]:
    for place in program.takes:
        if values[place]:
            column = program.columns[place]
            yield Choice(program.problem.projects[column.project].id, column.mode.id, column.start)


def _uses(program: Program, values: Values) -> Iterator[Use]:
    used: dict[tuple[str, str, int], int] = defaultdict(int)
    for place in program.takes:
        if values[place]:
            for key, amount in program.columns[place].loads.items():
                used[key] += amount
    for key, limit in limits(program.problem).items():
        kind, identifier, period = key
        scale = THOUSAND if kind == "budget" else 1 / HUNDREDTHS
        there_is = limit + program.net_carried(key, values)
        yield Use(kind, identifier, period, used[key] * scale, there_is * scale)
