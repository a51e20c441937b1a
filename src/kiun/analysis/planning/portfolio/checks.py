"""Refuse a problem that cannot be meant, naming the first thing to mend."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from kiun.analysis.planning.portfolio.terms import (
    Budget,
    CarryOver,
    Choice,
    Commitment,
    Mode,
    Payment,
    Problem,
    Project,
    Running,
    Upkeep,
    Work,
)

__all__ = ["PortfolioError", "Reason", "check"]


class Reason(StrEnum):
    """What is wrong; `ids` of the error say where, in the order given here."""

    NO_QUARTERS = "no_quarters"
    """The view has no quarter, or its first quarter of the fiscal year is not 1 to 4. No ids."""
    NO_PROJECTS = "no_projects"
    """Nothing to decide. No ids."""
    EMPTY_ID = "empty_id"
    """Something is named by an empty text. No ids."""
    DUPLICATE_ID = "duplicate_id"
    """Two of a kind share the id; a project has two modes or a source two budgets of a year: owner, id."""
    UNKNOWN_ID = "unknown_id"
    """Something refers to an id that is not there: what refers, the id."""
    MISSING_BUDGET = "missing_budget"
    """A source has no budget for a fiscal year under view (0 yen is one): source, year."""
    YEAR_OUTSIDE = "year_outside"
    """A budget, commitment or carry-over is of a year outside the view, or carries out of it: source, year."""
    NEGATIVE_AMOUNT = "negative_amount"
    """Yen, FTE, value or weight below 0: what has it."""
    NOT_FINITE = "not_finite"
    """FTE that is not a finite number: what has it."""
    CAPACITY_LENGTH = "capacity_length"
    """A resource does not have one capacity for each quarter: resource."""
    NO_MODES = "no_modes"
    """project"""
    EMPTY_DURATION = "empty_duration"
    """A mode takes less than one quarter: project, mode."""
    OFFSET_OUTSIDE = "offset_outside"
    """A payment or effort lies before the start or after the end of its mode: project, mode."""
    EMPTY_WINDOW = "empty_window"
    """There is no quarter in which the project or source lets anything start: project or source."""
    QUARTER_OUTSIDE = "quarter_outside"
    """A start, deadline or decided choice lies outside the view: project or source."""
    CYCLE = "cycle"
    """Each comes before the next one and the last before the first: the projects."""
    TOO_FEW = "too_few"
    """An exclusion or a `together` names fewer than two projects, or one twice: the projects."""
    DUPLICATE_CHOICE = "duplicate_choice"
    """The approved plan has the project twice: project."""


class PortfolioError(ValueError):
    """`reason` and the ids it concerns; years come as text among the ids."""

    def __init__(self, reason: Reason, *ids: str | int) -> None:
        self.reason = reason
        self.ids = tuple(str(one) for one in ids)
        super().__init__(f"{reason}: {', '.join(self.ids)}" if ids else str(reason))


def check(problem: Problem) -> None:
    """Raises PortfolioError for the first flaw; what passes can be solved, if only by INFEASIBLE."""
    _check_calendar(problem)
    _check_names(problem)
    _check_money(problem)
    _check_resources(problem)
    for project in problem.projects:
        _check_project(problem, project)
    _check_links(problem)
    _check_approved(problem)


def _check_calendar(problem: Problem) -> None:
    calendar = problem.calendar
    if calendar.quarters < 1 or not 1 <= calendar.first_quarter <= 4:  # noqa: PLR2004 (a year has four)
        raise PortfolioError(Reason.NO_QUARTERS)
    if not problem.projects:
        raise PortfolioError(Reason.NO_PROJECTS)


def _require_unique(owner: str, ids: Iterable[str]) -> None:
    for one, times in Counter(ids).items():
        if not one:
            raise PortfolioError(Reason.EMPTY_ID)
        if times > 1:
            raise PortfolioError(Reason.DUPLICATE_ID, owner, one)


def _check_names(problem: Problem) -> None:
    _require_unique("sources", (source.id for source in problem.sources))
    _require_unique("resources", (resource.id for resource in problem.resources))
    _require_unique("projects", (project.id for project in problem.projects))
    for project in problem.projects:
        if not project.modes:
            raise PortfolioError(Reason.NO_MODES, project.id)
        _require_unique(project.id, (mode.id for mode in project.modes))


def _require_known(owner: str, ids: Iterable[str], known: Iterable[str]) -> None:
    known = set(known)
    for one in ids:
        if one not in known:
            raise PortfolioError(Reason.UNKNOWN_ID, owner, one)


def _require_amount(amount: float, *owner: str | int) -> None:
    if amount != amount or amount in {float("inf"), float("-inf")}:  # noqa: PLR0124 (NaN alone differs from itself)
        raise PortfolioError(Reason.NOT_FINITE, *owner)
    if amount < 0:
        raise PortfolioError(Reason.NEGATIVE_AMOUNT, *owner)


def _check_money(problem: Problem) -> None:
    years = problem.calendar.years
    sources = {source.id for source in problem.sources}
    rows: list[Budget | Commitment | CarryOver] = [*problem.budgets, *problem.commitments, *problem.carry_overs]
    for row in rows:
        _require_known(type(row).__name__, [row.source], sources)
        _require_amount(row.yen, row.source, row.year)
        if row.year not in years:
            raise PortfolioError(Reason.YEAR_OUTSIDE, row.source, row.year)
    for carry in problem.carry_overs:
        if carry.year == years[-1]:
            raise PortfolioError(Reason.YEAR_OUTSIDE, carry.source, carry.year)
    given = Counter((budget.source, budget.year) for budget in problem.budgets)
    for source in problem.sources:
        _check_quarters(problem, source.id, source.starts)
        for year in years:
            if given[source.id, year] != 1:
                reason = Reason.DUPLICATE_ID if given[source.id, year] else Reason.MISSING_BUDGET
                raise PortfolioError(reason, source.id, year)


def _check_quarters(problem: Problem, owner: str, quarters: tuple[int, ...] | None) -> None:
    if quarters is None:
        return
    if not quarters:
        raise PortfolioError(Reason.EMPTY_WINDOW, owner)
    if not all(0 <= quarter < problem.calendar.quarters for quarter in quarters):
        raise PortfolioError(Reason.QUARTER_OUTSIDE, owner)


def _check_resources(problem: Problem) -> None:
    for resource in problem.resources:
        if len(resource.capacity) != problem.calendar.quarters:
            raise PortfolioError(Reason.CAPACITY_LENGTH, resource.id)
        for fte in resource.capacity:
            _require_amount(fte, resource.id)


def _check_project(problem: Problem, project: Project) -> None:
    for mode in project.modes:
        _check_mode(problem, project, mode)
    _check_quarters(problem, project.id, project.starts)
    for row in project.committed:
        _require_known(project.id, [row.source], (source.id for source in problem.sources))
        _require_amount(row.yen, project.id)
    if project.deadline is not None:
        _require_amount(project.deadline.weight, project.id)
        if not 0 <= project.deadline.quarter <= problem.calendar.quarters:
            raise PortfolioError(Reason.QUARTER_OUTSIDE, project.id)
    if project.fixed is not None:
        _require_known(project.id, [project.fixed.project], [project.id])
        _check_choice(problem, project, project.fixed)


def _check_mode(problem: Problem, project: Project, mode: Mode) -> None:
    where = project.id, mode.id
    if mode.duration < 1:
        raise PortfolioError(Reason.EMPTY_DURATION, *where)
    _require_amount(mode.value, *where)
    paid: list[Payment | Running] = [*mode.payments, *mode.running]
    for money in paid:
        _require_known(project.id, [money.source], (source.id for source in problem.sources))
        _require_amount(money.yen, *where)
    worked: list[Work | Upkeep] = [*mode.work, *mode.upkeep]
    for work in worked:
        _require_known(project.id, [work.resource], (resource.id for resource in problem.resources))
        _require_amount(work.fte, *where)
    dated: list[Payment | Work] = [*mode.payments, *mode.work]
    if not all(0 <= part.offset < mode.duration for part in dated):
        raise PortfolioError(Reason.OFFSET_OUTSIDE, *where)


def _check_choice(problem: Problem, project: Project, choice: Choice) -> None:
    _require_known(project.id, [choice.mode], (mode.id for mode in project.modes))
    if not 0 <= choice.start < problem.calendar.quarters:
        raise PortfolioError(Reason.QUARTER_OUTSIDE, project.id)


def _check_links(problem: Problem) -> None:
    known = {project.id for project in problem.projects}
    for link in problem.precedences:
        _require_known("precedences", (link.before, link.after), known)
    for group in (*problem.exclusions, *problem.together):
        _require_known("groups", group, known)
        if len(set(group)) < max(2, len(group)):
            raise PortfolioError(Reason.TOO_FEW, *group)
    _require_known("carry_overs", (carry.project for carry in problem.carry_overs if carry.project is not None), known)
    cycle = _cycle(problem)
    if cycle:
        raise PortfolioError(Reason.CYCLE, *cycle)


def _cycle(problem: Problem) -> tuple[str, ...]:
    """The shortest cycle through the first project, in the order given, that is in one; empty when there is none."""
    after: dict[str, list[str]] = {project.id: [] for project in problem.projects}
    for link in problem.precedences:
        after[link.before].append(link.after)
    return next(filter(None, (_way_back(start, after) for start in after)), ())


def _way_back(start: str, after: dict[str, list[str]]) -> tuple[str, ...]:
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    queue = [start]
    for place in queue:
        for following in after[place]:
            if following == start:
                return ways[place]
            if following not in ways:
                ways[following] = (*ways[place], following)
                queue.append(following)
    return ()


def _check_approved(problem: Problem) -> None:
    weights = problem.weights
    for weight in (weights.start, weights.quarter, weights.mode, weights.drop, weights.add):
        _require_amount(weight, "weights")
    projects = {project.id: project for project in problem.projects}
    seen: set[str] = set()
    for choice in problem.approved or ():
        _require_known("approved", [choice.project], projects)
        _check_choice(problem, projects[choice.project], choice)
        if choice.project in seen:
            raise PortfolioError(Reason.DUPLICATE_CHOICE, choice.project)
        seen.add(choice.project)
