"""Who is offered where a review asks for people."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from kiun.initiatives.models import Review
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Membership, Role
from kiun.municipality.queries import may_own_on, offered_posts

AT_THE_TABLE = (Role.EXECUTIVE, Role.ADMIN, Role.HEAD)


def offered_deciders(actor: Actor, kept: int | None) -> QuerySet[Membership]:
    """The leadership; where there is none yet, the DX office."""
    in_office = Membership.objects.filter(may_own_on(actor.on))
    roles = [Role.EXECUTIVE] if in_office.filter(role=Role.EXECUTIVE).exists() else [Role.ADMIN]
    chosen = Membership.objects.filter(may_own_on(actor.on) & Q(role__in=roles) | Q(pk=kept or 0))
    return chosen.select_related("user", "department").order_by(by_place("department"), "pk")


def offered_participants(actor: Actor, kept: Collection[int]) -> QuerySet[Membership]:
    at_the_table = may_own_on(actor.on) & Q(role__in=AT_THE_TABLE)
    posts = Membership.objects.filter(at_the_table | Q(pk__in=list(kept))).select_related("user", "department")
    return posts.order_by(by_place("department"), "pk")


def offered_people(
    actor: Actor, review: Review, department: Department | None, *kept: int | None
) -> QuerySet[Membership]:
    """Who may be given what was decided: those at the table, and the people of the department in charge."""
    near = offered_posts(actor, department, *kept).values("pk")
    invited = review.participants.values("post")
    can = Q(pk__in=near) | may_own_on(actor.on) & Q(pk__in=invited)
    return Membership.objects.filter(can).select_related("user", "department").order_by(by_place("department"), "pk")
