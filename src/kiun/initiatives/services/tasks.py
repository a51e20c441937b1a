from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.services.conflicts import ensure_unchanged
from kiun.initiatives.models import ChecklistItem, LinkKind, Task, TaskHelper, TaskLink, TaskStatus
from kiun.initiatives.models.tasks import LARGEST_ESTIMATE, SMALLEST_ESTIMATE
from kiun.initiatives.services.order import circle_through, refuse_circle
from kiun.initiatives.services.people import check_person
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Membership

WHOLE = 100


@dataclass(frozen=True, kw_only=True)
class Predecessor:
    """What a task waits for, as a form or a file names it."""

    task: Task
    kind: LinkKind = LinkKind.FINISH_START
    lag_days: int = 0


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
    stored = Task.objects.select_for_update().get(pk=task.pk) if task.pk else None
    if stored:
        require(actor, "initiatives.change_task", stored)
        ensure_unchanged(stored, seen)
    else:
        require(actor, "initiatives.plan_tasks", task.initiative)
    _check(actor, task, stored)
    before = snapshot(stored) if stored else None
    task.municipality = actor.municipality
    _settle(actor, task)
    task.full_clean(exclude=["municipality"])
    task.save()
    if helpers is not None:
        set_helpers(task, helpers)
    if predecessors is not None:
        set_predecessors(actor, task, predecessors)
    record(actor, change_of(task, Verb.CHANGED if stored else Verb.CREATED, before, reason))
    return task


def _check(actor: Actor, task: Task, stored: Task | None) -> None:
    if not SMALLEST_ESTIMATE <= task.estimate <= LARGEST_ESTIMATE:
        raise DomainError(
            _("Write the estimate in person-days, from 0.1 to 1,000. Larger work should become several tasks."),
            field="estimate",
        )
    if task.due_on < task.starts_on:
        raise DomainError(_("The task is due before it begins."), field="due_on")
    if task.phase and task.phase.initiative_id != task.initiative_id:
        raise DomainError(_("This phase belongs to another initiative."), field="phase")
    check_person(
        task.responsible, before={stored.responsible_id} if stored else set(), on=actor.on, field="responsible"
    )


def _settle(actor: Actor, task: Task) -> None:
    """State, percent and the day of the end say the same."""
    if task.status == TaskStatus.DONE:
        task.percent = WHOLE
        task.finished_on = task.finished_on or actor.on
    else:
        task.finished_on = None
        task.percent = min(task.percent, WHOLE - 1)
        if task.status == TaskStatus.TODO and task.percent:
            task.status = TaskStatus.DOING


def set_helpers(task: Task, helpers: Sequence[Membership]) -> None:
    wanted = [post for post in dict.fromkeys(helpers) if post.pk != task.responsible_id]
    task.helpers.exclude(helper__in=wanted).delete()
    known = set(task.helpers.values_list("helper_id", flat=True))
    TaskHelper.objects.bulk_create(
        [TaskHelper(municipality=task.municipality, task=task, helper=post) for post in wanted if post.pk not in known]
    )


def set_predecessors(actor: Actor, task: Task, predecessors: Sequence[Predecessor]) -> None:
    TaskLink.objects.filter(after=task).delete()
    links = []
    for wanted in predecessors:
        if wanted.task.pk == task.pk:
            raise DomainError(_("A task cannot come before itself."), field="before")
        require(actor, "initiatives.see_initiative", wanted.task.initiative)
        link = TaskLink(
            municipality=actor.municipality,
            before=wanted.task,
            after=task,
            kind=wanted.kind,
            lag_days=wanted.lag_days,
        )
        link.clean_fields(exclude=["municipality"])
        links.append(link)
    TaskLink.objects.bulk_create(links)
    refuse_circles_through(task)


def refuse_circles_through(task: Task) -> None:
    followers: dict[int, list[int]] = defaultdict(list)
    for before, after in TaskLink.objects.values_list("before_id", "after_id"):
        followers[before].append(after)
    if circle := circle_through(task.pk, followers):
        names = dict(Task.objects.filter(pk__in=circle).values_list("pk", "name"))
        refuse_circle(names[key] for key in circle)


@transaction.atomic
def report_progress(*, actor: Actor, task: Task, percent: int | None = None, status: str | None = None) -> Task:
    """One press on a list, a board or a phone. A task with a checklist takes its percentage from there."""
    stored = Task.objects.select_for_update().get(pk=task.pk)
    require(actor, "initiatives.report_progress", stored)
    before = snapshot(stored)
    if percent is not None:
        if stored.checklist.exists():
            raise DomainError(_("This task has a checklist: tick its steps instead."), field="percent")
        stored.percent = percent
        stored.status = _status_at(percent, stored.status)
    if status is not None:
        stored.status = TaskStatus(status)
    _settle(actor, stored)
    stored.full_clean(exclude=["municipality"])
    stored.save()
    record(actor, change_of(stored, Verb.CHANGED, before))
    return stored


def _status_at(percent: int, status: str) -> str:
    if percent >= WHOLE:
        return TaskStatus.DONE
    return TaskStatus.DOING if percent or status == TaskStatus.DONE else status


@transaction.atomic
def tick_step(*, actor: Actor, item: ChecklistItem, is_done: bool) -> Task:
    task = Task.objects.select_for_update().get(pk=item.task_id)
    require(actor, "initiatives.report_progress", task)
    before, task_before = snapshot(item), snapshot(task)
    item.is_done = is_done
    item.save(update_fields=["is_done"])
    follow_checklist(task)
    _settle(actor, task)
    task.save()
    record(actor, change_of(item, Verb.CHANGED, before), change_of(task, Verb.CHANGED, task_before))
    return task


def follow_checklist(task: Task) -> None:
    """The last tick does not end the task: the person responsible says that."""
    steps = list(task.checklist.values_list("is_done", flat=True))
    if steps and task.status != TaskStatus.DONE:
        task.percent = min(round(WHOLE * sum(steps) / len(steps)), WHOLE - 1)


@transaction.atomic
def remove_task(*, actor: Actor, task: Task, reason: str = "") -> None:
    require(actor, "initiatives.change_task", task)
    if task.links_after.exists():
        waiting = "、".join(link.after.name for link in task.links_after.select_related("after")[:3])
        raise DomainError(_("Other tasks wait for this one: %(tasks)s. Change those first.") % {"tasks": waiting})
    before, pk = snapshot(task), task.pk
    task.delete()
    record(actor, change_of(task, Verb.DELETED, before, reason, pk=pk))


@transaction.atomic
def hand_over_tasks(*, actor: Actor, rows: Collection[Task], to: Membership, reason: str) -> None:
    changes = []
    for task in rows:
        before = snapshot(task, only=["responsible"])
        task.responsible = to
        task.save(update_fields=["responsible"])
        changes.append(change_of(task, Verb.CHANGED, before, reason))
    record(actor, *changes)
