from kiun.activity.events import JobQueued
from kiun.activity.models import AuditEntry
from kiun.activity.services import mail_invitation
from kiun.activity.tasks import carry_out
from kiun.kernel.changes import ChangesRecorded
from kiun.kernel.events import receiver
from kiun.municipality.events import InvitationSent
from kiun.municipality.models import Invitation


@receiver(ChangesRecorded, in_transaction=True)
def write_audit_entries(event: ChangesRecorded) -> None:
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                municipality_id=event.municipality_id,
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


@receiver(JobQueued)
def hand_to_a_worker(event: JobQueued) -> None:
    carry_out.enqueue(event.job_id)


@receiver(InvitationSent, in_transaction=True)
def put_invitation_into_the_outbox(event: InvitationSent) -> None:
    invitation = Invitation.objects.select_related("invited_by").get(pk=event.invitation_id)
    mail_invitation(invitation=invitation, subject=event.subject, body=event.body)
