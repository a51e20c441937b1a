"""Who may do what with questionnaires and surveys. `queries.visible` holds the twins for lists."""

import rules

from kiun.municipality.actors import Actor
from kiun.municipality.rules import heads_department, is_admin, is_town_staff, sees_all
from kiun.surveys.models import Questionnaire, Survey
from kiun.surveys.queries.visible import own_paths


@rules.predicate
def serves_in_its_department(actor: Actor, row: Questionnaire | Survey | None) -> bool:
    """It is that of a department in which the person serves, or of one below it, and the post may enter data."""
    return row is not None and row.department is not None and row.department.path.startswith(own_paths(actor))


@rules.predicate
def heads_its_department(actor: Actor, row: Questionnaire | Survey | None) -> bool:
    return row is not None and bool(heads_department(actor, row.department))


@rules.predicate
def enters_data(actor: Actor) -> bool:
    """For the DX office, or for the department in which the person serves."""
    return actor.is_admin or bool(own_paths(actor))


rules.add_perm("surveys.see_surveys", is_town_staff)
rules.add_perm("surveys.make_survey", enters_data)
rules.add_perm("surveys.change_questionnaire", is_admin | serves_in_its_department)
rules.add_perm("surveys.see_survey", sees_all | serves_in_its_department)
rules.add_perm("surveys.change_survey", is_admin | serves_in_its_department)
# Whom it reaches, and when it ends, the head answers for.
rules.add_perm("surveys.open_survey", is_admin | heads_its_department)
