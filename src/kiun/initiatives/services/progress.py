"""How far a task is: one press on a list, a board or a phone."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import Task, TaskStatus
from kiun.initiatives.services.blockers import end_blockers_with_task
from kiun.initiatives.services.task_notices import tell_what_may_begin
from kiun.kernel.changes import Change, snapshot
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import Actor, record, require

# A verb of its own: nobody's open form is contradicted by it.
PROGRESSED = "progressed"
WHOLE = 100


@transaction.atomic
def report_progress(
    *,
    actor: Actor,
    task: Task,
    percent: int | None = None,
    status: str | None = None,
    was: str | None = None,
    resolution: str = "",
) -> Task:
    """A task with a checklist takes its percentage from there. `was` is the state and the percentage, as in "doing:40",
    that the person saw when pressing the button. `resolution` is what has become of decisions that it waited for.
    """
    stored = Task.objects.select_for_update().get(pk=task.pk)
    require(actor, "initiatives.report_progress", stored)
    before = snapshot(stored)
    seen = state_in_words(stored)
    if percent is not None:
        if stored.checklist.exists():
            raise DomainError(_("This task has a checklist: tick its steps instead."), field="percent")
        stored.percent = percent
        stored.status = _status_at(percent, stored.status)
    if status is not None:
        _set_status(actor, stored, TaskStatus(status), keeps_percent=percent is not None)
    settle_state(actor, stored)
    if was not in {None, seen} and state_in_words(stored) != seen:
        raise ConflictError(
            _("Somebody else has reported on “%(task)s” in the meantime. Look at its state now, and press again.")
            % {"task": stored.name}
        )
    return tell_progress(actor, stored, before, {}, resolution)


def state_in_words(task: Task) -> str:
    return f"{TaskStatus(task.status).value}:{task.percent}"


def _status_at(percent: int, status: str) -> str:
    if percent >= WHOLE:
        return TaskStatus.DONE
    return TaskStatus.DOING if percent or status == TaskStatus.DONE else status


def _set_status(actor: Actor, task: Task, status: TaskStatus, *, keeps_percent: bool) -> None:
    if TaskStatus.CANCELLED in {status, task.status}:
        require(actor, "initiatives.change_task", task)
    was_done, task.status = task.status == TaskStatus.DONE, status
    if task.checklist.exists():
        follow_checklist(task)
    elif was_done and status == TaskStatus.DOING and not keeps_percent:
        task.percent = _percent_before_the_end(task)
    elif status == TaskStatus.TODO and not keeps_percent:
        task.percent = 0
    if status == TaskStatus.TODO and task.percent:
        raise DomainError(_("This task has begun: some of it is done. Take that back first."), field="status")


def _percent_before_the_end(task: Task) -> int:
    """Whoever pressed by mistake finds the task as it was."""
    ends = AuditEntry.objects.filter(object_type=task._meta.label_lower, object_id=task.pk, verb=PROGRESSED)
    last = ends.filter(after__status=TaskStatus.DONE).order_by("-pk").first()
    return int(last.before.get("percent", WHOLE - 1)) if last else WHOLE - 1


def follow_checklist(task: Task) -> None:
    """The last tick does not end the task: the person responsible says that."""
    steps = list(task.checklist.values_list("is_done", flat=True))
    if steps and task.is_unfinished:
        task.percent = min(round(WHOLE * sum(steps) / len(steps)), WHOLE - 1)


def settle_state(actor: Actor, task: Task) -> None:
    """State, percent and the day of the end say the same."""
    if task.status == TaskStatus.DONE:
        task.percent = WHOLE
        task.finished_on = task.finished_on or actor.on
    else:
        task.finished_on = None
        task.percent = min(task.percent, WHOLE - 1)
        if task.status == TaskStatus.TODO and task.percent:
            task.status = TaskStatus.DOING


def tell_progress(
    actor: Actor, task: Task, before: Mapping[str, object], told: Mapping[str, object], resolution: str = ""
) -> Task:
    """Save the task, and what was `told` beside its own fields, as one line of its history."""
    settle_state(actor, task)
    task.full_clean(exclude=["municipality"])
    task.save()
    end_blockers_with_task(actor=actor, task=task, was=str(before["status"]), resolution=resolution)
    after = {**snapshot(task), **told}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not names:
        return task
    record(
        actor,
        Change(
            object_type=task._meta.label_lower,
            object_id=task.pk,
            label=str(task)[:200],
            verb=PROGRESSED,
            before={name: before[name] for name in names if name in before},
            after={name: after[name] for name in names if name in after},
        ),
    )
    if before["status"] != task.status:
        tell_what_may_begin(actor, task)
    return task
