"""Who may do what with waves and interventions."""

import rules

from kiun.momentum.models import Intervention
from kiun.municipality.actors import Actor
from kiun.municipality.rules import heads_department, is_admin, is_town_staff, sees_all


@rules.predicate
def heads_its_department(actor: Actor, row: Intervention | None) -> bool:
    return row is not None and bool(heads_department(actor, row.department))


@rules.predicate
def owns(actor: Actor, row: Intervention | None) -> bool:
    return row is not None and row.owner_id in actor.owning_ids


@rules.predicate
def heads_some_department(actor: Actor) -> bool:
    return bool(actor.headed_paths)


rules.add_perm("momentum.see", is_town_staff)
# Of every unit, as far as anything may be shown of it at all.
rules.add_perm("momentum.see_all_units", sees_all)
rules.add_perm("momentum.see_unit", sees_all | heads_department)
rules.add_perm("momentum.plan_waves", is_admin)
rules.add_perm("momentum.make_intervention", is_admin | heads_some_department)
rules.add_perm("momentum.change_intervention", is_admin | owns | heads_its_department)
