"""All that the page of one initiative shows, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import ceil

from kiun.goals.queries import GoalRow, goal_rows, listed_goals
from kiun.initiatives.models import (
    UNFINISHED,
    Initiative,
    InitiativeLink,
    Milestone,
    Mode,
    Phase,
    SharedInitiative,
    Task,
    TaskStatus,
)
from kiun.initiatives.queries.progress import Progress, progress_of
from kiun.initiatives.queries.standing import Standing, with_standing
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor

# Enough to see what is in hand; the rest stands on the page of the tasks.
TASKS_SHOWN = 6
QUARTERS = 4


@dataclass(frozen=True, kw_only=True)
class PhaseSheet:
    """A phase with its tasks; `phase` is None for tasks outside the phases. `shown` are the most urgent."""

    phase: Phase | None
    tasks: tuple[Task, ...]
    on: date

    @cached_property
    def unfinished(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.status in UNFINISHED)

    @property
    def shown(self) -> tuple[Task, ...]:
        return self.unfinished[:TASKS_SHOWN]

    @property
    def more(self) -> int:
        return len(self.unfinished) - len(self.shown)

    @cached_property
    def done(self) -> int:
        return sum(task.status == TaskStatus.DONE for task in self.tasks)

    @cached_property
    def late(self) -> int:
        return sum(task.due_on < self.on for task in self.unfinished)

    @cached_property
    def percent(self) -> int | None:
        work = sum(task.estimate for task in self.tasks)
        return int(sum(task.estimate * task.percent for task in self.tasks) / work) if work else None

    @property
    def is_current(self) -> bool:
        return self.phase is not None and self.phase.starts_on <= self.on <= self.phase.ends_on

    @property
    def is_overdue(self) -> bool:
        return self.phase is not None and self.phase.reached_on is None and self.phase.ends_on < self.on


@dataclass(frozen=True, kw_only=True)
class ModeSheet:
    """One way of carrying it out: the most people at a time, and the money of all its years."""

    mode: Mode
    people: Decimal
    money: int


@dataclass(frozen=True, kw_only=True)
class Sheet:
    initiative: Initiative
    standing: Standing
    progress: Progress
    goals: tuple[GoalRow, ...]
    phases: tuple[PhaseSheet, ...]
    milestones: tuple[Milestone, ...]
    before: tuple[InitiativeLink, ...]
    after: tuple[InitiativeLink, ...]
    modes: tuple[ModeSheet, ...]
    shares: tuple[SharedInitiative, ...]
    alternatives: tuple[Initiative, ...]
    on: date

    @property
    def missed_milestones(self) -> int:
        return sum(milestone.reached_on is None and milestone.due_on < self.on for milestone in self.milestones)

    @property
    def is_overdue(self) -> bool:
        return self.initiative.is_open and self.initiative.ends_on < self.on


def sheet_of(initiative: Initiative, actor: Actor) -> Sheet:
    standing = with_standing(Initiative.objects.filter(pk=initiative.pk), actor.on).values_list("standing", flat=True)
    seen = visible_initiatives(actor)
    return Sheet(
        initiative=initiative,
        standing=Standing(standing[0]),
        progress=progress_of([initiative.pk], actor.on)[initiative.pk],
        goals=_goals(initiative, actor),
        phases=phase_sheets(initiative, actor.on),
        milestones=tuple(initiative.milestones.all()),
        before=tuple(initiative.links_before.filter(before__in=seen).select_related("before")),
        after=tuple(initiative.links_after.filter(after__in=seen).select_related("after")),
        modes=_modes(initiative),
        shares=tuple(initiative.shares.select_related("partner__user", "partner__department")),
        alternatives=_alternatives(initiative, actor),
        on=actor.on,
    )


def _goals(initiative: Initiative, actor: Actor) -> tuple[GoalRow, ...]:
    served = listed_goals(actor).filter(serving_initiatives__initiative=initiative)
    return tuple(goal_rows(served.order_by("serving_initiatives__order", "serving_initiatives__pk"), actor))


def _modes(initiative: Initiative) -> tuple[ModeSheet, ...]:
    modes = initiative.modes.order_by("-is_chosen", "pk").prefetch_related("people_needs", "money_needs")
    return tuple(ModeSheet(mode=mode, people=_most_people(mode), money=_money(mode)) for mode in modes)


def _most_people(mode: Mode) -> Decimal:
    needs = list(mode.people_needs.all())
    by_quarter = (
        sum((need.fte for need in needs if 0 <= quarter - need.first_quarter < need.quarters), Decimal(0))
        for quarter in range(1, mode.quarters + 1)
    )
    return max(by_quarter, default=Decimal(0))


def _money(mode: Mode) -> int:
    years = ceil(mode.quarters / QUARTERS)
    return sum(
        need.amount * (max(years - need.work_year + 1, 1) if need.returns_yearly else 1)
        for need in mode.money_needs.all()
    )


def _alternatives(initiative: Initiative, actor: Actor) -> tuple[Initiative, ...]:
    if not initiative.alternative_to:
        return ()
    others = visible_initiatives(actor).filter(alternative_to=initiative.alternative_to).exclude(pk=initiative.pk)
    return tuple(others)


def phase_sheets(initiative: Initiative, on: date) -> tuple[PhaseSheet, ...]:
    """In the order of time; within a phase what is most urgent comes first."""
    tasks = initiative.tasks.exclude(status=TaskStatus.CANCELLED).select_related("responsible__user")
    by_phase = _grouped(tasks.order_by("due_on", "priority", "pk"))
    sheets = [PhaseSheet(phase=phase, tasks=by_phase.pop(phase.pk, ()), on=on) for phase in initiative.phases.all()]
    outside = by_phase.pop(None, ())
    return (*sheets, PhaseSheet(phase=None, tasks=outside, on=on)) if outside else tuple(sheets)


def _grouped(tasks: Iterable[Task]) -> dict[int | None, tuple[Task, ...]]:
    found: dict[int | None, tuple[Task, ...]] = {}
    for task in tasks:
        found[task.phase_id] = (*found.get(task.phase_id, ()), task)
    return found
