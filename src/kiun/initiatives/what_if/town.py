"""The town's plan as a portfolio problem: what runs or is approved, what it needs, and what there is.

Rules that the page states too:
- What runs goes on from the present quarter with what is left of it; it may be stopped, but not begun later.
- A payment of the nth year of the work falls into the nth fiscal year from its beginning. What recurs is paid once in
  each fiscal year from then on, also after the end, and for what is completed already.
- A fiscal year for which no budget is entered has that of the last entered one; a department without an entered
  capacity sets no limit.
- What has a deadline set by law, or a commitment of the council (債務負担行為), is carried out in any case.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import ceil

import numpy as np
from django.db.models import Q

from kiun.analysis.planning.portfolio import (
    Budget,
    Calendar,
    CarryOver,
    Choice,
    Commitment,
    LegalDeadline,
    Link,
    Mode,
    Payment,
    Precedence,
    Problem,
    Project,
    Resource,
    ResourceKind,
    Running,
    Source,
    Work,
)
from kiun.goals.models import PlanStatus
from kiun.initiatives import models
from kiun.initiatives.models import Fund, Initiative, InitiativeStatus, LinkKind, Priority
from kiun.initiatives.queries.allocation import ALL_SKILLS, lines_of
from kiun.initiatives.queries.money import planned_payments
from kiun.initiatives.queries.windows import Window
from kiun.initiatives.queries.workforce import workforce
from kiun.initiatives.what_if.assumptions import (
    Assumption,
    BudgetChange,
    LeaveOut,
    PeopleChange,
    StartLater,
    TakeIn,
)
from kiun.kernel.fiscal_year import FiscalYear, Quarter, fiscal_year_of, quarter_of

MONTHS = 3
QUARTERS_PER_YEAR = 4
DAYS_PER_QUARTER = 91
# Room behind the last end for what is put off.
ROOM = 6
LONGEST_VIEW = 60
# Each step of priority is worth as much more as that.
PRIORITY_WEIGHT = {Priority.HIGH: 4, Priority.MIDDLE: 2, Priority.LOW: 1}
# Without a described way an initiative costs nothing and takes as long as it is planned to.
AS_PLANNED = "as_planned"


@dataclass(frozen=True)
class View:
    """The quarters from that of `today` on."""

    today: date
    quarters: int

    @cached_property
    def first(self) -> Quarter:
        return quarter_of(self.today)

    def index_of(self, day: date) -> int:
        """0 is the present quarter; before it the numbers are negative."""
        quarter = quarter_of(day)
        return _number(quarter) - _number(self.first)

    def start_of(self, index: int) -> date:
        number = _number(self.first) + index
        year, place = divmod(number, QUARTERS_PER_YEAR)
        return Quarter(FiscalYear(year), place + 1).start

    @property
    def calendar(self) -> Calendar:
        return Calendar(first_year=self.first.fiscal_year.year, quarters=self.quarters, first_quarter=self.first.number)


def _number(quarter: Quarter) -> int:
    return quarter.fiscal_year.year * QUARTERS_PER_YEAR + quarter.number - 1


@dataclass(frozen=True)
class TownPlan:
    """What the problem was made from, to find back from its ids."""

    view: View
    problem: Problem
    initiatives: Mapping[int, Initiative]


def town_plan(today: date, assumptions: Sequence[Assumption] = ()) -> TownPlan:
    initiatives = _initiatives(assumptions)
    view = _view(today, initiatives, assumptions)
    projects, approved = [], []
    for initiative in initiatives:
        project, choice = _project(initiative, view, assumptions)
        projects.append(project)
        if choice:
            approved.append(choice)
    problem = Problem(
        calendar=view.calendar,
        sources=tuple(Source(fund) for fund in Fund.values),
        budgets=_budgets(view, assumptions),
        resources=_resources(view, assumptions),
        projects=tuple(projects),
        precedences=_precedences(initiatives),
        exclusions=_exclusions(initiatives),
        carry_overs=_carry_overs(view, initiatives),
        commitments=_reserved(view),
        approved=tuple(approved),
    )
    known = {resource.id for resource in problem.resources}
    problem = replace(problem, projects=tuple(_only_known(project, known) for project in problem.projects))
    return TownPlan(view=view, problem=problem, initiatives={row.pk: row for row in initiatives})


def _initiatives(assumptions: Iterable[Assumption]) -> list[Initiative]:
    """What is approved and goes on, without what is assumed to be left out, and the proposals that may be taken in."""
    taken_in = [one.initiative for one in assumptions if isinstance(one, TakeIn)]
    left_out = [one.initiative for one in assumptions if isinstance(one, LeaveOut)]
    proposals = Q(pk__in=taken_in, status=InitiativeStatus.PROPOSED)
    rows = Initiative.objects.filter(Q(status=InitiativeStatus.APPROVED) | proposals, plan__status=PlanStatus.CURRENT)
    rows = rows.exclude(pk__in=left_out)
    return list(
        rows.prefetch_related("modes__people_needs", "modes__money_needs", "commitments", "carry_overs").order_by(
            "order", "pk"
        )
    )


def _view(today: date, initiatives: Iterable[Initiative], assumptions: Iterable[Assumption]) -> View:
    """Long enough for all that is planned, and for what is put off."""
    view = View(today, 1)
    last = max((view.index_of(row.ends_on) for row in initiatives), default=0)
    later = sum(one.quarters for one in assumptions if isinstance(one, StartLater))
    return View(today, min(max(last, 0) + 1 + later + ROOM, LONGEST_VIEW))


# --- initiatives ----------------------------------------------------------------------------------------------------


def _project(initiative: Initiative, view: View, assumptions: Iterable[Assumption]) -> tuple[Project, Choice | None]:
    begun = view.index_of(initiative.starts_on)
    elapsed = max(-begun, 0)
    start = max(begun, 0)
    modes = _modes(initiative, view, elapsed)
    is_running = begun <= 0 and initiative.status == InitiativeStatus.APPROVED
    later = sum(one.quarters for one in assumptions if isinstance(one, StartLater) and one.initiative == initiative.pk)
    starts = (0,) if is_running and not later else tuple(range(min(start + later, view.quarters - 1), view.quarters))
    project = Project(
        id=str(initiative.pk),
        modes=modes,
        starts=starts,
        mandatory=_is_binding(initiative),
        deadline=_deadline(initiative, view),
        committed=tuple(Budget(row.fund, row.year, row.limit) for row in initiative.commitments.all()),
    )
    if initiative.status != InitiativeStatus.APPROVED:
        return project, None
    chosen = _chosen(initiative)
    return project, Choice(project=project.id, mode=chosen, start=min(start, view.quarters - 1))


def _is_binding(initiative: Initiative) -> bool:
    return initiative.status == InitiativeStatus.APPROVED and (
        initiative.legal_deadline is not None or bool(initiative.commitments.all())
    )


def _deadline(initiative: Initiative, view: View) -> LegalDeadline | None:
    if initiative.legal_deadline is None:
        return None
    quarter = view.index_of(initiative.legal_deadline) + 1
    return LegalDeadline(quarter=min(max(quarter, 0), view.quarters))


def _chosen(initiative: Initiative) -> str:
    return next((mode.kind for mode in initiative.modes.all() if mode.is_chosen), AS_PLANNED)


def _modes(initiative: Initiative, view: View, elapsed: int) -> tuple[Mode, ...]:
    """What is left of each. Once it runs, it goes on in the chosen way."""
    rows = list(initiative.modes.all())
    if elapsed:
        rows = [row for row in rows if row.is_chosen]
    if not rows:
        planned = view.index_of(initiative.ends_on) - view.index_of(initiative.starts_on) + 1
        duration = _in_view(planned - elapsed, initiative, view)
        return (Mode(id=AS_PLANNED, duration=duration, value=_value(initiative, 100)),)
    return tuple(_mode(initiative, row, view, elapsed) for row in rows)


def _mode(initiative: Initiative, row: models.Mode, view: View, elapsed: int) -> Mode:
    planned = view.index_of(initiative.ends_on) - view.index_of(initiative.starts_on) + 1
    quarters = planned if row.is_chosen else row.quarters
    duration = _in_view(quarters - elapsed, initiative, view)
    return Mode(
        id=row.kind,
        duration=duration,
        value=_value(initiative, row.effect),
        payments=tuple(_payments(initiative, row, view, elapsed, duration)),
        running=tuple(_running(initiative, row, view)),
        work=tuple(_work(row, elapsed, duration)),
    )


def _in_view(quarters: int, initiative: Initiative, view: View) -> int:
    """Of work that goes on beyond the view, the part within it: what is planned can always be kept."""
    room = view.quarters - max(view.index_of(initiative.starts_on), 0)
    return max(min(quarters, room), 1)


def _value(initiative: Initiative, effect: int) -> int:
    return PRIORITY_WEIGHT[Priority(initiative.priority)] * effect


def _payments(initiative: Initiative, row: models.Mode, view: View, elapsed: int, duration: int) -> Iterable[Payment]:
    """What is paid once; due after the end of the work, it is taken to be paid in its last quarter. Money that came
    over from the year before for this work pays first.
    """
    there = _carried_for(initiative, view)
    for need in row.money_needs.all():
        year = need.work_year - 1
        offset = _offset(initiative, view, year) if elapsed else year * QUARTERS_PER_YEAR
        if offset < 0 or need.returns_yearly:
            continue
        paid = min(there[need.fund], need.amount) if offset == 0 else 0
        there[need.fund] -= paid
        yield Payment(offset=min(offset, duration - 1), source=need.fund, yen=need.amount - paid)


def _carried_for(initiative: Initiative, view: View) -> dict[str, int]:
    """Of each 財源, into the present year; nothing where the work begins later."""
    found: dict[str, int] = defaultdict(int)
    this_year = view.first.fiscal_year.year
    if fiscal_year_of(initiative.starts_on).year <= this_year:
        for row in initiative.carry_overs.all():
            if row.year == this_year - 1:
                found[row.fund] += row.amount
    return found


def _running(initiative: Initiative, row: models.Mode, view: View) -> Iterable[Running]:
    """Of work that has begun, the years before the present one are over."""
    begun = max(view.first.fiscal_year.year - fiscal_year_of(initiative.starts_on).year, 0)
    for need in row.money_needs.all():
        if need.returns_yearly:
            yield Running(source=need.fund, yen=need.amount, first=max(need.work_year - 1 - begun, 0))


def _offset(initiative: Initiative, view: View, year: int) -> int:
    """Quarters from now to the first one of that year of the work; the present year's payment is due now."""
    fiscal_year = fiscal_year_of(initiative.starts_on).year + year
    ahead = view.index_of(date(fiscal_year, 4, 1))
    return 0 if fiscal_year == view.first.fiscal_year.year else ahead


