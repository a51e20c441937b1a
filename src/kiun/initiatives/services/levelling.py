"""山崩し: calculated beside the tasks of a department, looked at, and accepted or thrown away."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services import start_job, stop_job
from kiun.initiatives.levelling.outcome import outcome_from_json
from kiun.initiatives.models import Levelling, LevellingState, Task, TaskStatus
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Department

JOB_KIND = "initiatives.levelling"


@transaction.atomic
def start_levelling(*, actor: Actor, department: Department) -> Levelling:
    """A worker calculates. What was calculated before for this department, and not accepted, is thrown away."""
    require(actor, "initiatives.manage_capacity", department)
    Department.objects.select_for_update().get(pk=department.pk)
    for earlier in Levelling.objects.filter(
        department=department, state__in=[LevellingState.RUNNING, LevellingState.READY]
    ):
        _discard(actor, earlier)
    levelling = Levelling(municipality=actor.municipality, department=department, created_by=actor.membership)
    levelling.save()
    levelling.job = start_job(
        actor=actor,
        kind=JOB_KIND,
        label=_("Levelling: %(name)s") % {"name": department},
        parameters={"levelling": levelling.pk},
    )
    levelling.save(update_fields=["job"])
    record(actor, change_of(levelling, Verb.CREATED))
    return levelling


def stop_levelling(*, actor: Actor, levelling: Levelling) -> None:
    """The best that was found until now becomes the result."""
    require(actor, "initiatives.manage_capacity", levelling.department)
    Levelling.objects.filter(pk=levelling.pk, state=LevellingState.RUNNING).update(is_stopping=True)


@transaction.atomic
def discard_levelling(*, actor: Actor, levelling: Levelling) -> None:
    require(actor, "initiatives.manage_capacity", levelling.department)
    stored = _held(levelling)
    if stored.state == LevellingState.ACCEPTED:
        raise DomainError(_("This levelling has been accepted: the tasks have their new days."))
    _discard(actor, stored)


def _discard(actor: Actor, stored: Levelling) -> None:
    if stored.is_running and stored.job:
        stop_job(job=stored.job)
    before = snapshot(stored, only=["state"])
    stored.state = LevellingState.DISCARDED
    stored.save(update_fields=["state"])
    record(actor, change_of(stored, Verb.CHANGED, before))


@transaction.atomic
def accept_levelling(*, actor: Actor, levelling: Levelling, reason: str, shown: str) -> int:
    """All tasks get their new days, or none. `shown` is the fingerprint of the result that was looked at."""
    require(actor, "initiatives.manage_capacity", levelling.department)
    stored = _held(levelling)
    if stored.state != LevellingState.READY:
        raise DomainError(_("It has not been calculated yet, or has been decided already."))
    moves = {move.task: move for move in outcome_from_json(stored.result).moves}
    if not moves:
        raise DomainError(_("No task would move, so that there is nothing to accept."))
    tasks = list(Task.objects.select_for_update().filter(pk__in=moves))
    as_seen = all(
        task.status == TaskStatus.TODO
        and task.department_id == stored.department_id
        and (task.starts_on, task.due_on) == moves[task.pk].old
        for task in tasks
    )
    if stored.fingerprint != shown or len(tasks) != len(moves) or not as_seen:
        raise ConflictError(_("Tasks have changed since this was calculated. Please calculate it again."))
    changes = []
    for task in tasks:
        before = snapshot(task, only=["starts_on", "due_on"])
        task.starts_on, task.due_on = moves[task.pk].new
        changes.append(change_of(task, Verb.CHANGED, before, reason))
    Task.objects.bulk_update(tasks, ["starts_on", "due_on"])
    state = snapshot(stored, only=["state"])
    stored.state = LevellingState.ACCEPTED
    stored.save(update_fields=["state"])
    record(actor, *changes, change_of(stored, Verb.CHANGED, state, reason))
    return len(tasks)


def _held(levelling: Levelling) -> Levelling:
    return Levelling.objects.select_for_update(of=("self",)).select_related("job").get(pk=levelling.pk)
