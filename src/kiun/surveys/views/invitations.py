"""Whom a survey reaches, and on which ways: invitation, reminder, mail, cards and slips to cut, a poster."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, attempt, go_to, show_form
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.middleware import TownRequest
from kiun.surveys.addresses import grouped, open_link, page_for_codes, personal_link
from kiun.surveys.forms.surveys import CardsForm, InviteForm, SlipsForm
from kiun.surveys.models import Audience, Survey
from kiun.surveys.qr import qr_picture
from kiun.surveys.queries.invitees import Invitees, chosen_posts, invitees
from kiun.surveys.queries.participation import participation_of
from kiun.surveys.services.invitations import begin_survey, mail_links, print_cards, print_slips
from kiun.surveys.services.opening import LEAST_INVITED
from kiun.surveys.services.reminders import remind
from kiun.surveys.views.doors import own_survey
from kiun.ui.figures import figure

DETAIL = "surveys:survey_detail"
OPEN = "surveys.open_survey"


def _sent(request: TownRequest) -> QueryDict | None:
    """Also a form in which nothing was chosen is a form that was sent."""
    return request.POST if request.method == "POST" else None


def survey_open(request: TownRequest, pk: int) -> HttpResponse:
    """Staff: first whom to invite, then what that means in numbers, then it begins. Others need no invitation."""
    survey = own_survey(request, pk, OPEN)
    if not survey.is_draft:
        return go_to(request, DETAIL, pk)
    if survey.audience != Audience.STAFF:
        return _open_to_others(request, survey)
    form = InviteForm(_sent(request), actor=request.actor)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, "surveys/survey_open.html", form, survey=survey)
    found = invitees(form.choice(), request.actor.on)
    if survey.is_anonymous and found.people < LEAST_INVITED:
        words = _("Invite at least %(n)s people: of fewer, answers could be guessed.") % {"n": LEAST_INVITED}
        form.add_error(None, words)
        return show_form(request, "surveys/survey_open.html", form, survey=survey)
    # Confirmed is what was shown: if people came or went meanwhile, it is shown again.
    if request.POST.get("confirmed") == str(found.people):
        return _begin(request, survey, form)
    return _show_invitees(request, survey, form, found)


def _show_invitees(request: TownRequest, survey: Survey, form: InviteForm, found: Invitees) -> HttpResponse:
    context = {"survey": survey, "form": form, "found": found, "sends_mail": bool(settings.EMAIL_HOST)}
    return render(request, "surveys/survey_open_confirm.html", context)


def _begin(request: TownRequest, survey: Survey, form: InviteForm) -> HttpResponse:
    posts = chosen_posts(form.choice(), request.actor.on)
    act = partial(begin_survey, actor=request.actor, survey=survey, invited=posts)
    done = ngettext(
        "The survey has begun, and %(count)s person was told.",
        "The survey has begun, and %(count)s people were told.",
        len(posts),
    ) % {"count": figure(len(posts))}
    return attempt(request, act, done, DETAIL, survey.pk)


def _open_to_others(request: TownRequest, survey: Survey) -> HttpResponse:
    if request.method != "POST":
        return render(request, "surveys/survey_open_others.html", {"survey": survey})
    act = partial(begin_survey, actor=request.actor, survey=survey)
    done = _("The survey has begun. Show people the way to it: with the address, the poster, or cards.")
    return attempt(request, act, done, DETAIL, survey.pk)


@require_POST
def survey_remind(request: TownRequest, pk: int) -> HttpResponse:
    survey = own_survey(request, pk, OPEN)
    return _count_told(request, survey, partial(remind, actor=request.actor, survey=survey))


@require_POST
def survey_mail(request: TownRequest, pk: int) -> HttpResponse:
    survey = own_survey(request, pk, OPEN)
    return _count_told(request, survey, partial(mail_links, actor=request.actor, survey=survey))


def _count_told(request: TownRequest, survey: Survey, act: Any) -> HttpResponse:
    """How many, never who."""
    try:
        told = act()
    except NotAllowedError:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        words = ngettext("%(count)s person was told.", "%(count)s people were told.", told)
        messages.success(request, words % {"count": figure(told)})
    return go_to(request, DETAIL, survey.pk)


@never_cache
@sensitive_variables("given")
def survey_cards(request: TownRequest, pk: int) -> HttpResponse:
    """Cards for people whom nobody knows by name. Their codes are on this one answer and nowhere else."""
    survey = own_survey(request, pk, OPEN)
    form = CardsForm(_sent(request), initial={"count": 50})
    given: list[str] = []

    def make() -> None:
        given.extend(print_cards(actor=request.actor, survey=survey, count=form.cleaned_data["count"]))

    if request.method == "POST" and accepts(form, make):
        cards = [_card(survey, secret) for secret in given]
        return render(request, "surveys/cards.html", {**_paper(survey), "cards": cards})
    page: dict[str, Any] = {"survey": survey, "participation": participation_of(survey)}
    return show_form(request, "surveys/cards_form.html", form, **page)


def _card(survey: Survey, secret: str) -> dict[str, Any]:
    return {"code": grouped(secret), "picture": qr_picture(personal_link(survey, secret))}


def _paper(survey: Survey) -> dict[str, Any]:
    return {"survey": survey, "address": page_for_codes(survey)}


@never_cache
@sensitive_variables("given")
def survey_slips(request: TownRequest, pk: int) -> HttpResponse:
    """Personal ones, for staff without a computer or a mail address."""
    survey = own_survey(request, pk, OPEN)
    if survey.audience != Audience.STAFF:
        raise Http404
    form = SlipsForm(_sent(request), actor=request.actor)
    given: list[Any] = []

    def make() -> None:
        given.extend(print_slips(actor=request.actor, survey=survey, **form.cleaned_data))

    if request.method == "POST" and accepts(form, make):
        slips = [{"post": ticket.membership, **_card(survey, secret)} for ticket, secret in given]
        return render(request, "surveys/slips.html", {**_paper(survey), "slips": slips})
    return show_form(request, "surveys/slips_form.html", form, survey=survey)


def survey_poster(request: TownRequest, pk: int) -> HttpResponse:
    """The address for everybody, to hang up or to show on a screen."""
    survey = own_survey(request, pk)
    if not survey.has_open_link:
        raise Http404
    address = open_link(survey)
    context = {"survey": survey, "address": address, "picture": qr_picture(address)}
    return render(request, "surveys/poster.html", context)
