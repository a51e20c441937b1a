"""Calendars to subscribe to. Their address is the key: it is shown once, on the answer itself."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from kiun.activity.views.saving import accepts
from kiun.initiatives.calendar_file import calendar_file
from kiun.initiatives.forms.feeds import FeedForm
from kiun.initiatives.models import CalendarFeed
from kiun.initiatives.queries.feeds import contents_of, feed_of, reader_of_feed
from kiun.initiatives.services.feeds import create_feed, end_feed, note_reading, renew_feed
from kiun.municipality.middleware import TownRequest, client_address, open_to_everyone
from kiun.ui.links import town_url

NOT_FOUND, GONE, TOO_MANY = 404, 410, 429
# Only wrong addresses count: a whole town hall reads its calendars from one address.
GUESSES_IN_A_MINUTE = 30
MINUTE = 60


@never_cache
@sensitive_variables("made", "secret")
def feed_list(request: TownRequest) -> HttpResponse:
    """One's own calendars, and a form for a further one."""
    form = FeedForm(request.POST if request.method == "POST" else None, actor=request.actor)
    made: list[tuple[CalendarFeed, str]] = []
    if request.method == "POST" and accepts(
        form, lambda: made.append(create_feed(actor=request.actor, **form.cleaned_data))
    ):
        return _show(request, made[0][1], FeedForm(actor=request.actor))
    return _show(request, "", form)


@never_cache
@sensitive_variables("secret")
@require_POST
def feed_renew(request: TownRequest, pk: int) -> HttpResponse:
    return _show(request, renew_feed(actor=request.actor, feed=_own(request, pk)), FeedForm(actor=request.actor))


@require_POST
def feed_end(request: TownRequest, pk: int) -> HttpResponse:
    end_feed(actor=request.actor, feed=_own(request, pk))
    return redirect(town_url(request.town, "initiatives:feed_list"))


def _own(request: TownRequest, pk: int) -> CalendarFeed:
    return get_object_or_404(CalendarFeed, pk=pk, owner__in=[post.pk for post in request.actor.own])


def _show(request: TownRequest, secret: str, form: FeedForm) -> HttpResponse:
    feeds = CalendarFeed.objects.filter(owner__in=[post.pk for post in request.actor.own]).select_related("department")
    page: dict[str, Any] = {"feeds": feeds, "form": form}
    if secret:
        page["address"] = request.build_absolute_uri(town_url(request.town, "initiatives:feed", secret=secret))
    return render(request, "initiatives/feed_list.html", page, status=422 if form.errors else 200)


@never_cache
@sensitive_variables("secret")
@require_safe
@open_to_everyone
def feed(request: TownRequest, secret: str) -> HttpResponse:
    """Read by a program that cannot sign in, with the rights that its owner has today."""
    guesses = f"calendar:{client_address(request)}"
    if cache.get(guesses, 0) >= GUESSES_IN_A_MINUTE:
        return _refuse(TOO_MANY, _("There were too many attempts. Please wait a few minutes and try again."))
    found = feed_of(secret)
    if found is None:
        _count(guesses)
        return _refuse(NOT_FOUND, _("There is no calendar at this address. It may have been renewed."))
    now = timezone.now()
    actor = reader_of_feed(found, timezone.localdate(now))
    if actor is None:
        return _refuse(GONE, _("This calendar has ended with the post of the person that it was made for."))
    note_reading(found)
    contents = calendar_file(
        contents_of(found, actor),
        host=urlsplit(settings.PUBLIC_URL).hostname or "kiun",
        link=lambda name, key: f"{settings.PUBLIC_URL}{town_url(request.town, name, key)}",
        now=now,
    )
    return HttpResponse(contents, content_type="text/calendar; charset=utf-8")


def _count(guesses: str) -> None:
    cache.add(guesses, 0, timeout=MINUTE)
    try:
        cache.incr(guesses)
    except ValueError:  # the minute has just passed
        cache.set(guesses, 1, timeout=MINUTE)


def _refuse(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
