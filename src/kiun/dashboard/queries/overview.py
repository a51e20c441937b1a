from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Abs

from kiun.dashboard.queries.decisions import Waiting, waiting_decisions
from kiun.dashboard.queries.indicators import current_indicators
from kiun.goals.models import Goal, Indicator, PlanStatus, Status
from kiun.goals.queries import (
    IndicatorRow,
    StatusCounts,
    first_indicator_rows,
    status_counts,
    status_counts_by,
    visible_goals,
    with_status,
)
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department

MOVERS_SHOWN = 6
DEPARTMENTS_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class DepartmentRow:
    department: Department
    counts: StatusCounts

    @property
    def stuck(self) -> int:
        return self.counts.late + self.counts.stale


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One page for one minute."""

    counts: StatusCounts
    waiting: Waiting
    movers: list[IndicatorRow]
    departments: list[DepartmentRow]
    goals: int
    vague_goals: int
    today: date

    @property
    def stuck_departments(self) -> list[DepartmentRow]:
        """Where it is stuck most, first."""
        stuck = [row for row in self.departments if row.stuck]
        return sorted(stuck, key=lambda row: -row.stuck)[:DEPARTMENTS_SHOWN]


def town_overview(actor: Actor) -> Overview:
    return _overview(actor, current_indicators(actor), current_goals(actor))


def department_overview(actor: Actor, department: Department) -> Overview:
    """The department with everything below it."""
    below = Q(department__path__startswith=department.path)
    return _overview(actor, current_indicators(actor).filter(below), current_goals(actor).filter(below), department)


def current_goals(actor: Actor | None) -> QuerySet[Goal]:
    return visible_goals(actor).filter(plan__status=PlanStatus.CURRENT, ended_on__isnull=True)


def _overview(
    actor: Actor, indicators: QuerySet[Indicator], goals: QuerySet[Goal], department: Department | None = None
) -> Overview:
    today = actor.on
    goal_counts = goals.aggregate(all=Count("pk"), vague=Count("pk", filter=Q(is_vague=True)))
    return Overview(
        counts=status_counts(indicators, today),
        waiting=waiting_decisions(actor, indicators, department),
        movers=_movers(indicators, today),
        departments=department_rows(indicators, today),
        goals=goal_counts["all"],
        vague_goals=goal_counts["vague"],
        today=today,
    )


def _movers(indicators: QuerySet[Indicator], today: date) -> list[IndicatorRow]:
    moved = (
        with_status(indicators, today)
        .filter(state__movement__isnull=False)
        .exclude(status__in=[Status.STALE, Status.UNKNOWN])
    )
    return first_indicator_rows(moved.order_by(Abs("state__movement").desc(), "pk"), MOVERS_SHOWN, today)


def department_rows(indicators: QuerySet[Indicator], today: date) -> list[DepartmentRow]:
    """Departments in charge of something, in the order of the organisation."""
    counts = status_counts_by(indicators, "department", today)
    departments = Department.objects.filter(pk__in=[key for key in counts if key]).order_by("order", "pk")
    return [DepartmentRow(department=department, counts=counts[department.pk]) for department in departments]
