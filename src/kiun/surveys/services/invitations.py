"""A survey begins: those invited are told. Later on they may get a link of their own by mail, or a slip of paper."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiun.activity.models import Delivery
from kiun.activity.services.outbox import new_delivery, receives_mail
from kiun.kernel.changes import Change
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import Department, Membership
from kiun.surveys.addresses import personal_link
from kiun.surveys.models import Survey, Ticket, TicketKind
from kiun.surveys.services.messages import say_invited, say_link, tell
from kiun.surveys.services.opening import open_survey
from kiun.surveys.services.tickets import issue_cards, issue_links, issue_slips

INVITED = "invited"
MOST_SLIPS = 500
BATCH = 1000


@transaction.atomic
def begin_survey(*, actor: Actor, survey: Survey, invited: Iterable[Membership] = ()) -> Survey:
    """Today; whoever is invited gets a notice, and a mail where mails are sent."""
    require(actor, "surveys.open_survey", survey)
    if survey.closes_on < actor.on:
        raise DomainError(_("The last day lies in the past. Choose today or a later day."))
    Survey.objects.filter(pk=survey.pk).update(opens_on=actor.on)
    opened = open_survey(actor=actor, survey=survey, invited=invited)
    tickets = Ticket.objects.filter(survey=opened, kind=TicketKind.PERSON)
    posts = [ticket.membership for ticket in tickets.select_related("membership__user") if ticket.membership]
    told = tell(actor, opened, posts, words=say_invited, occasion=f"survey:{opened.pk}:invited")
    _count(actor, opened, told)
    return opened


def _count(actor: Actor, survey: Survey, number: int) -> None:
    """The record says how many, and never who."""
    if number:
        record(actor, counted(survey, INVITED, number))


def counted(survey: Survey, verb: str, number: int) -> Change:
    return Change(
        object_type=Survey._meta.label_lower,
        object_id=survey.pk,
        label=str(survey)[:200],
        verb=verb,
        after={"tickets": number},
    )


@transaction.atomic
def mail_links(*, actor: Actor, survey: Survey) -> int:
    """To all who have not answered and have an address. How many mails wait to be sent."""
    require(actor, "surveys.open_survey", survey)
    _check_open(survey)
    if not settings.EMAIL_HOST:
        raise DomainError(_("This installation sends no mails. Print slips instead."))
    unused = _people(survey).filter(is_used=False).exclude(membership__user__email="")
    receiving = [ticket for ticket in unused if ticket.membership and receives_mail(ticket.membership, actor.on)]
    if not receiving:
        raise DomainError(_("Everybody with a mail address has answered already."))
    given = issue_links(actor=actor, survey=survey, tickets=receiving)
    Delivery.objects.bulk_create([_mail(survey, ticket, secret) for ticket, secret in given], batch_size=BATCH)
    _count(actor, survey, len(given))
    return len(given)


def _people(survey: Survey) -> QuerySet[Ticket]:
    rows = Ticket.objects.filter(survey=survey, kind=TicketKind.PERSON)
    return rows.select_related("membership__user", "membership__department")


def _mail(survey: Survey, ticket: Ticket, secret: str) -> Delivery:
    assert ticket.membership is not None  # a ticket for a person
    with override(ticket.membership.user.language):
        subject, body = say_link(survey, personal_link(survey, secret))
    return new_delivery(recipient=ticket.membership, subject=subject, body=body, now=timezone.now())


@transaction.atomic
def print_slips(
    *, actor: Actor, survey: Survey, department: Department | None = None, only_without_mail: bool = False
) -> list[tuple[Ticket, str]]:
    """For all invited, whether they have answered or not: whoever prints them learns nothing about that. The slip of
    somebody who has answered opens a page that says so.
    """
    require(actor, "surveys.open_survey", survey)
    _check_open(survey)
    everybody = _people(survey)
    if department:
        everybody = everybody.filter(membership__department__path__startswith=department.path)
    tickets = everybody.filter(membership__user__email="") if only_without_mail else everybody
    found = list(tickets.order_by("membership__department__place", "membership__user__kana", "pk")[: MOST_SLIPS + 1])
    if not found and everybody.exists():
        raise DomainError(
            _("Everybody who was invited here has a mail address. Take this tick away to print for them all the same."),
            field="only_without_mail",
        )
    if not found:
        nobody = (
            _("Nobody of this department was invited to this survey.")
            if department
            else _("Nobody was invited to this survey.")
        )
        raise DomainError(nobody, field="department")
    if len(found) > MOST_SLIPS:
        raise DomainError(
            _("These are more than %(limit)s people. Choose a department.") % {"limit": MOST_SLIPS}, field="department"
        )
    given = issue_slips(actor=actor, survey=survey, tickets=found)
    _count(actor, survey, len(given))
    return given


@transaction.atomic
def print_cards(*, actor: Actor, survey: Survey, count: int) -> list[str]:
    given = issue_cards(actor=actor, survey=survey, count=count)
    _count(actor, survey, len(given))
    return given


def _check_open(survey: Survey) -> None:
    if not survey.is_open:
        raise DomainError(_("Only for a survey that runs."))
