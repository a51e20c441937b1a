"""An initiative as a project of the portfolio: in which ways and when, what it costs and whom it needs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kiun.analysis.planning.portfolio import (
    Budget,
    Choice,
    LegalDeadline,
    Mode,
    Payment,
    Project,
    Running,
    Work,
)
from kiun.initiatives import models
from kiun.initiatives.models import Initiative, InitiativeStatus, Priority
from kiun.initiatives.queries.allocation import ALL_SKILLS
from kiun.initiatives.what_if.assumptions import Assumption, StartLater
from kiun.initiatives.what_if.people import resource_id
from kiun.initiatives.what_if.view import QUARTERS_PER_YEAR, View
from kiun.kernel.fiscal_year import fiscal_year_of

# Each step of priority is worth as much more as that.
PRIORITY_WEIGHT = {Priority.HIGH: 4, Priority.MIDDLE: 2, Priority.LOW: 1}
# Without a described way an initiative costs nothing and takes as long as it is planned to.
AS_PLANNED = "as_planned"


def project_of(initiative: Initiative, view: View, assumptions: Iterable[Assumption]) -> tuple[Project, Choice | None]:
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


def only_known(project: Project, known: set[str]) -> Project:
    """Where nobody has entered a capacity there is no limit."""
    modes = tuple(
        replace(mode, work=tuple(work for work in mode.work if work.resource in known)) for mode in project.modes
    )
    return replace(project, modes=modes)
