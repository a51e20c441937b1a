from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kiun.activity.models import Delivery, MailRhythm, Notice, NoticePreference
from kiun.activity.queries import rhythms_of
from kiun.activity.services.outbox import new_delivery, receives_mail
from kiun.municipality.actors import Actor
from kiun.municipality.models import Membership, Municipality


@dataclass(frozen=True, kw_only=True)
class Message:
    """`occasion` names what it is about; nobody is told twice of the same occasion."""

    recipient: Membership
    kind: str
    subject: str
    body: str
    occasion: str
    path: str = ""


@transaction.atomic
def notify(*, town: Municipality, messages: Collection[Message]) -> int:
    """Write notices, and a mail for each person who wants them at once. Call it in the transaction of the cause."""
    new = _unsaid(messages)
    notices = Notice.objects.bulk_create([_notice(town, message) for message in new])
    rhythms = rhythms_of({message.recipient.user_id for message in new})
    now, today = timezone.now(), timezone.localdate()
    Delivery.objects.bulk_create(
        [
            _delivery(notice, now)
            for notice in notices
            if receives_mail(notice.recipient, today) and rhythms[notice.recipient.user_id] == MailRhythm.IMMEDIATE
        ]
    )
    return len(notices)


def _unsaid(messages: Collection[Message]) -> list[Message]:
    said = set(
        Notice.objects.filter(occasion__in={message.occasion for message in messages}).values_list(
            "recipient", "occasion"
        )
    )
    unsaid = {(m.recipient.pk, m.occasion): m for m in messages if (m.recipient.pk, m.occasion) not in said}
    return list(unsaid.values())


def _notice(town: Municipality, message: Message) -> Notice:
    return Notice(
        municipality=town,
        recipient=message.recipient,
        kind=message.kind,
        subject=message.subject[:200],
        body=message.body,
        path=message.path,
        occasion=message.occasion,
    )


def _delivery(notice: Notice, now: datetime) -> Delivery:
    link = f"\n\n{settings.PUBLIC_URL}{notice.path}" if notice.path else ""
    return new_delivery(
        recipient=notice.recipient, notice=notice, subject=notice.subject, body=f"{notice.body}{link}", now=now
    )


def mark_read(*, actor: Actor, notices: Iterable[Notice] | None = None) -> int:
    """Mark some of one's own notices, or all of them, as read."""
    own = Notice.objects.filter(recipient__in=[post.pk for post in actor.own], read_at__isnull=True)
    if notices is not None:
        own = own.filter(pk__in=[notice.pk for notice in notices])
    return own.update(read_at=timezone.now())


def settle(*, kind: str, paths: Collection[str]) -> int:
    """What these notices asked for has been done: nobody has to read them any more, whoever did it."""
    waiting = Notice.objects.filter(kind=kind, path__in=paths, read_at__isnull=True)
    return waiting.update(read_at=timezone.now())


@transaction.atomic
def choose_rhythm(*, actor: Actor, rhythm: str) -> None:
    """For the person, at whichever of their posts it is written down."""
    chosen, _is_new = NoticePreference.objects.update_or_create(
        membership=actor.membership,
        defaults={
            "municipality": actor.municipality,
            "rhythm": MailRhythm(rhythm),
            # The daily mail begins with what comes from now on.
            "digested_until": timezone.now(),
        },
    )
    NoticePreference.objects.filter(membership__user=actor.user).exclude(pk=chosen.pk).delete()
