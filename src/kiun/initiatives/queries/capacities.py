"""Capacities as they were entered: month by month, and what is going to change."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from kiun.initiatives.models import Absence, Capacity, Skill
from kiun.initiatives.queries.resource_departments import managed_departments, resource_departments
from kiun.kernel.tabular import OutputColumn, OutputSheet, OutputValue
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department
from kiun.ui.dates import month_label

CHANGES_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class MonthCapacity:
    """`entered` for this very month; `held` from it or from an earlier one on."""

    month: date
    entered: Decimal | None
    held: Decimal | None


def capacity_months(
    departments: Collection[int], skill: Skill | None, months: Sequence[date]
) -> Mapping[int, list[MonthCapacity]]:
    """For each of `departments` each of `months`, which follow each other."""
    key = skill.pk if skill else None
    entered = _entered(Capacity.objects.filter(department__in=departments, skill=skill), months[-1])
    return {department: _months(entered[department, key], months) for department in departments}


def _entered(rows: QuerySet[Capacity], until: date) -> dict[tuple[int, int | None], dict[date, Decimal]]:
    """By department and skill."""
    found: dict[tuple[int, int | None], dict[date, Decimal]] = defaultdict(dict)
    entered = rows.filter(month__lte=until).order_by("month")
    for department, skill, month, fte in entered.values_list("department_id", "skill_id", "month", "fte"):
        found[department, skill][month] = fte
    return found


def _months(entered: dict[date, Decimal], months: Sequence[date]) -> list[MonthCapacity]:
    held = next((fte for month, fte in reversed(entered.items()) if month < months[0]), None)
    found = []
    for month in months:
        held = entered.get(month, held)
        found.append(MonthCapacity(month=month, entered=entered.get(month), held=held))
    return found


def coming_changes(actor: Actor) -> QuerySet[Capacity]:
    """Rows of later months: 人事異動, new colleagues and leaves that somebody has entered already."""
    rows = Capacity.objects.filter(department__in=resource_departments(actor), month__gt=actor.on)
    return rows.select_related("department", "skill").order_by("month", "department__place", "pk")


def managed_absences(actor: Actor) -> QuerySet[Absence]:
    """Why somebody is away is for those who plan with the person, and for nobody else."""
    rows = Absence.objects.filter(post__department__in=managed_departments(actor), ends_on__gte=actor.on)
    return rows.select_related("post__user", "post__department", "skill").order_by("starts_on", "pk")


def capacity_sheet(departments: Sequence[Department], months: Sequence[date]) -> OutputSheet:
    """In all and by skill: what holds in each month."""
    keys = [department.pk for department in departments]
    entered = _entered(Capacity.objects.filter(department__in=keys), months[-1])
    rows: list[list[OutputValue]] = []
    for skill in [None, *Skill.objects.all()]:
        for department in departments:
            held = [cell.held for cell in _months(entered[department.pk, skill.pk if skill else None], months)]
            if any(fte is not None for fte in held):
                rows.append([department.name, skill.name if skill else "", *held])
    columns = [
        OutputColumn("部署", width=24),
        OutputColumn("専門性", width=16),
        *(OutputColumn(month_label(month), width=9, number_format="0.0#") for month in months),
    ]
    return OutputSheet(
        name="要員",
        columns=columns,
        rows=rows,
        notes=["※常勤換算の人数。専門性が空欄の行は、その部署の全体です。"],
    )
