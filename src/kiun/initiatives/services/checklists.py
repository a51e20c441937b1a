"""The steps of a task: whoever works on it ticks them, adds what was forgotten, and takes out what is not needed."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import ChecklistItem, Task
from kiun.initiatives.services.progress import follow_checklist, tell_progress
from kiun.kernel.changes import snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, require

MOST_STEPS = 100


@transaction.atomic
def tick_step(*, actor: Actor, item: ChecklistItem, is_done: bool) -> Task:
    task = _open_task(actor, item.task_id)
    stored = ChecklistItem.objects.get(pk=item.pk)
    if stored.is_done == is_done:
        return task
    before = {**snapshot(task), item.text: stored.is_done}
    item.is_done = is_done
    item.save(update_fields=["is_done"])
    return _follow(actor, task, before, {item.text: is_done})


@transaction.atomic
def add_step(*, actor: Actor, task: Task, text: str) -> Task:
    stored = _open_task(actor, task.pk)
    words = text.strip()
    if not words:
        raise DomainError(_("Write what is to be done in this step."), field="text")
    if stored.checklist.count() >= MOST_STEPS:
        raise DomainError(
            _("A checklist holds at most %(count)s steps. Make another task of the rest.") % {"count": MOST_STEPS},
            field="text",
        )
    before = snapshot(stored)
    last = stored.checklist.aggregate(last=Max("order"))["last"] or 0
    step = ChecklistItem(municipality=actor.municipality, task=stored, text=words, order=last + 1)
    step.full_clean(exclude=["municipality"])
    step.save()
    return _follow(actor, stored, before, {"checklist": words})


@transaction.atomic
def remove_step(*, actor: Actor, item: ChecklistItem) -> Task:
    task = _open_task(actor, item.task_id)
    before = {**snapshot(task), "checklist": item.text}
    item.delete()
    return _follow(actor, task, before, {})


def _open_task(actor: Actor, pk: int) -> Task:
    task = Task.objects.select_for_update().get(pk=pk)
    require(actor, "initiatives.report_progress", task)
    return task


def _follow(actor: Actor, task: Task, before: dict[str, object], told: dict[str, object]) -> Task:
    follow_checklist(task)
    return tell_progress(actor, task, before, told)
