"""Files of tasks, ways in to them, and what is told of them every day."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.activity.attachables import Attachable, attachables
from kiun.initiatives.queries import visible_tasks
from kiun.municipality.actors import Actor, may
from kiun.ui.navigation import NAVIGATION, NavItem


def _may_see_task(actor: Actor, pk: int) -> bool:
    """Files stay inside the town hall."""
    return actor.is_town_staff and visible_tasks(actor).filter(pk=pk).exists()


def _may_add_to_task(actor: Actor, pk: int) -> bool:
    task = visible_tasks(actor).select_related("initiative__department").filter(pk=pk).first()
    return task is not None and may(actor, "initiatives.report_progress", task)


def _is_staff(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.is_town_staff)


def register() -> None:
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
