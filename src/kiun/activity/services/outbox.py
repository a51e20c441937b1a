"""What goes into the outbox, and what stays there: a mail keeps its text only while it waits, because the links in it
open doors.
"""

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kiun.activity.models import Delivery, DeliveryState, Notice
from kiun.municipality.models import Invitation, Membership

SETTLED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED)
KEPT_FOR = timedelta(days=90)


def new_delivery(
    *, recipient: Membership, subject: str, body: str, now: datetime, notice: Notice | None = None, address: str = ""
) -> Delivery:
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    return Delivery(
        municipality_id=recipient.municipality_id,
        recipient=recipient,
        notice=notice,
        address=address or recipient.user.email,
        # A line break in a header is refused when the mail is sent.
        subject=" ".join(subject.split())[:200],
        body=body,
        message_id=f"<{uuid4()}@{domain}>",
        not_before=now,
    )


@transaction.atomic
def mail_invitation(*, invitation: Invitation, subject: str, body: str) -> None:
    """To somebody without an account; who invites answers for it. The links of earlier mails open nothing any more."""
    unsent = (DeliveryState.CREATED, DeliveryState.SENDING)
    settle(Delivery.objects.filter(invitation=invitation, state__in=unsent), DeliveryState.CANCELLED)
    if settings.EMAIL_HOST:
        assert invitation.invited_by is not None  # what is mailed, somebody sends
        delivery = new_delivery(
            recipient=invitation.invited_by,
            address=invitation.email,
            subject=subject,
            body=body,
            now=timezone.now(),
        )
        delivery.invitation = invitation
        delivery.save()


def receives_mail(post: Membership, on: date) -> bool:
    """Who has left the post, or may not sign in any more, is told nothing. Without a mail server nothing is written
    down to go out one day.
    """
    return bool(settings.EMAIL_HOST and post.user.email) and post.user.is_active and post.is_current(on)


def is_needed(delivery: Delivery, now: datetime) -> bool:
    """Asked when its turn has come: a mail may have waited."""
    if delivery.invitation:
        return delivery.invitation.is_open(now)
    return receives_mail(delivery.recipient, timezone.localdate(now))


def settle(deliveries: QuerySet[Delivery], state: DeliveryState, **fields: object) -> None:
    deliveries.update(state=state, claimed_at=None, body="", **fields)


def forget_deliveries(now: datetime) -> int:
    """Of the active town: by then nobody asks any more whether a mail went out."""
    return Delivery.objects.filter(state__in=SETTLED, not_before__lt=now - KEPT_FOR).delete()[0]
