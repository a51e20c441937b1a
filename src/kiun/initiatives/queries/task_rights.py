"""Twins of the rules about tasks: which of many a person may change or report on, in one question for a whole list."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from kiun.initiatives.models import OPEN_STATUSES, Initiative, Task, TaskHelper
from kiun.initiatives.queries.visible import in_departments, posts_of_departments
from kiun.municipality.actors import Actor

# An empty Q would say nothing in an "or" with others.
EVERY = ~Q(pk__in=[])


def plannable_initiatives(actor: Actor) -> QuerySet[Initiative]:
    """Twin of `initiatives.plan_tasks`."""
    return Initiative.objects.filter(_is_open(""), _leads(actor, ""))


def changeable_tasks(actor: Actor) -> QuerySet[Task]:
    """Twin of `initiatives.change_task`."""
    return Task.objects.filter(_is_open("initiative__"), _leads(actor, "initiative__") | _answers(actor))


def reportable_tasks(actor: Actor) -> QuerySet[Task]:
    """Twin of `initiatives.report_progress`."""
    helps = Exists(TaskHelper.objects.filter(task=OuterRef("pk"), helper__in=actor.owning_ids))
    return Task.objects.filter(_is_open("initiative__"), _leads(actor, "initiative__") | _answers(actor) | helps)


def _is_open(prefix: str) -> Q:
    return Q(**{f"{prefix}status__in": OPEN_STATUSES})


def _answers(actor: Actor) -> Q:
    return Q(responsible__in=actor.owning_ids)


def _leads(actor: Actor, prefix: str) -> Q:
    """Whoever may lead the work, or enters data in its department."""
    if actor.is_admin or actor.user is None:
        return EVERY
    writing = [post for post in actor.memberships if post.pk in actor.owning_ids]
    return Q(**{f"{prefix}owner__in": actor.owning_ids}) | in_departments(
        posts_of_departments(writing), f"{prefix}department__path"
    )
