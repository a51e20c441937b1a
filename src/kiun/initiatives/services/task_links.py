"""What a task waits for, and who helps with it: the parts of a task that are rows of their own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import LinkKind, Task, TaskHelper, TaskLink
from kiun.initiatives.queries.visible import visible_tasks
from kiun.initiatives.services.order import circle_through, refuse_circle
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, require
from kiun.municipality.models import Membership


@dataclass(frozen=True, kw_only=True)
class Predecessor:
    """What a task waits for, as a form or a file names it."""

    task: Task
    kind: LinkKind = LinkKind.FINISH_START
    lag_days: int = 0

    @property
    def words(self) -> str:
        return say_link(self.task.name, self.kind, self.lag_days)


def set_helpers(task: Task, helpers: Sequence[Membership]) -> None:
    wanted = [post for post in dict.fromkeys(helpers) if post.pk != task.responsible_id]
    task.helpers.exclude(helper__in=wanted).delete()
    known = set(task.helpers.values_list("helper_id", flat=True))
    TaskHelper.objects.bulk_create(
        [TaskHelper(municipality=task.municipality, task=task, helper=post) for post in wanted if post.pk not in known]
    )


def unseen_links(actor: Actor, task: Task) -> QuerySet[TaskLink]:
    """To tasks of initiatives that this person may not see."""
    return task.links_before.exclude(before__in=visible_tasks(actor))


def set_predecessors(actor: Actor, task: Task, predecessors: Sequence[Predecessor]) -> None:
    """What somebody does not see stays: it cannot be taken away by saving what is seen."""
    known = set(task.links_before.values_list("before_id", flat=True))
    kept = set(unseen_links(actor, task).values_list("before_id", flat=True))
    TaskLink.objects.filter(after=task).exclude(before__in=kept).delete()
    links = []
    for wanted in {wanted.task.pk: wanted for wanted in predecessors if wanted.task.pk not in kept}.values():
        if wanted.task.pk == task.pk:
            raise DomainError(_("A task cannot come before itself."), field="before")
        if wanted.task.pk not in known:
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


def parts_of(task: Task) -> dict[str, str]:
    """Helpers and predecessors in words, as the history of the task tells them."""
    links = task.links_before.select_related("before")
    helpers = task.helpers.select_related("helper__user")
    return {
        "helpers": "、".join(str(helper.helper) for helper in helpers),
        "before": "、".join(say_link(link.before.name, link.kind, link.lag_days) for link in links),
    }


def say_link(name: str, kind: str, lag_days: int) -> str:
    """様式を整える（終わってから、3日）"""
    words = str(_("after its beginning") if kind == LinkKind.START_START else _("after its end"))
    lag = _("%(days)s working days later") % {"days": lag_days} if lag_days else ""
    return f"{name}（{'・'.join(filter(None, [words, str(lag)]))}）"
