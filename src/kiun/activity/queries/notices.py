from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from kiun.activity.models import MailRhythm, Notice, NoticePreference
from kiun.municipality.actors import Actor
from kiun.municipality.models import User


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """One's own notices, not those of people one stands in for."""
    return Notice.objects.filter(recipient__in=[post.pk for post in actor.own]).order_by("-pk")


def unread_count(actor: Actor) -> int:
    return notices_of(actor).filter(read_at__isnull=True).count()


def rhythms_of(people: Iterable[int]) -> dict[int, str]:
    """By user: the choice holds for all posts that the person has or will have in the active town."""
    chosen = NoticePreference.objects.filter(membership__user__in=people)
    return defaultdict(lambda: MailRhythm.IMMEDIATE, chosen.values_list("membership__user", "rhythm"))


def rhythm_of(person: User) -> str:
    return rhythms_of([person.pk])[person.pk]