def _work(row: models.Mode, elapsed: int, duration: int) -> Iterable[Work]:
    """In the department in all, and once more in the skill where it takes one."""
    for need in row.people_needs.all():
        for quarter in range(need.first_quarter - 1, need.first_quarter - 1 + need.quarters):
            offset = quarter - elapsed
            if not 0 <= offset < duration:
                continue
            yield Work(offset=offset, resource=resource_id(need.department_id, ALL_SKILLS), fte=float(need.fte))
            if need.skill_id:
                resource = resource_id(need.department_id, need.skill_id)
                yield Work(offset=offset, resource=resource, fte=float(need.fte))


def _only_known(project: Project, known: set[str]) -> Project:
    """Where nobody has entered a capacity there is no limit."""
    modes = tuple(
        replace(mode, work=tuple(work for work in mode.work if work.resource in known)) for mode in project.modes
    )
    return replace(project, modes=modes)


def _precedences(initiatives: Iterable[Initiative]) -> tuple[Precedence, ...]:
    keys = [row.pk for row in initiatives]
    kinds = {LinkKind.FINISH_START: Link.FINISH_START, LinkKind.START_START: Link.START_START}
    return tuple(
        Precedence(
            before=str(link.before_id),
            after=str(link.after_id),
            link=kinds[LinkKind(link.kind)],
            lag=ceil(link.lag_days / DAYS_PER_QUARTER),
        )
        for link in models.InitiativeLink.objects.filter(before__in=keys, after__in=keys)
    )


