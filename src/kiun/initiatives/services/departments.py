"""A 組織改編 gives work, its needs and the people of a department to its successor."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from kiun.initiatives.models import Capacity, Initiative, PeopleNeed, Task
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.municipality.actors import record
from kiun.municipality.department_holders import Relocation


@transaction.atomic
def move_work(rows: Collection[Initiative | Task | PeopleNeed], relocation: Relocation) -> None:
    """No revision of the plan: who is in charge changes, not what was agreed."""
    changes = []
    for row in rows:
        before = snapshot(row, only=["department"])
        row.department = relocation.to
        row.save(update_fields=["department"])
        changes.append(change_of(row, Verb.CHANGED, before, relocation.reason))
    record(relocation.actor, *changes)


@transaction.atomic
def move_capacities(rows: Collection[Capacity], relocation: Relocation) -> None:
    """The people of both departments together, from each month on in which either changes."""
    changes: list[Change] = []
    moved: dict[int | None, list[Capacity]] = defaultdict(list)
    for row in rows:
        if row.department_id != relocation.to.pk:
            moved[row.skill_id].append(row)
    for skill, coming in moved.items():
        kept = list(Capacity.objects.select_for_update().filter(department=relocation.to, skill=skill))
        totals = {month: _at(kept, month) + _at(coming, month) for month in _months([*kept, *coming])}
        changes += _remove(coming, relocation.reason)
        changes += _write(kept, coming, totals, relocation)
    record(relocation.actor, *changes)


def _months(rows: Iterable[Capacity]) -> list[date]:
    return sorted({row.month for row in rows})


def _at(rows: Iterable[Capacity], month: date) -> Decimal:
    """A row holds until the next one."""
    known = [row for row in rows if row.month <= month]
    return max(known, key=lambda row: row.month).fte if known else Decimal(0)


def _remove(rows: Iterable[Capacity], reason: str) -> list[Change]:
    changes = []
    for row in rows:
        before, pk = snapshot(row), row.pk
        row.delete()
        changes.append(change_of(row, Verb.DELETED, before, reason, pk=pk))
    return changes


def _write(
    kept: Iterable[Capacity], coming: Iterable[Capacity], totals: dict[date, Decimal], relocation: Relocation
) -> list[Change]:
    changes = []
    stored, told = {row.month: row for row in kept}, {row.month: row for row in coming}
    skill = next(iter(coming)).skill
    for month, total in totals.items():
        row = stored.get(month)
        before = snapshot(row) if row else None
        row = row or Capacity(
            municipality=relocation.actor.municipality,
            department=relocation.to,
            skill=skill,
            month=month,
            reason=told[month].reason if month in told else "",
        )
        row.fte = total
        row.save()
        changes.append(change_of(row, Verb.CHANGED if before else Verb.CREATED, before, relocation.reason))
    return changes
