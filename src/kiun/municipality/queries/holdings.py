"""Who owns what, read through the registries of rooms above."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from kiun.municipality.actors import Actor
from kiun.municipality.department_holders import DepartmentHolder, department_holders
from kiun.municipality.models import Department, Membership
from kiun.municipality.ownables import Ownable, ownables
from kiun.municipality.queries.people import SOON, visible_posts


@dataclass(frozen=True)
class Holding:
    """What one or several posts own of one kind."""

    ownable: Ownable
    rows: tuple[Any, ...]


def holdings_of(posts: Collection[int], registry: Iterable[Ownable] = ownables) -> list[Holding]:
    holdings = [Holding(ownable, tuple(ownable.held_by(posts))) for ownable in registry]
    return [holding for holding in holdings if holding.rows]


def binding_holdings(
    posts: "Collection[int] | QuerySet[Any, Any]", registry: Iterable[Ownable] = ownables
) -> dict[int, int]:
    """How many rows each post owns that may not be without an owner."""
    return _count_by_post((ownable for ownable in registry if ownable.is_binding), posts)


def _count_by_post(registry: Iterable[Ownable], posts: "Collection[int] | QuerySet[Any, Any]") -> dict[int, int]:
    counts: dict[int, int] = {}
    for ownable in registry:
        rows = ownable.held_by(posts).order_by().values_list(ownable.field).annotate(Count("pk"))
        for post, number in rows:
            counts[post] = counts.get(post, 0) + number
    return counts


@dataclass(frozen=True)
class PostToPrepare:
    post: Membership
    owned: int
    has_ended: bool


def posts_to_prepare(actor: Actor, registry: Iterable[Ownable] = ownables) -> list[PostToPrepare]:
    """Posts that have ended or end soon and still own something, the most urgent first."""
    ending = visible_posts(actor).filter(valid_to__lte=actor.on + SOON)
    owned = _count_by_post(registry, ending.order_by().values("pk"))
    posts = ending.filter(pk__in=owned).order_by("valid_to", "pk")
    return [PostToPrepare(post, owned[post.pk], _has_ended(post, actor.on)) for post in posts]


def _has_ended(post: Membership, on: date) -> bool:
    return post.valid_to is not None and post.valid_to < on


def stranded_holdings(
    on: date, registry: Iterable[DepartmentHolder] = department_holders
) -> list[tuple[DepartmentHolder, tuple[Any, ...]]]:
    """What still belongs to a department that has closed."""
    closed = list(Department.objects.filter(valid_to__lt=on).values_list("pk", flat=True))
    found = [(holder, tuple(holder.held_by(closed))) for holder in registry] if closed else []
    return [(holder, rows) for holder, rows in found if rows]
