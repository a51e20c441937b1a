"""組織改編: each decision is written down as a Reform. One for today or earlier is carried out at once; one for a later
day is tried out (and undone) now, so that whoever decides learns at once what stands in its way, and carried out by a
duty on its day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.department_holders import department_holders
from kiun.municipality.every_town import in_every_town
from kiun.municipality.models import Department, Municipality, Reform, ReformKind, ReformState
from kiun.municipality.services.departments import tree
from kiun.municipality.services.departments.places import renumber_departments


@dataclass(frozen=True)
class Part:
    """One of the departments that a split makes."""

    name: str
    code: str = ""


def add_department(
    *,
    actor: Actor,
    name: str,
    code: str = "",
    parent: Department | None = None,
    order: int = 0,
    on: date,
    reason: str = "",
) -> Reform:
    terms = {"name": name.strip(), "code": code.strip(), "parent": _key(parent), "order": order}
    return _decide(actor, ReformKind.ADD, on, terms, _("%(name)s is set up") % {"name": name.strip()}, reason)


def rename_department(
    *, actor: Actor, department: Department, name: str, code: str | None = None, on: date, reason: str = ""
) -> Reform:
    terms = {
        "department": department.pk,
        "name": name.strip(),
        "code": department.code if code is None else code.strip(),
    }
    words = _("%(old)s becomes %(new)s") % {"old": department.name, "new": name.strip()}
    return _decide(actor, ReformKind.RENAME, on, terms, words, reason)


def move_department(
    *, actor: Actor, department: Department, parent: Department | None, on: date, reason: str = ""
) -> Reform:
    terms = {"department": department.pk, "parent": _key(parent)}
    words = (
        _("%(name)s moves below %(parent)s") % {"name": department.name, "parent": parent.name}
        if parent
        else _("%(name)s moves to the top level") % {"name": department.name}
    )
    return _decide(actor, ReformKind.MOVE, on, terms, words, reason)


def merge_departments(
    *,
    actor: Actor,
    sources: Sequence[Department],
    into: Department | None = None,
    name: str = "",
    code: str = "",
    parent: Department | None = None,
    on: date,
    reason: str = "",
) -> Reform:
    """Several become one: `into`, or a new department called `name`."""
    leaving = [source for source in sources if source != into]
    if not leaving or len({*sources, into} - {None}) < 2:  # noqa: PLR2004 a merger takes two
        raise DomainError(_("Choose two or more departments to merge."), field="sources")
    terms = {
        "sources": [source.pk for source in leaving],
        "into": _key(into),
        "name": name.strip(),
        "code": code.strip(),
        "parent": _key(parent),
    }
    words = _("%(sources)s merge into %(target)s") % {
        "sources": "、".join(source.name for source in leaving),
        "target": into.name if into else name.strip(),
    }
    return _decide(actor, ReformKind.MERGE, on, terms, words, reason)


def split_department(
    *,
    actor: Actor,
    department: Department,
    parts: Sequence[Part],
    goes_on: bool,
    destinations: Mapping[str, Mapping[int, int]] | None = None,
    on: date,
    reason: str = "",
) -> Reform:
    """One becomes several. With `goes_on`, the first part is the department itself (perhaps under a new name).
    `destinations` says which row of a holder goes to which part; what is not named goes to the first.
    """
    if len(parts) < 2:  # noqa: PLR2004 a split makes two
        raise DomainError(_("Write the names of two or more departments."), field="parts")
    terms = {
        "department": department.pk,
        "parts": [asdict(part) for part in parts],
        "goes_on": goes_on,
        "destinations": {
            holder: {str(key): part for key, part in rows.items()} for holder, rows in (destinations or {}).items()
        },
    }
    words = _("%(name)s is split into %(parts)s") % {
        "name": department.name,
        "parts": "、".join(part.name for part in parts),
    }
    return _decide(actor, ReformKind.SPLIT, on, terms, words, reason)


def close_department(
    *, actor: Actor, department: Department, successor: Department | None = None, on: date, reason: str = ""
) -> Reform:
    terms = {"department": department.pk, "successor": _key(successor)}
    words = (
        _("%(name)s closes; %(successor)s takes over") % {"name": department.name, "successor": successor.name}
        if successor
        else _("%(name)s closes") % {"name": department.name}
    )
    return _decide(actor, ReformKind.CLOSE, on, terms, words, reason)


def _key(department: Department | None) -> int | None:
    return department.pk if department else None


@transaction.atomic
def _decide(actor: Actor, kind: ReformKind, on: date, terms: dict[str, Any], summary: str, reason: str) -> Reform:
    require(actor, "municipality.administer")
    reform = Reform(
        municipality=actor.municipality,
        kind=kind,
        on=on,
        terms=terms,
        summary=summary[:300],
        reason=reason,
        decided_by=actor.label[:80],
    )
    if on <= actor.on:
        _execute(actor, reform)
        reform.state = ReformState.DONE
    else:
        _try_out(actor, reform)
    reform.save()
    record(actor, change_of(reform, Verb.CREATED, reason=reason))
    return reform


def _try_out(actor: Actor, reform: Reform) -> None:
    """Carry the reform out and undo it: only its objections remain."""
    with transaction.atomic():
        _execute(actor, reform)
        transaction.set_rollback(True)


@transaction.atomic
def cancel_reform(*, actor: Actor, reform: Reform, reason: str = "") -> None:
    require(actor, "municipality.administer")
    if reform.state != ReformState.PLANNED:
        raise DomainError(_("This reform has already been carried out or called off."))
    before = snapshot(reform)
    reform.state = ReformState.CANCELLED
    reform.save(update_fields=["state"])
    record(actor, change_of(reform, Verb.CHANGED, before, reason))


def carry_out_due_reforms(now: datetime) -> str:
    """Duty: carry out what was decided for today or earlier."""
    number = in_every_town(_carry_out_due, now)
    return _("%(number)s reforms carried out") % {"number": number} if number else ""


def _carry_out_due(actor: Actor) -> int:
    """In the order of the days; a fault of the program stops this town, since later reforms may rest on it."""
    due = Reform.objects.filter(state=ReformState.PLANNED, on__lte=actor.on).order_by("on", "pk")
    return sum(_carry_out(actor, reform) for reform in due)


def _carry_out(actor: Actor, reform: Reform) -> bool:
    try:
        _carry_out_once(actor, reform)
    except DomainError as error:
        _note_problem(reform, error.message)
        return False
    except Exception:
        _note_problem(reform, _("Kiun could not carry this out because of a fault of its own, and tries again."))
        raise
    return True


def _note_problem(reform: Reform, words: str) -> None:
    Reform.objects.filter(pk=reform.pk).update(problem=words[:300])


@transaction.atomic
def _carry_out_once(actor: Actor, reform: Reform) -> None:
    before = snapshot(reform)
    taken = Reform.objects.filter(pk=reform.pk, state=ReformState.PLANNED).update(state=ReformState.DONE, problem="")
    if taken:
        _execute(actor, reform)
        reform.state = ReformState.DONE
        record(actor, change_of(reform, Verb.CHANGED, before, reform.reason))


def _execute(actor: Actor, reform: Reform) -> None:
    # Two reforms at the same moment could tie the tree into a ring: the town's row is the lock.
    Municipality.objects.select_for_update().get(pk=actor.municipality.pk)
    run = tree.Execution(actor, reform.on, reform.reason or reform.summary)
    _EXECUTIONS[ReformKind(reform.kind)](run, reform.terms)
    renumber_departments()
    record(actor, *run.changes)


def _department(key: int) -> Department:
    department = Department.objects.filter(pk=key).first()
    if department is None:
        raise DomainError(_("The department does not exist any more. Please load the page again."))
    return department


def _optional(key: int | None) -> Department | None:
    department = None if key is None else _department(key)
    if department and department.valid_to is not None:
        raise DomainError(_("“%(name)s” is already closed.") % {"name": department})
    return department


def _add(run: tree.Execution, terms: dict[str, Any]) -> None:
    tree.create(
        run, name=terms["name"], code=terms["code"], parent=_optional(terms["parent"]), order=terms.get("order", 0)
    )


def _rename(run: tree.Execution, terms: dict[str, Any]) -> None:
    tree.rename(run, _department(terms["department"]), name=terms["name"], code=terms["code"])


def _move(run: tree.Execution, terms: dict[str, Any]) -> None:
    tree.move(run, _department(terms["department"]), _optional(terms["parent"]))


def _merge(run: tree.Execution, terms: dict[str, Any]) -> None:
    sources = [_department(key) for key in terms["sources"]]
    into, parent = _optional(terms["into"]), _optional(terms["parent"])
    for source in sources:
        tree.check_not_below_itself(source, into or parent)
    target = into or tree.create(run, name=terms["name"], code="", parent=parent, order=sources[0].order)
    for source in sources:
        tree.move_everything(run, source, target)
    for source in sources:
        source.refresh_from_db()
        tree.close(run, source, [target])
    if terms["code"]:
        # The code of a source is free only now that the source is closed.
        target.refresh_from_db()
        tree.rename(run, target, name=target.name, code=terms["code"])


def _split(run: tree.Execution, terms: dict[str, Any]) -> None:
    department = _department(terms["department"])
    tree.check_date(department, run.on)
    made = [
        tree.create(run, name=part["name"], code="", parent=department.parent, order=department.order)
        for part in terms["parts"][1 if terms["goes_on"] else 0 :]
    ]
    targets = [department, *made] if terms["goes_on"] else made
    _distribute(run, department, targets, terms["destinations"])
    department.refresh_from_db()
    if terms["goes_on"]:
        for target in made:
            tree.succeed(run, department, target)
    else:
        tree.close(run, department, targets)
    for target, part in zip(targets, terms["parts"], strict=True):
        if (part["name"], part["code"]) != (target.name, target.code):
            tree.rename(run, target, name=part["name"], code=part["code"])


def _distribute(
    run: tree.Execution,
    source: Department,
    targets: Sequence[Department],
    destinations: Mapping[str, Mapping[str, int]],
) -> None:
    for holder in department_holders:
        chosen = destinations.get(holder.id, {})
        rows = list(holder.held_by([source.pk]))
        for number, target in enumerate(targets):
            going = [row for row in rows if chosen.get(str(row.pk), 0) == number]
            if target != source:
                holder.move(going, run.relocation(target))


def _close(run: tree.Execution, terms: dict[str, Any]) -> None:
    department, successor = _department(terms["department"]), _optional(terms["successor"])
    if successor:
        tree.check_not_below_itself(department, successor)
        tree.move_everything(run, department, successor)
        department.refresh_from_db()
    tree.close(run, department, [successor] if successor else [])


_EXECUTIONS: dict[ReformKind, Callable[[tree.Execution, dict[str, Any]], None]] = {
    ReformKind.ADD: _add,
    ReformKind.RENAME: _rename,
    ReformKind.MOVE: _move,
    ReformKind.MERGE: _merge,
    ReformKind.SPLIT: _split,
    ReformKind.CLOSE: _close,
}
