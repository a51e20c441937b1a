"""Twins of the rules, for lists."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kiun.municipality.actors import Actor
from kiun.municipality.models import STAFF_ROLES, Role
from kiun.surveys.models import Audience, Questionnaire, Survey, SurveyState, Ticket

# Whom the address for everybody is meant for, of those who sign in.
AUDIENCES = {Role.RESIDENT.value: Audience.RESIDENTS, Role.PARTNER.value: Audience.PARTNERS}


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
    """What this person is asked and has not answered: one's own, whatever post one has by now; nobody answers for
    somebody else.
    """
    waiting = Ticket.objects.filter(membership__user=actor.user, is_used=False, survey__state=SurveyState.OPEN)
    waiting = waiting.filter(membership__isnull=False, survey__closes_on__gte=actor.on)
    return waiting.select_related("survey").order_by("survey__closes_on", "pk")


def surveys_to_answer(actor: Actor) -> QuerySet[Survey]:
    """What runs and this person may still answer, the most urgent first. Of the address for everybody nobody knows who
    has answered: it stands there until the last day.
    """
    audiences = {AUDIENCES[post.role] for post in actor.own if post.role in AUDIENCES}
    by_address = Q(has_open_link=True, audience__in=audiences, state=SurveyState.OPEN, closes_on__gte=actor.on)
    asked = Survey.objects.filter(Q(pk__in=tickets_to_use(actor).order_by().values("survey")) | by_address)
    return asked.order_by("closes_on", "pk")