def _exclusions(initiatives: Iterable[Initiative]) -> tuple[tuple[str, ...], ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in initiatives:
        if row.alternative_to:
            groups[row.alternative_to].append(str(row.pk))
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


# --- money ----------------------------------------------------------------------------------------------------------


def _budgets(view: View, assumptions: Iterable[Assumption]) -> tuple[Budget, ...]:
    entered: dict[tuple[str, int], int] = defaultdict(int)
    for fund, year, amount in models.Budget.objects.values_list("fund", "year", "amount"):
        entered[fund, year] += amount
    carried_in = _carried_in(view)
    budgets = []
    for fund in Fund.values:
        last = 0
        known = sorted(year for name, year in entered if name == fund)
        for year in view.calendar.years:
            past = [one for one in known if one <= year]
            last = entered[fund, past[-1]] if past else last
            yen = round(max(last, 0) * _factor(assumptions, fund, year)) + carried_in.get((fund, year), 0)
            budgets.append(Budget(source=fund, year=year, yen=yen))
    return tuple(budgets)


def _reserved(view: View) -> tuple[Commitment, ...]:
    """What completed work goes on to cost."""
    payments = [one for one in planned_payments(view.calendar.years) if one.initiative.status == InitiativeStatus.DONE]
    return tuple(
        Commitment(id=f"{one.need.pk}:{one.year}", source=one.fund, year=one.year, yen=one.amount) for one in payments
    )


def _carried_in(view: View) -> dict[tuple[str, int], int]:
    """What came over from the year before, for no work in particular."""
    found: dict[tuple[str, int], int] = defaultdict(int)
    first = view.first.fiscal_year.year
    rows = models.CarryOver.objects.filter(year=first - 1, initiative=None)
    for fund, amount in rows.values_list("fund", "amount"):
        found[fund, first] += amount
    return found


def _factor(assumptions: Iterable[Assumption], fund: str, year: int) -> float:
    factor = 1.0
    for one in assumptions:
        if isinstance(one, BudgetChange) and one.year == year and one.fund in ("", fund):
            factor *= 1 + one.percent / 100
    return factor


def _carry_overs(view: View, initiatives: Iterable[Initiative]) -> tuple[CarryOver, ...]:
    """What may be carried on from a year in view. That of an initiative which is not in question is not to be had."""
    keys = {row.pk for row in initiatives}
    rows = models.CarryOver.objects.filter(year__in=view.calendar.years[:-1])
    return tuple(
        CarryOver(
            source=row.fund,
            year=row.year,
            yen=row.amount,
            project=str(row.initiative_id) if row.initiative_id else None,
        )
        for row in rows
        if row.initiative_id is None or row.initiative_id in keys
    )


# --- people ---------------------------------------------------------------------------------------------------------


def resource_id(department: int, skill: int) -> str:
    return f"{department}:{skill}"


def _resources(view: View, assumptions: Iterable[Assumption]) -> tuple[Resource, ...]:
    window = Window(today=view.today, first=view.first.start, months=view.quarters * MONTHS)
    found = workforce(window)
    lines = lines_of(window, found.demand, found.steps, found.absences)
    resources = []
    for row in np.flatnonzero(~np.isnan(lines.entered).all(axis=1)):
        department, skill = int(lines.departments[row]), int(lines.skills[row])
        monthly = _known(lines.entered[row]) - lines.absent[row]
        monthly = np.maximum(monthly + _change(assumptions, department, skill, window), 0)
        quarterly = monthly.reshape(-1, MONTHS).mean(axis=1)
        resources.append(
            Resource(
                id=resource_id(department, skill),
                kind=ResourceKind.SKILL if skill else ResourceKind.DEPARTMENT,
                capacity=tuple(round(float(fte), 2) for fte in quarterly),
            )
        )
    return tuple(resources)


def _known(entered: "np.ndarray") -> "np.ndarray":
    """Months before the first entered one are taken to be like it: nobody has said that nobody was there."""
    return np.where(np.isnan(entered), entered[~np.isnan(entered)][0], entered)


def _change(assumptions: Iterable[Assumption], department: int, skill: int, window: Window) -> "np.ndarray":
    """Whoever leaves is missing in the department, and where it is said in the skill too."""
    change = np.zeros(window.months)
    for one in assumptions:
        if isinstance(one, PeopleChange) and one.department == department and skill in (ALL_SKILLS, one.skill):
            change += np.array([one.from_on <= first for first in window.firsts]) * float(one.change)
    return change
