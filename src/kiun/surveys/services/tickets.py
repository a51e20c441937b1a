"""Secrets of tickets. They are known to whoever gets them, and only their digests are kept."""

import secrets
from collections.abc import Iterable
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, require
from kiun.surveys.models import Survey, Ticket, TicketKind

# Typed by hand from a card: no letters that look alike; 16 of 30 are 78 bits.
LETTERS = "23456789abcdefghjkmnpqrstuvwxy"
LENGTH = 16
MOST_CARDS = 5000
BATCH = 1000


def new_secret() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))


def digest_of(secret: str) -> str:
    """Typed with blanks, hyphens or capitals it is the same."""
    plain = "".join(letter for letter in secret.lower() if letter.isalnum())
    return sha256(plain.encode()).hexdigest()


@transaction.atomic
def issue_links(*, actor: Actor, survey: Survey, tickets: Iterable[Ticket]) -> list[tuple[Ticket, str]]:
    """New secrets for people who have not answered; those issued before end."""
    return issue_slips(actor=actor, survey=survey, tickets=[ticket for ticket in tickets if not ticket.is_used])


@transaction.atomic
def issue_slips(*, actor: Actor, survey: Survey, tickets: Iterable[Ticket]) -> list[tuple[Ticket, str]]:
    """The same for whoever is given: a used ticket stays used, and its new secret opens a page that says so."""
    require(actor, "surveys.open_survey", survey)
    given = [(ticket, new_secret()) for ticket in tickets]
    for ticket, secret in given:
        ticket.digest = digest_of(secret)
    Ticket.objects.bulk_update([ticket for ticket, _secret in given], ["digest"], batch_size=BATCH)
    return given


@transaction.atomic
def issue_cards(*, actor: Actor, survey: Survey, count: int) -> list[str]:
    """Cards for people whom nobody knows by name: each answers once. They are printed now or never."""
    require(actor, "surveys.open_survey", survey)
    if not survey.is_open:
        raise DomainError(_("Open the survey first: cards are for a survey that runs."))
    if not 1 <= count <= MOST_CARDS:
        raise DomainError(_("Print between 1 and %(n)s cards at a time.") % {"n": MOST_CARDS}, field="count")
    given = [new_secret() for _card in range(count)]
    Ticket.objects.bulk_create(
        [
            Ticket(municipality=survey.municipality, survey=survey, kind=TicketKind.CARD, digest=digest_of(secret))
            for secret in given
        ],
        batch_size=BATCH,
    )
    return given
