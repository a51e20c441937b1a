"""Who may do what with initiatives. `queries.visible` holds the twins for lists."""

import rules

from kiun.initiatives import inquiry_rules  # noqa: F401 - registers the rules of inquiries
from kiun.initiatives.models import AgendaItem, Blocker, Initiative, InitiativeStatus, ReviewDecision, Task
from kiun.initiatives.queries.reviews.visible import concerns
from kiun.initiatives.queries.visible import is_involved, posts_of_departments
from kiun.municipality.actors import Actor
from kiun.municipality.models import Department, Role
from kiun.municipality.rules import heads_department, heads_some_department, is_admin, is_town_staff, sees_all


def _initiative_of(row: Initiative | Task | None) -> Initiative | None:
    return row.initiative if isinstance(row, Task) else row


@rules.predicate
def belongs_to_department(actor: Actor, row: Initiative | Task | None) -> bool:
    """It is the work of a department in which the person serves, or of one below it."""
    found = _initiative_of(row)
    return found is not None and found.department.path.startswith(posts_of_departments(actor.memberships))


@rules.predicate
def writes_in_department(actor: Actor, row: Initiative | Task | None) -> bool:
    """The same, for those whose post may enter data."""
    found = _initiative_of(row)
    writing = [post for post in actor.memberships if post.pk in actor.owning_ids]
    return found is not None and found.department.path.startswith(posts_of_departments(writing))


@rules.predicate
def is_shared_with(actor: Actor, row: Initiative | Task | None) -> bool:
    found = _initiative_of(row)
    if found is None or Role.PARTNER not in actor.roles:
        return False
    return found.shares.filter(partner__in=[p.pk for p in actor.memberships if p.role == Role.PARTNER]).exists()


@rules.predicate
def takes_part(actor: Actor, row: Initiative | Task | None) -> bool:
    """Works on it, decides for it, was asked about it, or works in a department that does."""
    found = _initiative_of(row)
    return found is not None and actor.is_town_staff and is_involved(actor, found)


@rules.predicate
def owns(actor: Actor, row: Initiative | Task | None) -> bool:
    found = _initiative_of(row)
    return found is not None and found.owner_id in actor.owning_ids


@rules.predicate
def heads_its_department(actor: Actor, row: Initiative | Task | None) -> bool:
    found = _initiative_of(row)
    return found is not None and bool(heads_department(actor, found.department))


@rules.predicate
def is_responsible(actor: Actor, row: Task | None) -> bool:
    return row is not None and row.responsible_id in actor.owning_ids


@rules.predicate
def helps(actor: Actor, row: Task | None) -> bool:
    return row is not None and row.helpers.filter(helper__in=actor.owning_ids).exists()


@rules.predicate
def works_in_some_department(actor: Actor) -> bool:
    return any(post.department for post in actor.memberships if post.pk in actor.owning_ids)


@rules.predicate
def is_open(_actor: Actor, row: Initiative | Task | None) -> bool:
    """What is completed or stopped stays as it was."""
    found = _initiative_of(row)
    return found is not None and found.status not in (InitiativeStatus.DONE, InitiativeStatus.STOPPED)


@rules.predicate
def heads_that_department(actor: Actor, department: Department | None) -> bool:
    return bool(heads_department(actor, department))


@rules.predicate
def is_partner(actor: Actor) -> bool:
    return Role.PARTNER in actor.roles


@rules.predicate
def serves_in_that_department(actor: Actor, department: Department | None) -> bool:
    """Or in one above it, with a post that may enter data."""
    writing = [post for post in actor.memberships if post.pk in actor.owning_ids]
    return department is not None and department.path.startswith(posts_of_departments(writing))


@rules.predicate
def heads_department_of_item(actor: Actor, item: AgendaItem | None) -> bool:
    return item is not None and bool(heads_department(actor, item.department))


@rules.predicate
def is_decided(_actor: Actor, item: AgendaItem | None) -> bool:
    return item is not None and item.review.is_closed


