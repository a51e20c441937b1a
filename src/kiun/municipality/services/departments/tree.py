"""The tree itself: paths, versions, and the rules that no reform may break."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record
from kiun.municipality.department_holders import Relocation, department_holders
from kiun.municipality.models import Department, DepartmentVersion, Succession

# The day the system of cities, towns and villages began: "as long as anybody remembers".
SINCE_EVER = date(1889, 4, 1)
DEEPEST = 10
LONGEST_NAME, LONGEST_CODE = 80, 20  # as in the model


@dataclass
class Execution:
    """One reform being carried out: its day, its reason and what it has changed so far."""

    actor: Actor
    on: date
    reason: str
    changes: list[Change] = field(default_factory=list)

    def relocation(self, to: Department) -> Relocation:
        return Relocation(actor=self.actor, to=to, on=self.on, reason=self.reason)

    def note(self, row: Any, verb: Verb, before: dict[str, Any] | None = None) -> None:
        self.changes.append(change_of(row, verb, before, self.reason))


def create(run: Execution, *, name: str, code: str, parent: Department | None, order: int = 0) -> Department:
    check_name(name)
    check_code(code)
    check_depth(parent, [])
    department = Department(
        municipality=run.actor.municipality, name=name, code=code, parent=parent, order=order, valid_from=run.on
    )
    department.save()
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save(update_fields=["path"])
    _write_version(run, department)
    run.note(department, Verb.CREATED)
    return department


def rename(run: Execution, department: Department, *, name: str, code: str) -> None:
    check_name(name)
    check_date(department, run.on)
    check_code(code, department)
    before = snapshot(department)
    _keep_first_version(department)
    department.name, department.code = name, code
    department.save(update_fields=["name", "code"])
    _write_version(run, department)
    run.note(department, Verb.CHANGED, before)


def move(run: Execution, department: Department, parent: Department | None) -> None:
    check_not_below_itself(department, parent)
    check_date(department, run.on)
    below = list(Department.objects.filter(path__startswith=department.path))
    check_depth(parent, below)
    before = snapshot(department)
    _keep_first_version(department)
    department.parent = parent
    department.save(update_fields=["parent"])
    _write_paths(department, below, f"{parent.path if parent else '/'}{department.pk}/")
    _write_version(run, department)
    run.note(department, Verb.CHANGED, before)


def _write_paths(department: Department, below: Collection[Department], path: str) -> None:
    for row in below:
        row.path = path + row.path.removeprefix(department.path)
    Department.objects.bulk_update(below, ["path"])
    department.path = path


def close(run: Execution, department: Department, successors: Collection[Department]) -> None:
    """End a department from which everything has been moved away."""
    check_date(department, run.on)
    if department.valid_from and department.valid_from >= run.on:
        raise DomainError(
            _("“%(name)s” begins on this day or later. Choose a later day.") % {"name": department}, field="on"
        )
    check_nothing_left(department)
    before = snapshot(department)
    department.valid_to = run.on - timedelta(days=1)
    department.save(update_fields=["valid_to"])
    run.note(department, Verb.CHANGED, before)
    for successor in successors:
        succeed(run, department, successor)


def succeed(run: Execution, predecessor: Department, successor: Department) -> None:
    Succession.objects.get_or_create(
        predecessor=predecessor, successor=successor, defaults={"on": run.on, "reason": run.reason}
    )


def move_everything(run: Execution, source: Department, to: Department) -> None:
    for holder in department_holders:
        holder.move(list(holder.held_by([source.pk])), run.relocation(to))


def reparent(rows: Collection[Department], relocation: Relocation) -> None:
    """Put departments below another; the holder "municipality.children" of a reform."""
    run = Execution(relocation.actor, relocation.on, relocation.reason)
    for row in rows:
        move(run, row, relocation.to)
    record(relocation.actor, *run.changes)


def _keep_first_version(department: Department) -> None:
    """What it was called until now, before the first change is written."""
    if not DepartmentVersion.objects.filter(department=department).exists():
        stored = Department.objects.get(pk=department.pk)
        DepartmentVersion(
            municipality=department.municipality,
            department=department,
            name=stored.name,
            parent=stored.parent,
            valid_from=stored.valid_from or SINCE_EVER,
        ).save()


def _write_version(run: Execution, department: Department) -> None:
    DepartmentVersion.objects.update_or_create(
        department=department,
        valid_from=run.on,
        defaults={
            "municipality": department.municipality,
            "name": department.name,
            "parent": department.parent,
            "reason": run.reason,
        },
    )


def check_name(name: str) -> None:
    if not name.strip():
        raise DomainError(_("Write the name of the department."), field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError(
            _("“%(name)s” is longer than %(number)s characters.") % {"name": name[:20] + "…", "number": LONGEST_NAME},
            field="name",
        )


def check_code(code: str, department: Department | None = None) -> None:
    if len(code) > LONGEST_CODE:
        raise DomainError(
            _("“%(name)s” is longer than %(number)s characters.") % {"name": code[:20] + "…", "number": LONGEST_CODE},
            field="code",
        )
    others = Department.objects.filter(code=code, valid_to__isnull=True)
    if department:
        others = others.exclude(path=department.path)
    taken = others.first() if code else None
    if taken:
        raise DomainError(
            _("The code %(code)s already belongs to “%(name)s”. Choose another code.") % {"code": code, "name": taken},
            field="code",
        )


def check_date(department: Department, on: date) -> None:
    """History is written forwards: nothing may be inserted before what is already recorded."""
    if department.valid_to is not None:
        raise DomainError(_("“%(name)s” is already closed.") % {"name": department}, field="department")
    last = DepartmentVersion.objects.filter(department=department, valid_from__gt=on).order_by("-valid_from").first()
    if last:
        raise DomainError(
            _("For “%(name)s” a change on %(day)s is already recorded. Choose this day or a later one.")
            % {"name": department, "day": last.valid_from.isoformat()},
            field="on",
        )


def check_not_below_itself(department: Department, parent: Department | None) -> None:
    if parent and parent.path.startswith(department.path):
        raise DomainError(
            _("“%(name)s” cannot be put below “%(parent)s”, because that lies within it. Choose another place.")
            % {"name": department, "parent": parent},
            field="parent",
        )


def check_depth(parent: Department | None, below: Collection[Department]) -> None:
    own = min((row.depth for row in below), default=0)
    height = max((row.depth - own for row in below), default=0)
    if (parent.depth + 1 if parent else 0) + height >= DEEPEST:
        raise DomainError(
            _("Departments can be nested %(depth)s levels deep at most.") % {"depth": DEEPEST}, field="parent"
        )


def check_nothing_left(department: Department) -> None:
    left = [(holder, holder.held_by([department.pk]).count()) for holder in department_holders]
    words = "、".join(f"{holder.label} {number}" for holder, number in left if number)
    if words:
        raise DomainError(
            _("“%(name)s” still has: %(rest)s. Choose the department that takes them over.")
            % {"name": department, "rest": words},
            field="successor",
        )
