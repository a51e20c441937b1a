"""Who is there: capacities of departments, absences of people, and the skills that both are told by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import Absence, Capacity, PeopleNeed, Skill, Task
from kiun.initiatives.queries.transfers import Transfer
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Department

WHOLE = 100


@dataclass(frozen=True, kw_only=True)
class CapacityEntry:
    """A cell of the table of capacities. `fte` None takes the row away; `was` is what stood there for the person who
    filled in the table.
    """

    department: Department
    skill: Skill | None
    month: date
    fte: Decimal | None
    was: Decimal | None


@transaction.atomic
def save_capacities(*, actor: Actor, entries: Sequence[CapacityEntry], reason: str = "") -> int:
    """All cells or none. How many have changed."""
    for department in {entry.department for entry in entries}:
        require(actor, "initiatives.manage_capacity", department)
    present = _rows_of(entries)
    contested = [entry for entry in entries if _fte_of(present.get(_place(entry))) != entry.was]
    if contested:
        raise ConflictError(
            _("Somebody else has changed the same months in the meantime. Nothing has been overwritten."),
            details={"contested": [(entry.department.pk, entry.month.isoformat()) for entry in contested]},
        )
    changes = [_enter(actor, entry, present.get(_place(entry)), reason.strip()) for entry in entries]
    record(actor, *changes)
    return len(changes)


Place = tuple[int, int | None, date]


def _place(entry: CapacityEntry) -> Place:
    return entry.department.pk, entry.skill.pk if entry.skill else None, entry.month


def _rows_of(entries: Sequence[CapacityEntry]) -> dict[Place, Capacity]:
    rows = Capacity.objects.select_for_update().filter(
        department__in={entry.department.pk for entry in entries}, month__in={entry.month for entry in entries}
    )
    return {(row.department_id, row.skill_id, row.month): row for row in rows}


def _fte_of(row: Capacity | None) -> Decimal | None:
    return row.fte if row else None


def _enter(actor: Actor, entry: CapacityEntry, row: Capacity | None, reason: str) -> Change:
    before = snapshot(row) if row else None
    if entry.fte is None:
        assert row is not None  # an empty cell that was empty is no entry
        pk = row.pk
        row.delete()
        return change_of(row, Verb.DELETED, before, reason, pk=pk)
    row = row or Capacity(department=entry.department, skill=entry.skill, month=entry.month)
    row.municipality = actor.municipality
    row.fte, row.reason = entry.fte, reason or row.reason
    # The department, the skill and whether the month is taken were looked up for all cells at once.
    row.clean_fields(exclude=["municipality", "department", "skill"])
    row.save()
    return change_of(row, Verb.CHANGED if before else Verb.CREATED, before, reason)


@transaction.atomic
def save_capacity(*, actor: Actor, capacity: Capacity, seen: int | None = None) -> Capacity:
    """One row with its reason, such as a 人事異動 that is known ahead of time."""
    stored = Capacity.objects.select_for_update().get(pk=capacity.pk) if capacity.pk else None
    if stored:
        require(actor, "initiatives.manage_capacity", stored.department)
        ensure_unchanged(stored, seen)
    require(actor, "initiatives.manage_capacity", capacity.department)
    capacity.month = capacity.month.replace(day=1)
    same = Capacity.objects.filter(department=capacity.department, skill=capacity.skill, month=capacity.month)
    if same.exclude(pk=capacity.pk).exists():
        raise DomainError(
            _("For this department and month a capacity is entered already. Change that one."), field="month"
        )
    before = snapshot(stored) if stored else None
    capacity.municipality = actor.municipality
    capacity.full_clean(exclude=["municipality"])
    capacity.save()
    record(actor, change_of(capacity, Verb.CHANGED if stored else Verb.CREATED, before, capacity.reason))
    return capacity


@transaction.atomic
def remove_capacity(*, actor: Actor, capacity: Capacity) -> None:
    require(actor, "initiatives.manage_capacity", capacity.department)
    before, pk = snapshot(capacity), capacity.pk
    capacity.delete()
    record(actor, change_of(capacity, Verb.DELETED, before, pk=pk))


@transaction.atomic
def enter_transfer(*, actor: Actor, transfer: Transfer, reason: str) -> Capacity:
    """What a 人事異動 makes of a department's capacity, as a row of its month."""
    if transfer.fte_after is None:
        raise DomainError(_("Enter the present capacity of the department first."))
    row = Capacity(department=transfer.department, month=transfer.month, fte=transfer.fte_after, reason=reason)
    return save_capacity(actor=actor, capacity=row)


