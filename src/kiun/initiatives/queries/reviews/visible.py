"""Twins of the rules about reviews: the leadership and the DX office see all of an agenda, a head what concerns the own
departments, and whoever works on something sees what was decided about it.
"""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kiun.initiatives.models import AgendaItem, ReviewDecision, ReviewState
from kiun.initiatives.queries.visible import posts_of_departments, visible_initiatives
from kiun.municipality.actors import Actor


def visible_items(actor: Actor) -> QuerySet[AgendaItem]:
    """Twin of `initiatives.see_agenda_item`."""
    items = AgendaItem.objects.all()
    if actor.sees_all or actor.user is None:
        return items
    if not actor.is_town_staff:
        return items.none()
    headed = _below(actor.headed_paths, "department__path")
    return items.filter(headed | (Q(review__state=ReviewState.CLOSED) & _concerned(actor)))


def binding_decisions() -> QuerySet[ReviewDecision]:
    """What was decided, once the review is closed."""
    return ReviewDecision.objects.filter(decided_on__isnull=False)


def visible_decisions(actor: Actor) -> QuerySet[ReviewDecision]:
    return binding_decisions().filter(item__in=visible_items(actor))


def concerns(actor: Actor, item: AgendaItem) -> bool:
    return actor.is_town_staff and AgendaItem.objects.filter(_concerned(actor), pk=item.pk).exists()


def _concerned(actor: Actor) -> Q:
    own = visible_initiatives(actor)
    paths = posts_of_departments(actor.memberships)
    return (
        Q(initiative__in=own)
        | Q(decision__initiative__in=own)
        | Q(decision__person__in=actor.membership_ids)
        | Q(indicator__owner__in=actor.membership_ids)
        | Q(indicator__deputy__in=actor.membership_ids)
        | _below(paths, "department__path")
    )


def _below(paths: tuple[str, ...], field: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__startswith": path}) for path in paths), Q(pk__in=[]))
