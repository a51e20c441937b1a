from datetime import datetime, time
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from kiun.activity.events import JobQueued
from kiun.activity.models import AuditEntry
from kiun.activity.services import Message, mail_invitation, notify
from kiun.activity.tasks import carry_out
from kiun.kernel.changes import ChangesRecorded
from kiun.kernel.events import receiver
from kiun.municipality.events import InvitationSent, WorkHandedOver
from kiun.municipality.models import Invitation, Membership

DEMONSTRATION = "demo"


@receiver(ChangesRecorded, in_transaction=True)
def write_audit_entries(event: ChangesRecorded) -> None:
    at = _moment(event)
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                municipality_id=event.municipality_id,
                at=at,
                user_id=event.user_id,
                actor=event.actor[:80],
                verb=change.verb,
                object_type=change.object_type,
                object_id=change.object_id,
                label=change.label,
                before=dict(change.before),
                after=dict(change.after),
                reason=change.reason,
                via=event.via,
                address=event.address,
            )
            for change in event.changes
        ],
        batch_size=500,
    )


def _moment(event: ChangesRecorded) -> datetime:
    """Now. Only a demonstration, which tells of years at once, dates what it records on the day that it tells of."""
    now = timezone.now()
    if event.via != DEMONSTRATION or event.on >= timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(event.on, time(12)))


@receiver(JobQueued)
def hand_to_a_worker(event: JobQueued) -> None:
    carry_out.enqueue(event.job_id)


@receiver(InvitationSent, in_transaction=True)
def put_invitation_into_the_outbox(event: InvitationSent) -> None:
    invitation = Invitation.objects.select_related("invited_by").get(pk=event.invitation_id)
    mail_invitation(invitation=invitation, subject=event.subject, body=event.body)


@receiver(WorkHandedOver, in_transaction=True)
def tell_who_took_over(event: WorkHandedOver) -> None:
    post = Membership.objects.select_related("municipality", "user").get(pk=event.recipient_id)
    message = Message(
        recipient=post,
        kind="municipality.handed_over",
        subject=event.subject,
        body=event.body,
        path=reverse("municipality:person_detail", kwargs={"town": post.municipality.slug, "pk": post.user_id}),
        # Each handover is an occasion of its own, even of the same things.
        occasion=f"handed_over:{uuid4()}",
    )
    notify(town=post.municipality, messages=[message])
