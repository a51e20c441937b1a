"""What a post can own. Rooms register theirs; a 人事異動 hands all of it over in one screen."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kiun.kernel.registries import Registry
from kiun.municipality.actors import Actor
from kiun.municipality.models import Membership


@dataclass(frozen=True, kw_only=True)
class Ownable:
    """`held_by` gives the rows that the posts own and that still matter; `hand_over` passes some of them on.

    `field` names the foreign key of the row to the post.
    `is_binding` says that the row may not be without an owner (an indicator); a deputy, for instance, is not.
    """

    id: str
    label: Any
    held_by: Callable[["Collection[int] | QuerySet[Any, Any]"], QuerySet[Any]]
    hand_over: Callable[..., None]
    field: str = "owner"
    is_binding: bool = True

    def pass_on(self, *, actor: Actor, rows: Collection[Any], to: Membership, reason: str) -> None:
        self.hand_over(actor=actor, rows=rows, to=to, reason=reason)


ownables: Registry[Ownable] = Registry()
