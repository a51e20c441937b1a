"""Every way to carry a project out as a column of a 0/1 program, with what it uses of each limit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiun.analysis.planning.portfolio.terms import Link, Mode, Precedence, Problem, Project

HUNDREDTHS = 100
THOUSAND = 1_000


@dataclass(frozen=True)
class Column:
    project: int
    mode: Mode
    start: int
    loads: Mapping[tuple[str, str, int], int]  # thousands of yen, or hundredths of FTE

    @property
    def end(self) -> int:
        return self.start + self.mode.duration


def columns(problem: Problem) -> Iterator[Column]:
    windows = {source.id: source.starts for source in problem.sources}
    for number, project in enumerate(problem.projects):
        for mode in project.modes:
            for start in _starts(problem, project, mode, windows):
                loads = dict(_loads(problem, mode, start))
                if project.fixed or _within_later_years(problem, project, mode, start):
                    yield Column(number, mode, start, loads)


def _starts(problem: Problem, project: Project, mode: Mode, windows: Mapping[str, tuple[int, ...] | None]) -> list[int]:
    """Complete within the view, and when the project and all that pays for the mode let it start."""
    if project.fixed:
        return [project.fixed.start] if project.fixed.mode == mode.id else []
    allowed = set(range(problem.calendar.quarters - mode.duration + 1))
    if project.starts is not None:
        allowed &= set(project.starts)
    for source in {payment.source for payment in mode.payments} | {one.source for one in mode.running}:
        window = windows.get(source)
        if window is not None:
            allowed &= set(window)
    return sorted(allowed)


def _loads(problem: Problem, mode: Mode, start: int) -> Iterator[tuple[tuple[str, str, int], int]]:
    found: dict[tuple[str, str, int], float] = defaultdict(float)
    horizon = problem.calendar.quarters
    for payment in mode.payments:
        quarter = start + payment.offset
        if quarter < horizon:
            found["budget", payment.source, problem.calendar.year_of(quarter)] += payment.yen / THOUSAND
    for quarter in range(start + mode.duration, horizon):
        for cost in mode.running:
            found["budget", cost.source, problem.calendar.year_of(quarter)] += cost.yen / THOUSAND
        for work in mode.upkeep:
            found["capacity", work.resource, quarter] += work.fte * HUNDREDTHS
    for effort in mode.efforts:
        quarter = start + effort.offset
        if quarter < horizon:
            found["capacity", effort.resource, quarter] += effort.fte * HUNDREDTHS
    return ((key, round(amount)) for key, amount in found.items() if round(amount))


def _within_later_years(problem: Problem, project: Project, mode: Mode, start: int) -> bool:
    if project.later_years_limit is None:
        return True
    first = problem.calendar.year_of(start)
    later = sum(
        payment.yen
        for payment in mode.payments
        if start + payment.offset < problem.calendar.quarters
        and problem.calendar.year_of(start + payment.offset) > first
    )
    return later <= project.later_years_limit


def limits(problem: Problem) -> dict[tuple[str, str, int], int]:
    """Thousands of yen by source and fiscal year, less what is committed; hundredths of FTE by resource and quarter."""
    found: dict[tuple[str, str, int], int] = {}
    for budget in problem.budgets:
        found["budget", budget.source, budget.year] = budget.yen // THOUSAND
    for commitment in problem.commitments:
        found["budget", commitment.source, commitment.year] -= commitment.yen // THOUSAND
    for resource in problem.resources:
        for quarter, fte in enumerate(resource.capacity):
            found["capacity", resource.id, quarter] = round(fte * HUNDREDTHS)
    return found


def free_from(column: Column, precedence: Precedence) -> int:
    """The first quarter in which what waits for it may start."""
    return (column.end if precedence.link is Link.FINISH_START else column.start) + precedence.lag
