"""Sheets on paper, typed in by the office. What was handed in cannot be found again, so nothing is taken back."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, require
from kiun.surveys.models import Channel, Survey, Ticket, TicketKind
from kiun.surveys.services.answers import hand_in
from kiun.surveys.services.tickets import digest_of


def new_sheet_key() -> str:
    """Of one sheet while it is typed and looked at: sent twice, it counts once."""
    return token_urlsafe(16)


def ticket_of_card(survey: Survey, code: str) -> Ticket:
    """The unused ticket whose code was typed."""
    ticket = Ticket.objects.filter(survey=survey, digest=digest_of(code)).exclude(kind=TicketKind.OPEN).first()
    if ticket is None:
        raise DomainError(_("No card of this survey has this code. Please compare it letter by letter."), field="code")
    if ticket.is_used:
        raise DomainError(_("With this card somebody has answered already. The sheet is not counted."), field="code")
    return ticket


@transaction.atomic
def enter_sheet(*, actor: Actor, survey: Survey, values: Mapping[str, Any], sheet_key: str, code: str = "") -> None:
    """With the code of a card that card is used up; without, the sheet counts as one of those without."""
    require(actor, "surveys.open_survey", survey)
    if code:
        ticket = ticket_of_card(survey, code)
    else:
        digest = digest_of(f"paper{sheet_key}")
        ticket, _made = Ticket.objects.get_or_create(survey=survey, digest=digest, kind=TicketKind.OPEN)
    hand_in(survey=survey, ticket=ticket, values=values, channel=Channel.PAPER)
