"""Whose people and whose work somebody sees, and whose they count: twins of the rules on departments."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kiun.initiatives.queries.visible import posts_of_departments
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department


def resource_departments(actor: Actor) -> QuerySet[Department]:
    """Twin of `initiatives.see_resources_of`."""
    if actor.sees_all or actor.user is None:
        return Department.objects.all()
    writing = [post for post in actor.memberships if post.pk in actor.owning_ids]
    return _below(posts_of_departments(writing))


def managed_departments(actor: Actor) -> QuerySet[Department]:
    """Twin of `initiatives.manage_capacity`."""
    if actor.is_admin or actor.user is None:
        return Department.objects.all()
    return _below(actor.headed_paths)


def _below(paths: tuple[str, ...]) -> QuerySet[Department]:
    nothing = Q(pk__in=[])
    return Department.objects.filter(reduce(or_, (Q(path__startswith=path) for path in paths), nothing))
