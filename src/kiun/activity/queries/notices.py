from django.db.models import QuerySet

from kiun.activity.models import MailRhythm, Notice, NoticePreference
from kiun.municipality.actors import Actor


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """One's own notices, not those of people one stands in for."""
    return Notice.objects.filter(recipient__in=[post.pk for post in actor.own]).order_by("-pk")


def unread_count(actor: Actor) -> int:
    return notices_of(actor).filter(read_at__isnull=True).count()


def rhythm_of(actor: Actor) -> str:
    chosen = NoticePreference.objects.filter(membership=actor.membership).first()
    return chosen.rhythm if chosen else MailRhythm.IMMEDIATE
