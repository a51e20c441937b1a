"""What goes into the outbox."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kiun.activity.models import Delivery, Notice
from kiun.municipality.models import Membership


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
def send_mail_to_address(*, sender: Membership, address: str, subject: str, body: str) -> Delivery:
    """A mail to somebody without an account (an invitation), through the same outbox; `sender` answers for it."""
    delivery = new_delivery(recipient=sender, subject=subject, body=body, now=timezone.now(), address=address)
    delivery.save()
    return delivery