@rules.predicate
def is_concerned(actor: Actor, item: AgendaItem | None) -> bool:
    """Works on what was decided on, or has to carry the decision out."""
    return item is not None and concerns(actor, item)


@rules.predicate
def has_to_do_it(actor: Actor, decision: ReviewDecision | None) -> bool:
    return decision is not None and decision.person_id in actor.owning_ids


@rules.predicate
def decides(actor: Actor, blocker: Blocker | None) -> bool:
    return blocker is not None and blocker.decider_id in actor.membership_ids


@rules.predicate
def raised(actor: Actor, blocker: Blocker | None) -> bool:
    """Whoever said that something stands in the way may also say that it does no more."""
    return blocker is not None and blocker.raised_by_id in actor.membership_ids


@rules.predicate
def leads_its_task(actor: Actor, blocker: Blocker | None) -> bool:
    return blocker is not None and bool(may_lead.test(actor, blocker.task))


@rules.predicate
def changes_its_task(actor: Actor, blocker: Blocker | None) -> bool:
    return blocker is not None and bool(may_change.test(actor, blocker.task))


may_lead = is_admin | owns | heads_its_department
may_change = is_open & (may_lead | writes_in_department | is_responsible)

rules.add_perm("initiatives.see_roadmap", is_town_staff | is_partner)
rules.add_perm("initiatives.see_initiative", sees_all | belongs_to_department | takes_part | is_shared_with)
rules.add_perm("initiatives.see_shared", is_partner)
rules.add_perm("initiatives.propose_initiative", is_admin | works_in_some_department)
rules.add_perm("initiatives.change_initiative", may_lead)
rules.add_perm("initiatives.approve_initiative", sees_all)
rules.add_perm("initiatives.end_initiative", may_lead | sees_all)
rules.add_perm("initiatives.share_initiative", may_lead)
rules.add_perm("initiatives.plan_tasks", is_open & (may_lead | writes_in_department))
rules.add_perm("initiatives.change_task", may_change)
rules.add_perm("initiatives.report_progress", is_open & (may_lead | writes_in_department | is_responsible | helps))
rules.add_perm("initiatives.see_needs", sees_all | belongs_to_department | takes_part)
rules.add_perm("initiatives.change_needs", is_open & may_lead)
rules.add_perm("initiatives.comment", sees_all | belongs_to_department | takes_part | is_shared_with)
rules.add_perm("initiatives.decide_blocker", decides | is_admin)
rules.add_perm("initiatives.withdraw_blocker", raised | leads_its_task)
# Together with the end of the task: whoever may change it says what has become of it, whoever only helps does not.
rules.add_perm("initiatives.end_blocker_with_task", raised | decides | changes_its_task)
rules.add_perm("initiatives.manage_budgets", is_admin)
rules.add_perm("initiatives.manage_capacity", is_admin | heads_that_department)
rules.add_perm("initiatives.manage_capacities", is_admin | heads_some_department)
rules.add_perm("initiatives.manage_skills", is_admin)
rules.add_perm("initiatives.see_all_resources", sees_all)
rules.add_perm("initiatives.see_resources", sees_all | works_in_some_department)
rules.add_perm("initiatives.see_resources_of", sees_all | serves_in_that_department)
rules.add_perm("initiatives.plan_scenarios", sees_all)
rules.add_perm("initiatives.revise_plan", sees_all)
# Each row of the file is then held to the rule of its own.
rules.add_perm("initiatives.import_work", is_admin | works_in_some_department)
rules.add_perm("initiatives.hold_reviews", is_admin)
rules.add_perm("initiatives.decide_in_review", sees_all)
rules.add_perm("initiatives.see_agenda_item", sees_all | heads_department_of_item | (is_decided & is_concerned))
rules.add_perm("initiatives.state_on_item", is_admin | heads_department_of_item)
rules.add_perm("initiatives.report_on_decision", is_admin | has_to_do_it)
rules.add_perm("initiatives.see_ledger", is_town_staff)
