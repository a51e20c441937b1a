"""For people who want the day's notices together."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django_scopes import scope, scopes_disabled

from kiun.activity.models import MailRhythm, Notice, NoticePreference
from kiun.activity.services.outbox import new_delivery, receives_mail

NOTICES_IN_A_DAILY_MAIL = 50


def write_daily_mails(*, now: datetime | None = None) -> int:
    """One mail for each person who wants the day's notices together; written once, whatever is killed when."""
    moment = now or timezone.now()
    with scopes_disabled():
        wanting = list(
            NoticePreference.objects.filter(rhythm=MailRhythm.DAILY)
            .exclude(membership__user__email="")
            .select_related("municipality")
        )
    return sum(_write_daily_mail(preference, moment) for preference in wanting)


@transaction.atomic
def _write_daily_mail(preference: NoticePreference, now: datetime) -> int:
    with scope(municipality=preference.municipality):
        held = NoticePreference.objects.select_for_update().select_related("membership__user").get(pk=preference.pk)
        today = timezone.localdate(now)
        if timezone.localdate(held.digested_until) == today or not receives_mail(held.membership, today):
            return 0
        unread = Notice.objects.filter(
            recipient=held.membership, read_at__isnull=True, created_at__lte=now, created_at__gt=held.digested_until
        )
        notices = list(unread.order_by("pk")[:NOTICES_IN_A_DAILY_MAIL])
        NoticePreference.objects.filter(pk=held.pk).update(digested_until=now)
        if not notices:
            return 0
        with override(held.membership.user.language):
            subject = ngettext("Kiun: one notice", "Kiun: %(count)s notices", len(notices)) % {"count": len(notices)}
            body = "\n\n".join(_line(notice) for notice in notices)
            closing = _("You receive this mail once a day. You can change that in Kiun under “Notices”.")
        new_delivery(recipient=held.membership, subject=subject, body=f"{body}\n\n{closing}", now=now).save()
        return 1


def _line(notice: Notice) -> str:
    link = f"\n  {settings.PUBLIC_URL}{notice.path}" if notice.path else ""
    return f"- {notice.subject}{link}"
