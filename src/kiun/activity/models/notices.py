from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models import Invitation, Membership, OwnedModel


class MailRhythm(models.TextChoices):
    IMMEDIATE = "immediate", _("at once")
    DAILY = "daily", _("once a day, together")
    NEVER = "never", _("no mail, only here")


class DeliveryState(models.TextChoices):
    CREATED = "created", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("not needed any more")


class Notice(OwnedModel):
    """通知: written in the same transaction as its cause, and never twice for the same `occasion`."""

    recipient = models.ForeignKey(Membership, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    path = models.CharField(max_length=300, blank=True)
    occasion = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["recipient", "occasion"], name="notice_once_per_occasion")]
        indexes = [models.Index(fields=["municipality", "recipient", "read_at"])]

    def __str__(self) -> str:
        return self.subject


class Delivery(OwnedModel):
    """Outbox of mails: one row is one mail (of a notice, of an invitation, or of the notices of a day), sent when its
    state says so. `message_id` is drawn with the row, so that even a mail handed over in the moment of a power cut is
    recognised as the same one by the receiving server.
    """

    recipient = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    notice = models.OneToOneField(Notice, models.CASCADE, null=True, blank=True, related_name="delivery")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.CREATED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("mail")
        indexes = [models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return f"{self.subject} → {self.address}"


class NoticePreference(OwnedModel):
    """One per person and town, at one of the person's posts there, which may have ended since."""

    membership = models.OneToOneField(Membership, models.CASCADE, related_name="notice_preference")
    rhythm = models.CharField(_("mail"), max_length=10, choices=MailRhythm.choices, default=MailRhythm.IMMEDIATE)
    # Up to here the daily mail has gathered; it moves in the transaction that writes the mail.
    digested_until = models.DateTimeField(default=timezone.now)

    class Meta(OwnedModel.Meta):
        verbose_name = _("notice preference")

    def __str__(self) -> str:
        return self.get_rhythm_display()
