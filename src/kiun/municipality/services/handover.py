"""人事異動: what some posts own goes to others, all or nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.kernel.errors import DomainError
from kiun.kernel.events import announce
from kiun.kernel.registries import Registry
from kiun.municipality.actors import Actor, require
from kiun.municipality.events import WorkHandedOver
from kiun.municipality.models import Membership
from kiun.municipality.ownables import Ownable, ownables
from kiun.municipality.queries.people import successors_for
from kiun.municipality.services.posts import finish

MOST_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """These rows of one kind go to that post."""

    ownable: str
    row_ids: frozenset[int]
    to: Membership


@transaction.atomic
def hand_over(
    *,
    actor: Actor,
    posts: Sequence[Membership],
    assignments: Iterable[Assignment],
    reason: str,
    end_on: date | None = None,
    registry: Registry[Ownable] = ownables,
) -> int:
    """Pass rows on, tell those who receive them and, with `end_on`, end the posts on that day. Answers how many rows
    went.
    """
    for post in posts:
        require(actor, "municipality.hand_over", post.department)
    if not reason.strip():
        raise DomainError(
            _("Write the reason: it will stand in the history of everything handed over."), field="reason"
        )
    received: dict[Membership, list[tuple[Ownable, Any]]] = defaultdict(list)
    for assignment in assignments:
        _check_successor(actor, posts, assignment.to)
        ownable = registry[assignment.ownable]
        rows = _rows(ownable, posts, assignment.row_ids)
        ownable.pass_on(actor=actor, rows=rows, to=assignment.to, reason=reason)
        received[assignment.to] += [(ownable, row) for row in rows]
    if end_on:
        for post in posts:
            require(actor, "municipality.end_post", post)
            finish(actor=actor, post=post, on=end_on, reason=reason)
    for successor, things in received.items():
        if successor.user != actor.user:
            announce(_told(actor, posts, successor, things, reason))
    return sum(map(len, received.values()))


def _told(
    actor: Actor, posts: Sequence[Membership], successor: Membership, things: Sequence[tuple[Ownable, Any]], reason: str
) -> WorkHandedOver:
    with override(successor.user.language):
        subject = _("You take over %(number)s things from %(names)s") % {
            "number": len(things),
            "names": "、".join(sorted({post.user.name for post in posts})),
        }
        lines = [f"{ownable.label}: {row}" for ownable, row in things[:MOST_NAMED]]
        if len(things) > MOST_NAMED:
            lines.append(_("and %(number)s more") % {"number": len(things) - MOST_NAMED})
        lines.append(_("Handed over by: %(actor)s. Reason: %(reason)s") % {"actor": actor.label, "reason": reason})
    return WorkHandedOver(
        municipality_id=actor.municipality.pk, recipient_id=successor.pk, subject=subject, body="\n".join(lines)
    )


def _check_successor(actor: Actor, posts: Sequence[Membership], successor: Membership) -> None:
    if successor.pk in {post.pk for post in posts}:
        raise DomainError(_("Choose another person as successor."), field="successor")
    if not successors_for(actor, actor.on).filter(pk=successor.pk).exists():
        raise DomainError(
            _("%(name)s cannot take over: choose somebody who is in office and may enter data.") % {"name": successor},
            field="successor",
        )


def _rows(ownable: Ownable, posts: Sequence[Membership], wanted: Collection[int]) -> list[Any]:
    rows = list(ownable.held_by([post.pk for post in posts]).filter(pk__in=wanted))
    if len(rows) != len(wanted):
        raise DomainError(
            _("Meanwhile somebody else has changed who owns these things. Please load the page again and choose anew.")
        )
    return rows
