"""Taking out what was entered by mistake, and putting it back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import ChecklistItem, Initiative, LinkKind, Task
from kiun.initiatives.services.task_links import Predecessor, parts_of, set_helpers, set_predecessors
from kiun.kernel.changes import Verb, change_of, json_value, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require, system_actor
from kiun.municipality.models import Membership

KIND = Task._meta.label_lower


@transaction.atomic
def remove_task(*, actor: Actor, task: Task, reason: str = "") -> None:
    """For what was entered by mistake. Where people have written something, it is dropped, and its history stays."""
    require(actor, "initiatives.change_task", task)
    if task.links_after.exists():
        waiting = "、".join(link.after.name for link in task.links_after.select_related("after")[:3])
        raise DomainError(_("Other tasks wait for this one: %(tasks)s. Change those first.") % {"tasks": waiting})
    if task.comments.exists() or task.blockers.exists():
        raise DomainError(_("Somebody has written about this task. Drop it instead of removing it: its history stays."))
    before, pk = {**snapshot(task), "finished_on": json_value(task.finished_on), **_what_goes_with(task)}, task.pk
    task.delete()
    record(actor, replace(change_of(task, Verb.DELETED, before, reason, pk=pk), before=before))


def _what_goes_with(task: Task) -> dict[str, object]:
    """Its parts in words, as the history tells them, and in keys, to put them back."""
    words = parts_of(task)
    links = task.links_before.values_list("before", "kind", "lag_days")
    steps = list(task.checklist.values_list("text", "is_done"))
    return {
        "helpers": {"label": words["helpers"], "rows": list(task.helpers.values_list("helper", flat=True))},
        "before": {"label": words["before"], "rows": [list(link) for link in links]},
        "checklist": {"label": "、".join(text for text, _is_done in steps), "rows": [list(step) for step in steps]},
    }


def removed_task(actor: Actor, entry: int) -> AuditEntry | None:
    """What this person has removed, as it was recorded, unless it has been put back."""
    found = AuditEntry.objects.filter(pk=entry, object_type=KIND, verb=Verb.DELETED, user=actor.user).first()
    return found if found and not Task.objects.filter(pk=found.object_id).exists() else None


@transaction.atomic
def restore_task(*, actor: Actor, entry: AuditEntry) -> Task:
    """Under its own number, so that its history goes on. Whoever or whatever has gone in the meantime stays away."""
    initiative = Initiative.objects.filter(pk=entry.before["initiative"]["id"]).first()
    if initiative is None or removed_task(actor, entry.pk) is None:
        raise DomainError(_("This task cannot be put back any more. Please enter it again."))
    require(actor, "initiatives.plan_tasks", initiative)
    task = Task(municipality=actor.municipality, pk=entry.object_id, **_fields_of(entry.before))
    task.save(force_insert=True)
    _restore_parts(actor, task, entry.before)
    record(actor, change_of(task, Verb.CREATED))
    return task


def _fields_of(before: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field in Task._meta.concrete_fields:
        value = before.get(field.name)
        if value is None:
            continue
        if isinstance(field, models.ForeignKey):
            fields[field.name] = field.related_model._default_manager.filter(pk=value["id"]).first()
        elif isinstance(field, models.DateField):
            fields[field.name] = date.fromisoformat(value)
        else:
            fields[field.name] = Decimal(value) if isinstance(field, models.DecimalField) else value
    return fields


def _restore_parts(actor: Actor, task: Task, before: dict[str, Any]) -> None:
    posts = Membership.objects.in_bulk(before["helpers"]["rows"])
    set_helpers(task, list(posts.values()))
    tasks = Task.objects.in_bulk([key for key, _kind, _lag in before["before"]["rows"]])
    links = [
        Predecessor(task=tasks[key], kind=LinkKind(kind), lag_days=lag)
        for key, kind, lag in before["before"]["rows"]
        if key in tasks
    ]
    # Also what this person may not see: it stood there before.
    set_predecessors(system_actor(actor.municipality, on=actor.on), task, links)
    ChecklistItem.objects.bulk_create(
        [
            ChecklistItem(municipality=actor.municipality, task=task, text=text, is_done=is_done, order=order)
            for order, (text, is_done) in enumerate(before["checklist"]["rows"], start=1)
        ]
    )
