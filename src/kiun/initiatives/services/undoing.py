"""Taking a revision back is a revision of its own: the ledger keeps both."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from kiun.goals.models import Goal
from kiun.initiatives.models import OPEN_STATUSES, Initiative, InitiativeLink, Mode, Phase, Revision, ServedGoal
from kiun.initiatives.queries.comparison.kinds import GOALS_SERVED
from kiun.initiatives.queries.served_goals import say_goals
from kiun.initiatives.queries.undoing import BRING_BACK, MINE, REMOVE, UndoStep, row_of, undo_steps, value_now
from kiun.initiatives.services.budgets import lock_money
from kiun.initiatives.services.initiatives import check_initiative
from kiun.initiatives.services.links import refuse_circles_of
from kiun.initiatives.services.modes import check_stored
from kiun.initiatives.services.moving import shift_tasks
from kiun.initiatives.services.phases import check_span
from kiun.initiatives.services.revisions import enter_revision
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import OwnedModel


@transaction.atomic
def undo_revision(*, actor: Actor, revision: Revision, reason: str) -> Revision:
    """Put back what nobody has changed since; what somebody has stays."""
    require(actor, "initiatives.revise_plan")
    stored = Revision.objects.select_for_update().get(pk=revision.pk)
    _lock_rows(actor, stored)
    steps = [step for step in undo_steps(stored) if step.does_something]
    if not steps:
        raise DomainError(_("Nothing of this revision can be put back: all of it has been changed since."))
    if not reason.strip():
        raise DomainError(_("Please write why the revision is taken back."), field="reason")
    # A choice that ends comes before the one that begins: of the modes of an initiative one is chosen at a time.
    steps.sort(key=lambda step: step.values.get("is_chosen") is True)
    starts = _starts(steps)
    changes = [_carry_out(actor, step) for step in steps]
    # Of all rows together: one may depend on another.
    for step in steps:
        _check(actor, step)
    entered = enter_revision(actor=actor, changes=changes, reason=reason, undoes=stored)
    assert entered is not None
    record(actor, *_tasks_along(starts, reason))
    return entered


def _starts(steps: Iterable[UndoStep]) -> dict[int, date]:
    """Of the initiatives that will begin on another day."""
    keys = [
        step.item.object_id
        for step in steps
        if step.item.object_type == Initiative._meta.label_lower and "starts_on" in step.values
    ]
    return dict(Initiative.objects.filter(pk__in=keys).values_list("pk", "starts_on"))


def _tasks_along(starts: Mapping[int, date], reason: str) -> list[Change]:
    """As whenever an initiative is moved."""
    changes = []
    for row in Initiative.objects.filter(pk__in=starts):
        changes += shift_tasks(row, (row.starts_on - starts[row.pk]).days, reason)
    return changes


def _lock_rows(actor: Actor, revision: Revision) -> None:
    """In the order in which the services lock them: initiatives, then the money, then what belongs to them."""
    keys: dict[str, list[int]] = defaultdict(list)
    for item in revision.items.filter(object_type__startswith=MINE):
        keys[item.object_type].append(item.object_id)
    list(Initiative.objects.select_for_update().filter(pk__in=keys.pop(Initiative._meta.label_lower, ())))
    lock_money(actor)
    for kind, found in keys.items():
        model: Any = apps.get_model(kind)
        list(model.objects.select_for_update().filter(pk__in=found))


def _check(actor: Actor, step: UndoStep) -> None:
    """What may not be saved by hand may not come back either."""
    row = row_of(step.item)
    if isinstance(row, Initiative):
        _check_initiative(actor, row, step.values)
    elif isinstance(row, Phase):
        check_span(row.initiative, row)
    elif isinstance(row, InitiativeLink):
        refuse_circles_of(row.after)
    elif isinstance(row, Mode):
        check_stored(row)


def _check_initiative(actor: Actor, row: Initiative, values: Mapping[str, Any]) -> None:
    goals = [served.goal for served in row.served_goals.select_related("goal")]
    check_initiative(actor, row, goals, owners=set() if "owner" in values else {row.owner_id})
    if "starts_on" in values or "ends_on" in values:
        for phase in row.phases.filter(reached_on__isnull=True):
            check_span(row, phase)


def _carry_out(actor: Actor, step: UndoStep) -> Change:
    try:
        if step.act == REMOVE:
            return _remove(step)
        return _bring_back(actor, step) if step.act == BRING_BACK else _put_back(actor, step)
    except (ValidationError, IntegrityError) as error:
        raise DomainError(
            _("“%(row)s” cannot be put back any more, because of what has changed around it.")
            % {"row": step.item.label}
        ) from error


def _remove(step: UndoStep) -> Change:
    row = row_of(step.item)
    assert row is not None
    before, pk = snapshot(row), row.pk
    row.delete()
    return change_of(row, Verb.DELETED, before, pk=pk)


def _bring_back(actor: Actor, step: UndoStep) -> Change:
    """Under its old key, so that its history goes on."""
    model: Any = apps.get_model(step.item.object_type)
    row: OwnedModel = model(pk=step.item.object_id, municipality=actor.municipality)
    _assign(row, step.values)
    row.full_clean(exclude=["municipality"])
    with transaction.atomic():
        row.save(force_insert=True)
    return change_of(row, Verb.CREATED)


def _put_back(actor: Actor, step: UndoStep) -> Change:
    row = row_of(step.item)
    assert row is not None
    names, saved = list(step.values), [name for name in step.values if name != GOALS_SERVED]
    before = {name: value_now(row, name) for name in names}
    _assign(row, step.values)
    if isinstance(row, Initiative) and "status" in names:
        # The day of its end is not part of the record.
        row.ended_on = None if row.status in OPEN_STATUSES else row.ended_on or actor.on
        saved.append("ended_on")
    row.full_clean(exclude=["municipality"])
    with transaction.atomic():
        row.save(update_fields=saved)
    after = {name: value_now(row, name) for name in names}
    return Change(
        object_type=step.item.object_type,
        object_id=row.pk,
        label=str(row)[:200],
        verb=Verb.CHANGED,
        before=before,
        after=after,
    )


def _assign(row: OwnedModel, values: Any) -> None:
    for name, value in values.items():
        if name == GOALS_SERVED and isinstance(row, Initiative):
            _serve_again(row, str(value))
            continue
        field: Any = row._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            setattr(row, field.attname, value["id"] if value else None)
        else:
            setattr(row, name, field.to_python(value))


def _serve_again(initiative: Initiative, said: str) -> None:
    """The record holds the goals by their numbers."""
    goals = {say_goals([goal]): goal for goal in Goal.objects.filter(plan=initiative.plan_id)}
    wanted = [goals[word] for word in said.split("、") if word in goals]
    if not wanted or say_goals(wanted) != said:
        raise ValidationError(str(_("Some of its goals are no longer there.")))
    initiative.served_goals.exclude(goal__in=wanted).delete()
    for order, goal in enumerate(wanted):
        ServedGoal.objects.update_or_create(
            initiative=initiative,
            goal=goal,
            defaults={"order": order},
            create_defaults={"order": order, "municipality": initiative.municipality},
        )
