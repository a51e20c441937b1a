"""Files of tasks, ways in to them, and what is told of them every day."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext, pgettext_lazy

from kiun.activity.attachables import Attachable, attachables
from kiun.initiatives.queries import visible_tasks
from kiun.initiatives.services.task_reminders import remind_of_tasks
from kiun.kernel.schedule import Duty, duties
from kiun.municipality.actors import Actor, may
from kiun.municipality.every_town import in_every_town
from kiun.ui.navigation import NAVIGATION, NavItem

FROM_HOUR = 7


def _may_see_task(actor: Actor, pk: int) -> bool:
    """Files stay inside the town hall."""
    return actor.is_town_staff and visible_tasks(actor).filter(pk=pk).exists()


def _may_add_to_task(actor: Actor, pk: int) -> bool:
    task = visible_tasks(actor).select_related("initiative__department").filter(pk=pk).first()
    return task is not None and may(actor, "initiatives.report_progress", task)


def _is_staff(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.is_town_staff)


def _remind(now: datetime) -> str:
    """In the morning: a mail in the night would only be found with all the others."""
    if timezone.localtime(now).hour < FROM_HOUR:
        return ""
    told = in_every_town(lambda actor: remind_of_tasks(actor=actor), now)
    return ngettext("%(count)s reminder written", "%(count)s reminders written", told) % {"count": told} if told else ""


def register() -> None:
    duties.register(Duty(id="initiatives.remind", every=timedelta(hours=1), run=_remind))
    attachables.register(Attachable(id="initiatives.task", may_see=_may_see_task, may_add=_may_add_to_task))
    for item in (
        NavItem(
            id="initiatives.my_work",
            label=pgettext_lazy("navigation", "My work"),
            url_name="initiatives:my_work",
            order=16,
            icon="check",
            place="more",
            condition=_is_staff,
        ),
        NavItem(
            id="initiatives.tasks",
            label=pgettext_lazy("navigation", "Tasks"),
            url_name="initiatives:task_list",
            order=17,
            icon="list",
            place="more",
            condition=_is_staff,
        ),
    ):
        NAVIGATION.register(item)
