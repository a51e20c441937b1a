"""Twins of the rules: a department sees its own work and that in which it takes part, the leadership and the DX office
see all, a partner what was shared. `tests/initiatives/test_rules.py` holds both to the same answer.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from kiun.goals.models import PlanStatus
from kiun.initiatives.models import (
    Blocker,
    Initiative,
    InitiativeStatus,
    Mention,
    RevisionItem,
    SharedInitiative,
    Task,
    TaskHelper,
)
from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, Membership, Role


def posts_of_departments(posts: Iterable[Membership]) -> tuple[str, ...]:
    """Paths of the departments in which posts of the town hall serve."""
    return tuple(post.department.path for post in posts if post.role in STAFF_ROLES and post.department)


def visible_initiatives(actor: Actor | None) -> QuerySet[Initiative]:
    """Twin of `initiatives.see_initiative`. `None` is a visitor without an account: see `public_initiatives`."""
    rows = Initiative.objects.all()
    if actor is None:
        return public_initiatives()
    if actor.sees_all or actor.user is None:
        return rows
    return rows.filter(_own(actor) | _shared(actor))


def public_initiatives() -> QuerySet[Initiative]:
    """What residents see of: name, words for residents, dates, public milestones; never its tasks."""
    return planned_initiatives().filter(is_public=True, plan__is_public=True).exclude(plan__status=PlanStatus.DRAFT)


def planned_initiatives() -> QuerySet[Initiative]:
    """Whatever was part of the plan once. A proposal that was dropped never was, and counts as stopped nowhere."""
    was_stopped = Exists(stopping_items().filter(object_id=OuterRef("pk")))
    return Initiative.objects.exclude(status=InitiativeStatus.PROPOSED).exclude(
        Q(status=InitiativeStatus.STOPPED) & ~was_stopped
    )


def stopping_items() -> QuerySet[RevisionItem]:
    """Entries of the ledger by which an initiative of the plan was stopped."""
    return RevisionItem.objects.filter(
        object_type=Initiative._meta.label_lower, after__status=InitiativeStatus.STOPPED.value
    )


def visible_tasks(actor: Actor) -> QuerySet[Task]:
    return Task.objects.filter(initiative__in=visible_initiatives(actor))


def is_involved(actor: Actor, initiative: Initiative) -> bool:
    return Initiative.objects.filter(_involved(actor), pk=initiative.pk).exists()


def _own(actor: Actor) -> Q:
    return in_departments(posts_of_departments(actor.memberships), "department__path") | (
        _involved(actor) if actor.is_town_staff else _nothing()
    )


def _involved(actor: Actor) -> Q:
    own = Task.objects.filter(initiative=OuterRef("pk"))
    posts = [post.pk for post in actor.memberships if post.role in STAFF_ROLES]
    paths = posts_of_departments(actor.memberships)
    return (
        Q(owner__in=posts)
        | Exists(own.filter(Q(responsible__in=posts) | in_departments(paths, "department__path")))
        | Exists(TaskHelper.objects.filter(task__initiative=OuterRef("pk"), helper__in=posts))
        | Exists(Blocker.objects.filter(task__initiative=OuterRef("pk"), decider__in=posts))
        | Exists(Mention.objects.filter(comment__initiative=OuterRef("pk"), post__in=posts))
    )


def _shared(actor: Actor) -> Q:
    partners = [post.pk for post in actor.memberships if post.role == Role.PARTNER]
    return Exists(SharedInitiative.objects.filter(initiative=OuterRef("pk"), partner__in=partners)) & Q()


def in_departments(paths: tuple[str, ...], field: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__startswith": path}) for path in paths), _nothing())


def _nothing() -> Q:
    return Q(pk__in=[])
