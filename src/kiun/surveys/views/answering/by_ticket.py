"""For whoever holds a personal link or a card: the secret in the address is the right to answer once."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from kiun.municipality.middleware import TownRequest, open_to_everyone
from kiun.surveys.forms.answering import CodeForm
from kiun.surveys.models import Channel, Ticket, TicketKind
from kiun.surveys.services import hand_in
from kiun.surveys.services.tickets import digest_of
from kiun.surveys.views.answering.page import UNPROCESSABLE, Way, ask, leaves_no_trace, say_closed, say_unknown, thank
from kiun.ui.links import town_url


@open_to_everyone
@leaves_no_trace
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def by_ticket(request: TownRequest, secret: str) -> HttpResponse:
    ticket = _ticket_of(secret)
    if ticket is None or ticket.survey.is_draft:
        return say_unknown(request)
    return answer_with(request, ticket)


def _ticket_of(secret: str) -> Ticket | None:
    tickets = Ticket.objects.filter(digest=digest_of(secret)).exclude(kind=TicketKind.OPEN)
    found = tickets.select_related("survey__questionnaire", "survey__department").order_by()
    # At most one in the town has this digest, so nothing need be sorted.
    return next(iter(found[:1]), None)


def answer_with(request: TownRequest, ticket: Ticket, *, is_signed_in: bool = False) -> HttpResponse:
    survey = ticket.survey
    if ticket.is_used:
        return thank(request, survey, is_signed_in=is_signed_in)
    if not survey.is_open:
        return say_closed(request, survey)
    channel = Channel.CARD if ticket.kind == TicketKind.CARD else Channel.WEB

    def give(values: Mapping[str, Any], pair: str) -> None:
        hand_in(survey=survey, ticket=ticket, values=values, channel=channel, pair=pair)

    return ask(request, Way(survey=survey, ticket=ticket, hand_in=give, is_signed_in=is_signed_in))


@open_to_everyone
@leaves_no_trace
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: TownRequest) -> HttpResponse:
    """For cards whose picture cannot be read: the code is typed."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        secret = "".join(letter for letter in form.cleaned_data["code"].lower() if letter.isalnum())
        if secret and _ticket_of(secret):
            return redirect(town_url(request.town, "surveys_public:ticket", secret=secret))
        form.add_error("code", _("There is no card with this code. Please compare it letter by letter."))
    status = UNPROCESSABLE if form.is_bound else HttpResponse.status_code
    return render(request, "surveys/answer_code.html", {"form": form}, status=status)
