"""Reminders reach those who have not answered, and nobody else learns who they are."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.activity.models import Notice
from kiun.kernel.errors import DomainError
from kiun.kernel.schedule import in_turn
from kiun.municipality.actors import Actor, record, require
from kiun.surveys.models import Survey, SurveyState, Ticket, TicketKind
from kiun.surveys.services.invitations import counted
from kiun.surveys.services.messages import say_reminded, tell

REMINDED = "reminded"
DAYS_BEFORE = timedelta(days=3)


@transaction.atomic
def remind(*, actor: Actor, survey: Survey) -> int:
    """By hand, at most once a day. How many were told."""
    require(actor, "surveys.open_survey", survey)
    if not survey.is_open:
        raise DomainError(_("Only for a survey that runs."))
    told = _remind(actor, survey, f"survey:{survey.pk}:by-hand:{actor.on.isoformat()}")
    if not told:
        raise DomainError(_("Everybody has answered, or has been reminded today already."))
    return told


def remind_before_the_end(actor: Actor) -> int:
    """What a duty does: three days before the last day, once; `actor` is Kiun itself. A day on which nobody was there
    to run this is made up for on the next one.
    """
    near = Survey.objects.filter(
        state=SurveyState.OPEN, opens_on__lt=actor.on, closes_on__gte=actor.on, closes_on__lte=actor.on + DAYS_BEFORE
    )
    return in_turn(near.select_related("municipality"), lambda survey: _remind_once(actor, survey))


@transaction.atomic
def _remind_once(actor: Actor, survey: Survey) -> int:
    occasion = f"survey:{survey.pk}:before:{survey.closes_on.isoformat()}"
    if Notice.objects.filter(occasion=occasion).exists():
        return 0
    return _remind(actor, survey, occasion)


def _remind(actor: Actor, survey: Survey, occasion: str) -> int:
    unused = Ticket.objects.filter(survey=survey, kind=TicketKind.PERSON, is_used=False)
    posts = [
        ticket.membership
        for ticket in unused.select_related("membership__user")
        if ticket.membership and ticket.membership.is_current(actor.on)
    ]
    told = tell(actor, survey, posts, words=say_reminded, occasion=occasion)
    if told:
        record(actor, counted(survey, REMINDED, told))
    return told
