from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import InitiativeStatus, Task
from kiun.initiatives.models.tasks import LARGEST_ESTIMATE, SMALLEST_ESTIMATE
from kiun.initiatives.services.blockers import end_blockers_with_task
from kiun.initiatives.services.people import check_person
from kiun.initiatives.services.progress import settle_state
from kiun.initiatives.services.task_links import Predecessor, parts_of, set_helpers, set_predecessors
from kiun.initiatives.services.task_notices import tell_new_responsible, tell_what_may_begin
from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership


@transaction.atomic
def save_task(
    *,
    actor: Actor,
    task: Task,
    helpers: Sequence[Membership] | None = None,
    predecessors: Sequence[Predecessor] | None = None,
    reason: str = "",
    seen: int | None = None,
) -> Task:
    """Save a new or edited task. Helpers and predecessors stay as they are when they are not given (None)."""
    stored = store_task(actor=actor, task=task, helpers=helpers, predecessors=predecessors, reason=reason, seen=seen)
    _tell(actor, task, stored)
    return task


@transaction.atomic
def store_task(
    *,
    actor: Actor,
    task: Task,
    helpers: Sequence[Membership] | None,
    predecessors: Sequence[Predecessor] | None,
    reason: str,
    seen: int | None = None,
) -> Task | None:
    """As it was before; for a caller that tells people of several tasks together."""
    stored = Task.objects.select_for_update().select_related("initiative").get(pk=task.pk) if task.pk else None
    if stored:
        require(actor, "initiatives.change_task", stored)
        ensure_unchanged(stored, seen)
    else:
        require(actor, "initiatives.plan_tasks", task.initiative)
    _check(actor, task, stored, reason)
    before = {**snapshot(stored), **parts_of(stored)} if stored else {}
    task.municipality = actor.municipality
    settle_state(actor, task)
    task.full_clean(exclude=["municipality"])
    task.save()
    if stored:
        end_blockers_with_task(actor=actor, task=task, was=stored.status, resolution="")
    if helpers is not None:
        set_helpers(task, helpers)
    if predecessors is not None:
        set_predecessors(actor, task, predecessors)
    record(actor, _change(task, before, reason))
    return stored


def _check(actor: Actor, task: Task, stored: Task | None, reason: str) -> None:
    if not SMALLEST_ESTIMATE <= task.estimate <= LARGEST_ESTIMATE:
        raise DomainError(
            _("Write the estimate in person-days, from 0.1 to 1,000. Larger work should become several tasks."),
            field="estimate",
        )
    if task.due_on < task.starts_on:
        raise DomainError(_("The task is due before it begins."), field="due_on")
    if task.phase and task.phase.initiative_id != task.initiative_id:
        raise DomainError(_("This phase belongs to another initiative."), field="phase")
    if stored:
        check_postponement(task, stored.due_on, reason)
    check_person(
        task.responsible, before={stored.responsible_id} if stored else set(), on=actor.on, field="responsible"
    )


def check_postponement(task: Task, due_before: date, reason: str) -> None:
    """What was promised in an approved initiative is put off with a reason only."""
    is_later = task.due_on > due_before and task.is_unfinished
    if is_later and task.initiative.status == InitiativeStatus.APPROVED and not reason.strip():
        raise DomainError(_("Please write why the due date is put off."), field="reason")


def _change(task: Task, before: Mapping[str, object], reason: str) -> Change:
    """With helpers and predecessors as fields like any other."""
    after = {**snapshot(task), **parts_of(task)}
    names = [name for name in after if before.get(name) != after[name]]
    return Change(
        object_type=task._meta.label_lower,
        object_id=task.pk,
        label=str(task)[:200],
        verb=Verb.CHANGED if before else Verb.CREATED,
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names},
        reason=reason,
    )


def _tell(actor: Actor, task: Task, stored: Task | None) -> None:
    if stored is None or stored.responsible_id != task.responsible_id:
        tell_new_responsible(actor, [task])
    if stored and stored.status != task.status:
        tell_what_may_begin(actor, task)


@transaction.atomic
def hand_over_tasks(*, actor: Actor, rows: Collection[Task], to: Membership, reason: str) -> None:
    changes = []
    for task in rows:
        before = snapshot(task, only=["responsible"])
        task.responsible = to
        task.save(update_fields=["responsible"])
        changes.append(change_of(task, Verb.CHANGED, before, reason))
    record(actor, *changes)
    tell_new_responsible(actor, rows)
