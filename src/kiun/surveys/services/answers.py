"""A sheet is handed in: the ticket is used up and the sheet lies in the urn, both or neither."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.surveys.models import Channel, Sheet, SheetName, Survey, SurveyState, Ticket, TicketKind, UnmixedSheet
from kiun.surveys.services.mixing import mix


class AlreadyAnsweredError(DomainError):
    """The ticket was used before."""


@transaction.atomic
def hand_in(
    *, survey: Survey, ticket: Ticket, values: Mapping[str, Any], channel: Channel = Channel.WEB, pair: str = ""
) -> None:
    """`values` as `answering.read_answers` gives them; whoever calls knows that the ticket is that of the person.

    Raises `AlreadyAnsweredError`, or a `DomainError` when the survey does not run.
    """
    _keep_open(survey)
    if not Ticket.objects.filter(pk=ticket.pk, survey=survey, is_used=False).update(is_used=True):
        raise AlreadyAnsweredError(_("You have answered already. Thank you."))
    if survey.is_anonymous:
        _put_into_the_urn(survey, ticket, values, channel, pair)
    else:
        _keep_with_name(survey, ticket, values, channel)


def _keep_open(survey: Survey) -> None:
    """Nobody closes the survey until this transaction has ended, so that nothing is handed in after the urn was emptied
    for the last time; others may hand in meanwhile. SQLite has one writer at a time anyway.
    """
    lock = " FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT state FROM {Survey._meta.db_table} WHERE id = %s{lock}", [survey.pk])  # noqa: S608 - all our own
        if cursor.fetchone() != (SurveyState.OPEN.value,):
            raise DomainError(_("This survey is closed. Thank you for wanting to take part."))


def _put_into_the_urn(survey: Survey, ticket: Ticket, values: Mapping[str, Any], channel: Channel, pair: str) -> None:
    payload = {
        "stratum": ticket.stratum_id,
        "grade": ticket.grade,
        "channel": channel,
        "answers": dict(values),
        "pair": pair if survey.offers_pairing and ticket.kind != TicketKind.PERSON else "",
    }
    UnmixedSheet(municipality=survey.municipality, survey=survey, payload=payload).save()
    # The answer is kept, whatever becomes of this.
    transaction.on_commit(partial(mix, survey), robust=True)


def _keep_with_name(survey: Survey, ticket: Ticket, values: Mapping[str, Any], channel: Channel) -> None:
    sheet = Sheet(
        municipality=survey.municipality,
        survey=survey,
        stratum=ticket.stratum,
        channel=channel,
        answers=dict(values),
    )
    sheet.save()
    if ticket.membership_id:
        SheetName(municipality=survey.municipality, sheet=sheet, membership=ticket.membership).save()
    Survey.objects.filter(pk=survey.pk).update(revision=F("revision") + 1)
