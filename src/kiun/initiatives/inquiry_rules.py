"""Who may ask, see, answer and approve. `queries.inquiries.visible` holds the twins for lists."""

import rules

from kiun.initiatives.models import Request, RequestState, Round
from kiun.initiatives.queries.inquiries.heads import Heads
from kiun.initiatives.queries.inquiries.visible import SENT, is_near, staff_posts, writing_posts
from kiun.municipality.actors import Actor
from kiun.municipality.rules import heads_department, heads_some_department, is_admin, sees_all


def _round_of(row: Round | Request | None) -> Round | None:
    return row.round if isinstance(row, Request) else row


@rules.predicate
def serves_the_asker(actor: Actor, row: Round | Request | None) -> bool:
    """Works in the department whose inquiry it is."""
    found = _round_of(row)
    return found is not None and is_near(staff_posts(actor), found.inquiry.department)


@rules.predicate
def owns_inquiry(actor: Actor, row: Round | Request | None) -> bool:
    found = _round_of(row)
    return found is not None and found.inquiry.owner_id in actor.owning_ids


@rules.predicate
def heads_the_asker(actor: Actor, row: Round | Request | None) -> bool:
    found = _round_of(row)
    return found is not None and bool(heads_department(actor, found.inquiry.department))


@rules.predicate
def is_sent(_actor: Actor, row: Request | None) -> bool:
    return row is not None and row.round.state in SENT


@rules.predicate
def is_waited_for(_actor: Actor, row: Request | None) -> bool:
    """The round takes answers, and this department's is wanted."""
    return row is not None and row.round.is_open and row.state != RequestState.WITHDRAWN


@rules.predicate
def serves_the_asked(actor: Actor, row: Request | None) -> bool:
    return row is not None and is_near(staff_posts(actor), row.department)


@rules.predicate
def writes_for_the_asked(actor: Actor, row: Request | None) -> bool:
    return row is not None and is_near(writing_posts(actor), row.department)


@rules.predicate
def is_contact(actor: Actor, row: Request | None) -> bool:
    return row is not None and row.contact_id in actor.owning_ids


@rules.predicate
def heads_the_asked(actor: Actor, row: Request | None) -> bool:
    return row is not None and bool(heads_department(actor, row.department))


@rules.predicate
def is_approved(_actor: Actor, row: Request | None) -> bool:
    return row is not None and row.is_answered


@rules.predicate
def answers_without_a_head(actor: Actor, row: Request | None) -> bool:
    """Nobody heads the department or one above: the DX office sees to it that the answer does not get stuck."""
    return row is not None and actor.is_admin and not Heads(actor.on).of(row.department)


asks_it = is_admin | owns_inquiry | heads_the_asker

rules.add_perm("initiatives.ask_departments", is_admin | heads_some_department)
rules.add_perm("initiatives.see_round", sees_all | serves_the_asker | owns_inquiry)
rules.add_perm("initiatives.change_round", asks_it)
rules.add_perm(
    "initiatives.see_request",
    is_sent & (sees_all | serves_the_asker | owns_inquiry | serves_the_asked | is_contact),
)
writes_it = is_admin | writes_for_the_asked | is_contact
approves_it = heads_the_asked | answers_without_a_head

rules.add_perm("initiatives.answer_request", is_waited_for & writes_it)
rules.add_perm("initiatives.approve_request", is_waited_for & approves_it)
# What a head has approved is undone by a head only.
rules.add_perm("initiatives.take_back_request", is_waited_for & (approves_it | (writes_it & ~is_approved)))
