"""Files of tasks, ways in to them, and what is told of them every day."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kiun.activity.attachables import Attachable, attachables
from kiun.initiatives.models import UNFINISHED, Blocker
from kiun.initiatives.queries import visible_tasks
from kiun.initiatives.queries.tasks import open_blockers
from kiun.initiatives.services.blockers import hand_over_blockers
from kiun.initiatives.services.task_reminders import remind_of_tasks
from kiun.kernel.schedule import Duty, duties
from kiun.kernel.search import SEARCH, SearchHit, SearchSource, contains_all
from kiun.municipality.actors import Actor, may
from kiun.municipality.every_town import in_every_town
from kiun.municipality.middleware import is_staff_page
from kiun.municipality.ownables import Ownable, ownables
from kiun.ui.navigation import NAVIGATION, NavItem

FROM_HOUR = 7


def _may_see_task(actor: Actor, pk: int) -> bool:
    """Files stay inside the town hall."""
    return actor.is_town_staff and visible_tasks(actor).filter(pk=pk).exists()


def _may_add_to_task(actor: Actor, pk: int) -> bool:
    task = visible_tasks(actor).select_related("initiative__department").filter(pk=pk).first()
    return task is not None and may(actor, "initiatives.report_progress", task)


def _remind(now: datetime) -> str:
    """In the morning: a mail in the night would only be found with all the others."""
    if timezone.localtime(now).hour < FROM_HOUR:
        return ""
    told = in_every_town(lambda actor: remind_of_tasks(actor=actor), now)
    return ngettext("%(count)s reminder written", "%(count)s reminders written", told) % {"count": told} if told else ""


def _find_tasks(actor: Actor, words: Sequence[str], limit: int) -> list[SearchHit]:
    rows = visible_tasks(actor).filter(contains_all(words, "name", "note")).select_related("initiative")
    return [SearchHit(row.name, "initiatives:task_detail", row.pk, row.initiative.name) for row in rows[:limit]]


def _blockers_of(posts: Collection[int]) -> QuerySet[Blocker]:
    return open_blockers().filter(decider__in=posts, task__status__in=UNFINISHED)


def register() -> None:
    SEARCH.register(SearchSource(id="initiatives.tasks", label=_("tasks"), find=_find_tasks))
    ownables.register(
        Ownable(
            id="initiatives.blocker",
            label=_("obstacles to decide on"),
            held_by=_blockers_of,
            hand_over=hand_over_blockers,
            field="decider",
        )
    )
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
            condition=is_staff_page,
        ),
        NavItem(
            id="initiatives.tasks",
            label=pgettext_lazy("navigation", "Tasks"),
            url_name="initiatives:task_list",
            order=17,
            icon="list",
            place="more",
            condition=is_staff_page,
        ),
    ):
        NAVIGATION.register(item)
