"""Secret addresses that a calendar program reads. Only the digest of the secret is kept: it is shown once."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import CalendarFeed
from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import Actor, record
from kiun.municipality.models import Department
from kiun.municipality.models.access import draw_secret, hash_secret

# Programs come again and again; that they come at all is worth a write now and then.
PAUSE_BETWEEN_READS = timedelta(hours=1)


@transaction.atomic
def create_feed(*, actor: Actor, department: Department | None = None) -> tuple[CalendarFeed, str]:
    """The secret is known to whoever asked for it, and to nobody else."""
    if actor.membership is None or not actor.is_town_staff:
        raise NotAllowedError(_("Calendars are for the staff of the town hall."))
    if CalendarFeed.objects.filter(owner__in=_own(actor), department=department).exists():
        raise DomainError(_("You have this calendar already. Renew its address, or end it first."), field="department")
    secret = draw_secret()
    feed = CalendarFeed(
        municipality=actor.municipality, owner=actor.membership, department=department, digest=hash_secret(secret)
    )
    feed.save()
    record(actor, change_of(feed, Verb.CREATED))
    return feed, secret


@transaction.atomic
def renew_feed(*, actor: Actor, feed: CalendarFeed) -> str:
    """Whoever knows the address so far reads nothing any more."""
    _check_own(actor, feed)
    secret = draw_secret()
    feed.digest, feed.read_at = hash_secret(secret), None
    feed.save(update_fields=["digest", "read_at"])
    renewed = {"address": str(_("renewed"))}
    record(actor, replace(change_of(feed, Verb.CHANGED, snapshot(feed)), after=renewed))
    return secret


@transaction.atomic
def end_feed(*, actor: Actor, feed: CalendarFeed) -> None:
    _check_own(actor, feed)
    before, pk = snapshot(feed), feed.pk
    feed.delete()
    record(actor, change_of(feed, Verb.DELETED, before, pk=pk))


def note_reading(feed: CalendarFeed) -> None:
    now = timezone.now()
    if feed.read_at is None or feed.read_at < now - PAUSE_BETWEEN_READS:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)


def _own(actor: Actor) -> list[int]:
    return [post.pk for post in actor.own]


def _check_own(actor: Actor, feed: CalendarFeed) -> None:
    if feed.owner_id not in _own(actor):
        raise NotAllowedError(_("This is somebody else's calendar."))
