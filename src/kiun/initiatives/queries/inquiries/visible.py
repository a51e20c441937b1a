"""Twins of the rules: whose inquiry it is, the leadership and the DX office see all answers, a department its own."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kiun.initiatives.models import UNANSWERED, WRITABLE, Request, RequestState, Round, RoundState
from kiun.initiatives.queries.inquiries.heads import Heads
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, WRITING_ROLES, Department, Membership

SENT = (RoundState.OPEN, RoundState.CLOSED)


def is_near(posts: Iterable[Membership], department: Department | None) -> bool:
    """Serves in the department, in one below it, or in one that it belongs to."""
    if department is None:
        return False
    own = [post.department.path for post in posts if post.department]
    return department.path.startswith(tuple(own)) or any(path.startswith(department.path) for path in own)


def near(posts: Iterable[Membership], field: str) -> Q:
    """Twin of `is_near` for the foreign key `field` to a department."""
    departments = [post.department for post in posts if post.department]
    above = Q(**{f"{field}__in": {key for row in departments for key in row.ancestor_ids}})
    return reduce(or_, (Q(**{f"{field}__path__startswith": row.path}) for row in departments), above)


def staff_posts(actor: Actor) -> list[Membership]:
    return [post for post in actor.memberships if post.role in STAFF_ROLES]


def writing_posts(actor: Actor) -> list[Membership]:
    return [post for post in actor.memberships if post.role in WRITING_ROLES]


def visible_rounds(actor: Actor) -> QuerySet[Round]:
    """Twin of `initiatives.see_round`."""
    rows = Round.objects.select_related("inquiry__department", "inquiry__owner__user")
    if actor.user is None or actor.sees_all:
        return rows
    return rows.filter(_asked_by(actor, "inquiry"))


def visible_requests(actor: Actor) -> QuerySet[Request]:
    """Twin of `initiatives.see_request`: of rounds that have gone out."""
    rows = Request.objects.filter(round__state__in=SENT).select_related(
        "round__inquiry__department", "department", "contact__user"
    )
    if actor.user is None or actor.sees_all:
        return rows
    own = near(staff_posts(actor), "department") | Q(contact__in=actor.owning_ids)
    return rows.filter(own | _asked_by(actor, "round__inquiry"))


def _asked_by(actor: Actor, inquiry: str) -> Q:
    return near(staff_posts(actor), f"{inquiry}__department") | Q(**{f"{inquiry}__owner__in": actor.owning_ids})


def requests_of_departments(actor: Actor) -> QuerySet[Request]:
    """What the person's own departments are or were asked, or the person alone as contact."""
    own = near(staff_posts(actor), "department") | Q(contact__in=actor.owning_ids)
    return visible_requests(actor).filter(own).exclude(state=RequestState.WITHDRAWN)


def open_requests(actor: Actor) -> QuerySet[Request]:
    """Those still to be answered, the most urgent first."""
    waiting = visible_requests(actor).filter(round__state=RoundState.OPEN, state__in=UNANSWERED)
    return waiting.order_by("due_on", "round", by_place("department"), "pk")


def unanswered_requests(actor: Actor, on: date) -> QuerySet[Request]:
    """What a review asks about: not answered although the day has passed. `due_on` says since when."""
    return open_requests(actor).filter(due_on__lt=on)


def requests_to_answer(actor: Actor) -> list[Request]:
    """Asked of this person: to be filled in where they serve or are the contact, to be approved where they decide."""
    serving = {key for post in writing_posts(actor) if post.department for key in post.department.ancestor_ids}
    to_write = Q(state__in=WRITABLE) & (Q(department__in=serving) | Q(contact__in=actor.owning_ids))
    headed = reduce(or_, (Q(department__path__startswith=path) for path in actor.headed_paths), Q(pk__in=[]))
    found = open_requests(actor).filter(to_write | (headed & Q(state=RequestState.SUBMITTED)))
    rows = list(found)
    heads = Heads(actor.on) if any(row.state == RequestState.SUBMITTED for row in rows) else None
    return [row for row in rows if heads is None or row.is_writable or _decides(actor, heads, row)]


def _decides(actor: Actor, heads: Heads, row: Request) -> bool:
    """The nearest head, not every one above."""
    return any(post.pk in actor.membership_ids for post in heads.of(row.department))
