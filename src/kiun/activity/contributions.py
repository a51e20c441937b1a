"""Ways in to this room, and its periodic duties: mails go out, daily mails are written, dead work is revived,
old mails are forgotten.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kiun.activity.queries import unread_count
from kiun.activity.services import forget_deliveries, revive_jobs, send_deliveries, write_daily_mails
from kiun.kernel.schedule import Duty, duties
from kiun.municipality.every_town import in_every_town
from kiun.ui.navigation import NAVIGATION, NavItem

DAILY_MAIL_FROM_HOUR = 8


def _send(_now: datetime) -> str:
    sent = send_deliveries()
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


def _forget(now: datetime) -> str:
    in_every_town(lambda _actor: forget_deliveries(now), now)
    return ""


def _is_signed_in(request: Any) -> bool:
    return getattr(request, "actor", None) is not None


def _is_admin(request: Any) -> bool:
    return _is_signed_in(request) and request.actor.is_admin


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="activity.notices",
            label=_("Notices"),
            url_name="activity:notice_list",
            order=10,
            icon="bell",
            place="notices",
            condition=_is_signed_in,
            count=lambda request: unread_count(request.actor),
        )
    )
    NAVIGATION.register(
        NavItem(
            id="activity.audit",
            label=_("Record of changes"),
            url_name="activity:audit_list",
            order=90,
            icon="history",
            place="more",
            condition=_is_admin,
        )
    )
    duties.register(Duty(id="activity.send", every=timedelta(minutes=1), run=_send))
    duties.register(Duty(id="activity.daily_mails", every=timedelta(minutes=30), run=_daily))
    duties.register(Duty(id="activity.revive_jobs", every=timedelta(minutes=1), run=_revive))
    duties.register(Duty(id="activity.forget_mails", every=timedelta(days=1), run=_forget))
