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
    rows = Capacity.objects.filter(department__in=departments, skill=skill, month__lte=months[-1])
    entered: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for department, month, fte in rows.order_by("month").values_list("department_id", "month", "fte"):
        entered[department][month] = fte
    return {department: _months(entered[department], months) for department in departments}


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
    rows: list[list[OutputValue]] = []
    for skill in [None, *Skill.objects.all()]:
        found = capacity_months(keys, skill, months)
        rows += [
            [department.name, skill.name if skill else "", *(cell.held for cell in found[department.pk])]
            for department in departments
            if any(cell.held is not None for cell in found[department.pk])
        ]
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
