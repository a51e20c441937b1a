"""Every way to carry a project out as a column of a 0/1 program, with what it uses of each limit."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kiun.analysis.planning.portfolio.answers import Name
from kiun.analysis.planning.portfolio.terms import Choice, Link, Mode, Precedence, Problem, Project

HUNDREDTHS = 100
THOUSAND = 1_000


@dataclass(frozen=True)
class Column:
    """`refused_by`: what forbids it whatever else is taken: ("fixed", project), ("window", project),
    ("source", source), ("committed", project).
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
    approved = set(problem.approved or ())
    for number, project in enumerate(problem.projects):
        for mode in project.modes:
            for start in range(problem.calendar.quarters):
                choice = Choice(project.id, mode.id, start)
                is_decided = project.fixed == choice
                if is_decided or start + mode.duration <= problem.calendar.quarters:
                    column = Column(number, mode, start, dict(_loads(problem, mode, start)))
                    refused_by = () if is_decided else tuple(_refusals(project, column, windows))
                    if not is_decided and choice not in approved and not _is_committed(problem, project, column):
                        refused_by += (("committed", (project.id,)),)
                    yield replace(column, refused_by=refused_by)


def _refusals(project: Project, column: Column, windows: Mapping[str, tuple[int, ...] | None]) -> Iterator[Name]:
    mode, start = column.mode, column.start
    if project.fixed:
        yield "fixed", (project.id,)
    if project.starts is not None and start not in project.starts:
        yield "window", (project.id,)
    for source in sorted({payment.source for payment in mode.payments} | {one.source for one in mode.running}):
        window = windows.get(source)
        if window is not None and start not in window:
            yield "source", (source,)


def _loads(problem: Problem, mode: Mode, start: int) -> Iterator[tuple[tuple[str, str, int], int]]:
    """Money is rounded up: a plan never costs more than what it was held to."""
    yen: dict[tuple[str, str, int], int] = defaultdict(int)
    found: dict[tuple[str, str, int], float] = defaultdict(float)
    calendar, horizon = problem.calendar, problem.calendar.quarters
    for payment in mode.payments:
        if start + payment.offset < horizon:
            yen["budget", payment.source, calendar.year_of(start + payment.offset)] += payment.yen
    for cost in mode.running:
        for year in range(calendar.year_of(start) + cost.first, calendar.years[-1] + 1):
            yen["budget", cost.source, year] += cost.yen
    for quarter in range(start + mode.duration, horizon):
        for upkeep in mode.upkeep:
            found["capacity", upkeep.resource, quarter] += upkeep.fte * HUNDREDTHS
    for work in mode.work:
        quarter = start + work.offset
        if quarter < horizon:
            found["capacity", work.resource, quarter] += work.fte * HUNDREDTHS
    yield from ((key, in_thousands(amount)) for key, amount in yen.items() if amount)
    yield from ((key, round(amount)) for key, amount in found.items() if round(amount))


def in_thousands(yen: int) -> int:
    """Rounded up."""
    return -(-yen // THOUSAND)


def _is_committed(problem: Problem, project: Project, column: Column) -> bool:
    """Whether the council has agreed to what it costs in later years."""
    if not project.committed:
        return True
    years = {row.year for row in project.committed}
    paid = {problem.calendar.year_of(column.start + payment.offset) for payment in column.mode.payments}
    costs = ((column.loads.get(("budget", row.source, row.year), 0), row.yen // THOUSAND) for row in project.committed)
    return all(cost <= limit for cost, limit in costs) and all(year <= min(years) or year in years for year in paid)


def limits(problem: Problem) -> dict[tuple[str, str, int], int]:
    """Thousands of yen by source and fiscal year, less what is committed; hundredths of FTE by resource and quarter."""
    found: dict[tuple[str, str, int], int] = {}
    for budget in problem.budgets:
        found["budget", budget.source, budget.year] = budget.yen // THOUSAND
    for commitment in problem.commitments:
        found["budget", commitment.source, commitment.year] -= in_thousands(commitment.yen)
    for resource in problem.resources:
        for quarter, fte in enumerate(resource.capacity):
            found["capacity", resource.id, quarter] = round(fte * HUNDREDTHS)
    return found


def free_from(column: Column, precedence: Precedence) -> int:
    """The first quarter in which what waits for it may start."""
    return (column.end if precedence.link is Link.FINISH_START else column.start) + precedence.lag
