"""Who may do what with goals. `queries.visible` holds the twins for lists."""

import rules

from kiun.goals.models import Goal, Indicator, PlanStatus
from kiun.municipality.actors import Actor
from kiun.municipality.rules import heads_department, is_admin, is_town_staff


@rules.predicate
def is_public(_actor: Actor, row: Goal | Indicator | None) -> bool:
    if row is None or not row.is_public:
        return False
    goal = row.goal if isinstance(row, Indicator) else row
    return goal.is_public and goal.plan.is_public and goal.plan.status != PlanStatus.DRAFT


@rules.predicate
def owns(actor: Actor, row: Goal | Indicator | None) -> bool:
    return row is not None and row.owner_id in actor.owning_ids


@rules.predicate
def stands_in(actor: Actor, row: Indicator | None) -> bool:
    return row is not None and row.deputy_id in actor.owning_ids


@rules.predicate
def heads_its_department(actor: Actor, row: Goal | Indicator | None) -> bool:
    return row is not None and bool(heads_department(actor, row.department))


rules.add_perm("goals.see_goal", is_town_staff | is_public)
rules.add_perm("goals.see_indicator", is_town_staff | is_public)
rules.add_perm("goals.change_plan", is_admin)
rules.add_perm("goals.import_plan", is_admin)
rules.add_perm("goals.add_goal", is_admin)
rules.add_perm("goals.change_goal", is_admin | owns | heads_its_department)
rules.add_perm("goals.change_indicator", is_admin | owns | heads_its_department)
rules.add_perm("goals.record_measurement", is_admin | owns | stands_in | heads_its_department)
rules.add_perm("goals.manage_sources", is_admin)
