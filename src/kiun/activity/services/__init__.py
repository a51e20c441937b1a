from kiun.activity.services.daily_mails import write_daily_mails
from kiun.activity.services.deliveries import send_deliveries
from kiun.activity.services.files import add_attachment, remove_attachment
from kiun.activity.services.jobs import revive_jobs, run_job, start_job, stop_job
from kiun.activity.services.notices import Message, choose_rhythm, mark_read, notify, settle
from kiun.activity.services.outbox import forget_deliveries, mail_invitation

__all__ = [
    "Message",
    "add_attachment",
    "choose_rhythm",
    "forget_deliveries",
    "mail_invitation",
    "mark_read",
    "notify",
    "remove_attachment",
    "revive_jobs",
    "run_job",
    "send_deliveries",
    "settle",
    "start_job",
    "stop_job",
    "write_daily_mails",
]
