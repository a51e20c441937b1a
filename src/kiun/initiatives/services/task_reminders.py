"""Once before a task is due, and once a week while it is late; never twice for the same."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kiun.activity.services import Message, notify
from kiun.initiatives.models import UNFINISHED, InitiativeStatus, Task
from kiun.initiatives.services.task_notices import DUE, LATE, path_of
from kiun.initiatives.working_days import is_working_day, working_day_after
from kiun.kernel.fiscal_year import wareki
from kiun.municipality.actors import Actor

WEEK = 7


def remind_of_tasks(*, actor: Actor) -> int:
    """`actor` is Kiun itself, on the day given by it. On days on which the town hall is closed nobody is disturbed."""
    if not is_working_day(actor.on):
        return 0
    soon = _open_tasks().filter(due_on__gt=actor.on, due_on__lte=working_day_after(actor.on, 1))
    late = _open_tasks().filter(due_on__lt=actor.on)
    messages = [_due(actor, task) for task in soon] + [_late(actor, task) for task in late]
    return notify(
        town=actor.municipality, messages=[message for message in messages if message.recipient.may_own(actor.on)]
    )


def _open_tasks() -> QuerySet[Task]:
    tasks = Task.objects.filter(status__in=UNFINISHED, initiative__status=InitiativeStatus.APPROVED)
    return tasks.select_related("initiative", "responsible__user")


def _due(actor: Actor, task: Task) -> Message:
    with override(task.responsible.user.language):
        subject = _("“%(task)s” is due on %(day)s") % {"task": task.name, "day": wareki(task.due_on)}
        body = _("Initiative: %(initiative)s. %(percent)s%% is done.") % {
            "initiative": task.initiative.name,
            "percent": task.percent,
        }
    return _message(actor, task, DUE, subject, body, f"task_due:{task.pk}:{task.due_on}")


def _late(actor: Actor, task: Task) -> Message:
    days = (actor.on - task.due_on).days
    with override(task.responsible.user.language):
        subject = _("“%(task)s” is late") % {"task": task.name}
        body = ngettext(
            "It was due on %(day)s, %(days)s day ago.", "It was due on %(day)s, %(days)s days ago.", days
        ) % {"day": wareki(task.due_on), "days": days}
        body += "\n" + _("Report how far it is, ask for the decision that is missing, or put it off with a reason.")
    return _message(
        actor, task, LATE, subject, body, f"task_late:{task.pk}:{task.due_on}:{_week(task.due_on, actor.on)}"
    )


def _week(due_on: date, today: date) -> int:
    """How many whole weeks it has been late."""
    return ((today - due_on).days - 1) // WEEK


def _message(actor: Actor, task: Task, kind: str, subject: str, body: str, occasion: str) -> Message:
    return Message(
        recipient=task.responsible,
        kind=kind,
        subject=subject,
        body=body,
        path=path_of(actor, task),
        occasion=occasion,
    )
