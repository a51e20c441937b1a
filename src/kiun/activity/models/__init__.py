from kiun.activity.models.audit import CHANGES_SOMETHING, AuditEntry
from kiun.activity.models.files import Attachment
from kiun.activity.models.jobs import Job, JobState
from kiun.activity.models.notices import Delivery, DeliveryState, MailRhythm, Notice, NoticePreference

__all__ = [
    "CHANGES_SOMETHING",
    "Attachment",
    "AuditEntry",
    "Delivery",
    "DeliveryState",
    "Job",
    "JobState",
    "MailRhythm",
    "Notice",
    "NoticePreference",
]
