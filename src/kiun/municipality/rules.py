"""Predicates on the actor; each that guards rows has a `visible_to()` twin in queries, tested to agree."""

import rules

from kiun.municipality.actors import Actor
from kiun.municipality.models import Department


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


rules.add_perm("municipality.administer", is_admin)
rules.add_perm("municipality.see_people", is_town_staff)
rules.add_perm("municipality.see_audit", is_admin)
rules.add_perm("municipality.hand_over", is_admin | heads_department)
