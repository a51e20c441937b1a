from kiun.activity.services.deliveries import send_deliveries, write_daily_mails
from kiun.activity.services.jobs import revive_jobs, run_job, start_job, stop_job
from kiun.activity.services.notices import Message, choose_rhythm, mark_read, notify, send_mail_to_address

__all__ = [
    "Message",
    "choose_rhythm",
    "mark_read",
    "notify",
    "revive_jobs",
    "run_job",
    "send_deliveries",
    "send_mail_to_address",
    "start_job",
    "stop_job",
    "write_daily_mails",
]
