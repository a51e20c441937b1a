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

from django.db.models import Q

from kiun.analysis.planning.portfolio import Choice, Link, Precedence, Problem, Project, Source
from kiun.goals.models import PlanStatus
from kiun.initiatives import models
from kiun.initiatives.models import Fund, Initiative, InitiativeStatus, LinkKind
from kiun.initiatives.what_if.assumptions import Assumption, LeaveOut, StartLater, TakeIn
from kiun.initiatives.what_if.money import budgets_in, carry_overs_in, reserved_in
from kiun.initiatives.what_if.people import resources_in
from kiun.initiatives.what_if.projects import only_known, project_of
from kiun.initiatives.what_if.view import LONGEST_VIEW, View

DAYS_PER_QUARTER = 91
# Room behind the last end for what is put off.
ROOM = 6


@dataclass(frozen=True)
class TownPlan:
    """What the problem was made from, to find back from its ids."""

    view: View
    problem: Problem
    initiatives: Mapping[int, Initiative]

    @cached_property
    def approved(self) -> Mapping[str, Choice]:
        """Of the plan of today, by project."""
        return {choice.project: choice for choice in self.problem.approved or ()}


def town_plan(today: date, assumptions: Sequence[Assumption] = ()) -> TownPlan:
    initiatives = _initiatives(assumptions)
    view = _view(today, initiatives, assumptions)
    projects, approved = [], []
    for initiative in initiatives:
        project, choice = project_of(initiative, view, assumptions)
        projects.append(project)
        if choice:
            approved.append(choice)
    problem = Problem(
        calendar=view.calendar,
        sources=tuple(Source(fund) for fund in Fund.values),
        budgets=budgets_in(view, assumptions),
        resources=resources_in(view, assumptions),
        projects=tuple(projects),
        precedences=tuple(
            _precedences(
                today,
                {str(row.pk): row for row in initiatives},
                {project.id: project for project in projects},
                {choice.project: choice for choice in approved},
            )
        ),
        exclusions=_exclusions(initiatives),
        carry_overs=carry_overs_in(view, initiatives),
        commitments=reserved_in(view),
        approved=tuple(approved),
    )
    known = {resource.id for resource in problem.resources}
    problem = replace(problem, projects=tuple(only_known(project, known) for project in problem.projects))
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


def _precedences(
    today: date, initiatives: Mapping[str, Initiative], projects: Mapping[str, Project], approved: Mapping[str, Choice]
) -> Iterable[Precedence]:
    """Orders are of days, a what-if thinks in quarters: of two initiatives of the plan it asks for no more than the
    plan keeps. What had to wait for a beginning that has taken place waits no more.
    """
    kinds = {LinkKind.FINISH_START: Link.FINISH_START, LinkKind.START_START: Link.START_START}
    keys = [row.pk for row in initiatives.values()]
    for row in models.InitiativeLink.objects.filter(before__in=keys, after__in=keys):
        before, after = str(row.before_id), str(row.after_id)
        if row.kind == LinkKind.START_START and before in approved and initiatives[before].starts_on <= today:
            continue
        link = Precedence(before=before, after=after, link=kinds[LinkKind(row.kind)], lag=_quarters(row.lag_days))
        if before in approved and after in approved:
            link = replace(link, lag=min(link.lag, _kept(link, projects[before], approved)))
        yield link


def _quarters(days: int) -> int:
    return ceil(days / DAYS_PER_QUARTER)


def _kept(link: Precedence, before: Project, approved: Mapping[str, Choice]) -> int:
    """Quarters between the two in the plan of today; below 0 where they share one."""
    first = approved[link.before]
    duration = next(mode.duration for mode in before.modes if mode.id == first.mode)
    free = first.start + (duration if link.link is Link.FINISH_START else 0)
    return approved[link.after].start - free


def _exclusions(initiatives: Iterable[Initiative]) -> tuple[tuple[str, ...], ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in initiatives:
        if row.alternative_to:
            groups[row.alternative_to].append(str(row.pk))
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)
