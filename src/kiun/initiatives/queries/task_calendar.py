"""A month of due dates and milestones, with the days on which the town hall is closed."""

from calendar import SUNDAY, Calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import get_language

from kiun.initiatives.models import Initiative, Milestone, Task
from kiun.initiatives.queries.tasks import TaskRow, task_rows
from kiun.initiatives.working_days import is_working_day, name_of_holiday
from kiun.municipality.actors import Actor

MOST_ON_A_DAY = 8
MOST_IN_A_MONTH = 600


@dataclass(kw_only=True)
class CalendarDay:
    """`more` tasks are due that the page has no room for."""

    day: date
    is_in_month: bool
    holiday: str
    is_closed: bool
    rows: list[TaskRow] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    more: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.milestones or self.holiday)


def month_of(
    month: date, tasks: QuerySet[Task], initiatives: QuerySet[Initiative], actor: Actor
) -> Sequence[Sequence[CalendarDay]]:
    """Weeks from Sunday to Saturday, with the days of the neighbouring months that fill them."""
    weeks = Calendar(SUNDAY).monthdatescalendar(month.year, month.month)
    span = (weeks[0][0], weeks[-1][-1])
    due = _by_day(task_rows(tasks.filter(due_on__range=span).order_by("due_on", "pk")[:MOST_IN_A_MONTH], actor))
    milestones = defaultdict(list)
    found = Milestone.objects.filter(initiative__in=initiatives, due_on__range=span).select_related("initiative")
    for milestone in found.order_by("due_on", "pk")[:MOST_IN_A_MONTH]:
        milestones[milestone.due_on].append(milestone)
    return [[_day(day, month, due[day], milestones[day]) for day in week] for week in weeks]


def _by_day(rows: Iterable[TaskRow]) -> dict[date, list[TaskRow]]:
    found = defaultdict(list)
    for row in rows:
        found[row.task.due_on].append(row)
    return found


def _day(day: date, month: date, rows: list[TaskRow], milestones: list[Milestone]) -> CalendarDay:
    return CalendarDay(
        day=day,
        is_in_month=day.month == month.month,
        holiday=name_of_holiday(day, get_language() or "ja"),
        is_closed=not is_working_day(day),
        rows=rows[:MOST_ON_A_DAY],
        milestones=milestones,
        more=max(len(rows) - MOST_ON_A_DAY, 0),
    )
