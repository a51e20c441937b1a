"""Twins of the rules, for lists."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES
from kiun.surveys.models import Questionnaire, Survey, SurveyState, Ticket


def visible_questionnaires(actor: Actor) -> QuerySet[Questionnaire]:
    """Twin of `surveys.see_surveys`: staff learn from each other how to ask."""
    rows = Questionnaire.objects.select_related("department", "owner__user")
    return rows if actor.user is None or actor.is_town_staff else rows.none()


def changeable_questionnaires(actor: Actor) -> QuerySet[Questionnaire]:
    """Twin of `surveys.change_questionnaire`."""
    rows = visible_questionnaires(actor)
    return rows if actor.user is None or actor.is_admin else rows.filter(_in_own_department(actor))


def visible_surveys(actor: Actor) -> QuerySet[Survey]:
    """Twin of `surveys.see_survey`."""
    rows = Survey.objects.select_related("questionnaire", "department", "owner__user")
    return rows if actor.user is None or actor.sees_all else rows.filter(_in_own_department(actor))


def openable_surveys(actor: Actor) -> QuerySet[Survey]:
    """Twin of `surveys.open_survey`."""
    rows = visible_surveys(actor)
    if actor.user is None or actor.is_admin:
        return rows
    return rows.filter(_below(actor.headed_paths))


def own_paths(actor: Actor) -> tuple[str, ...]:
    """Departments for which the person may enter data."""
    return tuple(
        post.department.path
        for post in actor.memberships
        if post.pk in actor.owning_ids and post.role in STAFF_ROLES and post.department
    )


def _in_own_department(actor: Actor) -> Q:
    return _below(own_paths(actor))


def _below(paths: tuple[str, ...]) -> Q:
    return reduce(or_, (Q(department__path__startswith=path) for path in paths), Q(pk__in=[]))


def tickets_to_use(actor: Actor) -> QuerySet[Ticket]:
    """What this person is asked and has not answered: one's own, nobody answers for somebody else."""
    own = [post.pk for post in actor.own]
    waiting = Ticket.objects.filter(membership__in=own, is_used=False, survey__state=SurveyState.OPEN)
    return waiting.filter(survey__closes_on__gte=actor.on).select_related("survey").order_by("survey__closes_on", "pk")
