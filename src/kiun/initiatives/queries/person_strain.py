"""How much of their time the tasks of people take: for the head who gave them the work, and for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from math import isnan
from operator import or_

from django.db.models import Q

from kiun.initiatives.queries.allocation import person_loads
from kiun.initiatives.queries.windows import Window
from kiun.initiatives.queries.workforce import workforce
from kiun.municipality.actors import Actor
from kiun.municipality.models import WRITING_ROLES, Membership
from kiun.municipality.queries.people import may_own_on

# Somewhat more than everything is said once it is certain that it is more.
MORE_THAN_ALL = 1.05
MOST_PEOPLE = 200


@dataclass(frozen=True, kw_only=True)
class PersonCell:
    """`share` of the working time: 1 is all of it, None too little time left in the month to say."""

    first: date
    share: float | None

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(self.share * 100)

    @property
    def is_full(self) -> bool:
        return self.share is not None and self.share > MORE_THAN_ALL


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    post: Membership
    cells: tuple[PersonCell, ...]

    @property
    def is_free(self) -> bool:
        return not any(cell.share for cell in self.cells)

    @property
    def fullest(self) -> PersonCell | None:
        """The month in which there is most work, if it is more than there is time for."""
        most = max(self.cells, key=lambda cell: cell.share or 0)
        return most if most.is_full else None


def person_rows(actor: Actor, window: Window) -> list[PersonRow]:
    """By name. Posts of one person in several departments are one row: there is one head of hours for all."""
    posts = _posts(actor, window.today)
    people = {post.pk: post.user_id for post in posts}
    every = Membership.objects.filter(user__in=people.values(), role__in=WRITING_ROLES).values_list("pk", "user_id")
    force = workforce(window)
    loads = person_loads(window, force.demand, force.absences, dict(every))
    shown = {post.user_id: post for post in reversed(posts)}
    return [
        PersonRow(
            post=post,
            cells=tuple(
                PersonCell(first=first, share=None if isnan(share) else float(share))
                for first, share in zip(window.firsts, loads.get(user, [0] * window.months), strict=True)
            ),
        )
        for user, post in sorted(shown.items(), key=lambda item: (item[1].user.kana, item[1].user.name))
    ]


def _posts(actor: Actor, today: date) -> Sequence[Membership]:
    headed = (Q(department__path__startswith=path) for path in actor.headed_paths)
    concerned = reduce(or_, headed, Q(pk__in=[post.pk for post in actor.own]))
    posts = Membership.objects.filter(may_own_on(today) & concerned)
    return list(posts.select_related("user", "department").order_by("pk")[:MOST_PEOPLE])
