"""Predicates on the actor; each that guards rows has a `visible_*` twin in queries, tested to agree."""

import rules

from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Membership, Role

# Roles of people in the town hall and of those who work with it; residents are the DX office's to see.
COLLEAGUE_ROLES = tuple(role for role in Role if role != Role.RESIDENT)
# A head may lend these rights to a deputy; more than their own they cannot give.
LENDABLE_BY_HEADS = (Role.HEAD, Role.MEMBER, Role.VIEWER)


@rules.predicate
def is_admin(actor: Actor) -> bool:
    return actor.is_admin


@rules.predicate
def sees_all(actor: Actor) -> bool:
    return actor.sees_all


@rules.predicate
def is_town_staff(actor: Actor) -> bool:
    return actor.is_town_staff


@rules.predicate
def heads_department(actor: Actor, department: Department | None) -> bool:
    return department is not None and department.path.startswith(actor.headed_paths)


@rules.predicate
def heads_some_department(actor: Actor) -> bool:
    return bool(actor.headed_paths)


@rules.predicate
def is_colleague(_actor: Actor, post: Membership | None) -> bool:
    return post is not None and post.role in COLLEAGUE_ROLES


@rules.predicate
def is_own_post(actor: Actor, post: Membership | None) -> bool:
    """One's own, not one that somebody lent: a deputy appoints no further deputy."""
    return post is not None and actor.user is not None and post.user_id == actor.user.pk


@rules.predicate
def heads_post(actor: Actor, post: Membership | None) -> bool:
    """As head oneself, not as somebody's stand-in: otherwise a week in office could be made to last for ever."""
    if post is None or post.department is None or post.role not in LENDABLE_BY_HEADS:
        return False
    headed = tuple(own.department.path for own in actor.own if own.role == Role.HEAD and own.department)
    return post.department.path.startswith(headed)


@rules.predicate
def heads_lower_post(actor: Actor, post: Membership | None) -> bool:
    """A head ends no post of the DX office or of the leadership, even if it stands in the own department."""
    return post is not None and post.role in LENDABLE_BY_HEADS and bool(heads_department(actor, post.department))


rules.add_perm("municipality.administer", is_admin)
rules.add_perm("municipality.see_people", is_town_staff)
rules.add_perm("municipality.see_post", is_admin | (is_town_staff & is_colleague) | is_own_post)
rules.add_perm("municipality.see_department", is_town_staff)
rules.add_perm("municipality.see_audit", is_admin)
rules.add_perm("municipality.hand_over", is_admin | heads_department)
rules.add_perm("municipality.end_post", is_admin | heads_lower_post)
rules.add_perm("municipality.prepare_transfers", is_admin | heads_some_department)
rules.add_perm("municipality.appoint_deputy", is_admin | is_own_post | heads_post)
