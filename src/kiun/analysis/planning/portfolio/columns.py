"""Every way to carry a project out as a column of a 0/1 program, with what it uses of each limit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiun.analysis.planning.portfolio.answers import Name
from kiun.analysis.planning.portfolio.terms import Choice, Link, Mode, Precedence, Problem, Project

HUNDREDTHS = 100
THOUSAND = 1_000


@dataclass(frozen=True)
class Column:
    """`refused_by`: what forbids it whatever else is taken: ("fixed", project), ("window", project),
    ("source", source), ("later_years", project).
    """

    project: int
    mode: Mode
    start: int
    loads: Mapping[tuple[str, str, int], int]  # thousands of yen, or hundredths of FTE
    refused_by: tuple[Name, ...] = ()

    @property
    def end(self) -> int:
        return self.start + self.mode.duration


def columns(problem: Problem) -> Iterator[Column]:
    """All that are complete within the view, and what is decided already."""
    windows = {source.id: source.starts for source in problem.sources}
    for number, project in enumerate(problem.projects):
        for mode in project.modes:
            for start in range(problem.calendar.quarters):
                is_decided = project.fixed == Choice(project.id, mode.id, start)
                if is_decided or start + mode.duration <= problem.calendar.quarters:
                    refused_by = () if is_decided else tuple(_refusals(problem, project, mode, start, windows))
                    yield Column(number, mode, start, dict(_loads(problem, mode, start)), refused_by)


def _refusals(
    problem: Problem, project: Project, mode: Mode, start: int, windows: Mapping[str, tuple[int, ...] | None]
) -> Iterator[Name]:
    if project.fixed:
        yield "fixed", (project.id,)
    if project.starts is not None and start not in project.starts:
        yield "window", (project.id,)
    for source in sorted({payment.source for payment in mode.payments} | {one.source for one in mode.running}):
        window = windows.get(source)
        if window is not None and start not in window:
            yield "source", (source,)
    if not _within_later_years(problem, project, mode, start):
        yield "later_years", (project.id,)


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
        for upkeep in mode.upkeep:
            found["capacity", upkeep.resource, quarter] += upkeep.fte * HUNDREDTHS
    for work in mode.work:
        quarter = start + work.offset
        if quarter < horizon:
            found["capacity", work.resource, quarter] += work.fte * HUNDREDTHS
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
