"""Periodic duties of this room: mails go out, daily mails are written, dead work is revived."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import ngettext

from kiun.activity.services import revive_jobs, send_deliveries, write_daily_mails
from kiun.kernel.schedule import Duty, duties

DAILY_MAIL_FROM_HOUR = 8


def _send(now: datetime) -> str:
    sent = send_deliveries(now=now)
    return ngettext("%(count)s mail sent", "%(count)s mails sent", sent) % {"count": sent} if sent else ""


def _daily(now: datetime) -> str:
    if timezone.localtime(now).hour < DAILY_MAIL_FROM_HOUR:
        return ""
    written = write_daily_mails(now=now)
    text = ngettext("%(count)s daily mail written", "%(count)s daily mails written", written)
    return text % {"count": written} if written else ""


def _revive(_now: datetime) -> str:
    revived = revive_jobs()
    text = ngettext("%(count)s job taken up again", "%(count)s jobs taken up again", revived)
    return text % {"count": revived} if revived else ""


def register() -> None:
    duties.register(Duty(id="activity.send", every=timedelta(minutes=1), run=_send))
    duties.register(Duty(id="activity.daily_mails", every=timedelta(minutes=30), run=_daily))
    duties.register(Duty(id="activity.revive_jobs", every=timedelta(minutes=1), run=_revive))