@transaction.atomic
def save_absence(*, actor: Actor, absence: Absence, seen: int | None = None) -> Absence:
    stored = Absence.objects.select_for_update().get(pk=absence.pk) if absence.pk else None
    if stored:
        require(actor, "initiatives.manage_capacity", stored.post.department)
        ensure_unchanged(stored, seen)
    require(actor, "initiatives.manage_capacity", absence.post.department)
    if absence.ends_on < absence.starts_on:
        raise DomainError(_("The absence ends before it begins."), field="ends_on")
    _check_overlap(absence)
    before = snapshot(stored) if stored else None
    absence.municipality = actor.municipality
    absence.full_clean(exclude=["municipality"])
    absence.save()
    record(actor, change_of(absence, Verb.CHANGED if stored else Verb.CREATED, before))
    return absence


def _check_overlap(absence: Absence) -> None:
    """Nobody is away for more than all of their time."""
    others = Absence.objects.filter(
        Q(starts_on__lte=absence.ends_on), post=absence.post, ends_on__gte=absence.starts_on
    ).exclude(pk=absence.pk)
    for other in others:
        if other.percent + absence.percent > WHOLE:
            raise DomainError(
                _("From %(start)s to %(end)s an absence of %(percent)s%% is entered already: together more than 100%%.")
                % {"start": other.starts_on, "end": other.ends_on, "percent": other.percent},
                field="percent",
            )


@transaction.atomic
def remove_absence(*, actor: Actor, absence: Absence) -> None:
    require(actor, "initiatives.manage_capacity", absence.post.department)
    before, pk = snapshot(absence), absence.pk
    absence.delete()
    record(actor, change_of(absence, Verb.DELETED, before, pk=pk))


@transaction.atomic
def save_skill(*, actor: Actor, skill: Skill, seen: int | None = None) -> Skill:
    require(actor, "initiatives.manage_skills")
    stored = Skill.objects.select_for_update().get(pk=skill.pk) if skill.pk else None
    if stored:
        ensure_unchanged(stored, seen)
    skill.name = skill.name.strip()
    if Skill.objects.filter(name__iexact=skill.name).exclude(pk=skill.pk).exists():
        raise DomainError(_("There is a skill of this name already."), field="name")
    before = snapshot(stored) if stored else None
    skill.municipality = actor.municipality
    skill.full_clean(exclude=["municipality"])
    skill.save()
    record(actor, change_of(skill, Verb.CHANGED if stored else Verb.CREATED, before))
    return skill


@transaction.atomic
def remove_skill(*, actor: Actor, skill: Skill) -> None:
    require(actor, "initiatives.manage_skills")
    uses = sum(model.objects.filter(skill=skill).count() for model in (Capacity, PeopleNeed, Task, Absence))
    if uses:
        raise DomainError(
            ngettext(
                "“%(skill)s” is used in %(n)s place. Rename it, or choose another skill there first.",
                "“%(skill)s” is used in %(n)s places. Rename it, or choose another skill there first.",
                uses,
            )
            % {"skill": skill.name, "n": uses}
        )
    before, pk = snapshot(skill), skill.pk
    skill.delete()
    record(actor, change_of(skill, Verb.DELETED, before, pk=pk))
