"""Who may do what with questionnaires and surveys. `queries.visible` holds the twins for lists."""

import rules

from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES
from kiun.municipality.rules import heads_department, is_admin, is_town_staff, sees_all
from kiun.surveys.models import Questionnaire, Survey


@rules.predicate
def serves_in_its_department(actor: Actor, row: Questionnaire | Survey | None) -> bool:
    """It is that of a department in which the person serves, or of one below it, and the post may enter data."""
    if row is None or row.department is None:
        return False
    own = tuple(
        post.department.path
        for post in actor.memberships
        if post.pk in actor.owning_ids and post.role in STAFF_ROLES and post.department
    )
    return row.department.path.startswith(own)


@rules.predicate
def heads_its_department(actor: Actor, row: Questionnaire | Survey | None) -> bool:
    return row is not None and bool(heads_department(actor, row.department))


@rules.predicate
def enters_data(actor: Actor) -> bool:
    return actor.is_town_staff and bool(actor.owning_ids)


rules.add_perm("surveys.see_surveys", is_town_staff)
rules.add_perm("surveys.make_survey", enters_data)
rules.add_perm("surveys.change_questionnaire", is_admin | serves_in_its_department)
rules.add_perm("surveys.see_survey", sees_all | serves_in_its_department)
rules.add_perm("surveys.change_survey", is_admin | serves_in_its_department)
# Whom it reaches, and when it ends, the head answers for.
rules.add_perm("surveys.open_survey", is_admin | heads_its_department)
