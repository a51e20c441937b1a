"""For people who want the day's notices together."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kiun.activity.models import MailRhythm, Notice, NoticePreference
from kiun.activity.services.outbox import new_delivery, receives_mail
from kiun.kernel.schedule import in_turn
from kiun.municipality.every_town import in_every_town
from kiun.municipality.models import Membership

NOTICES_IN_A_DAILY_MAIL = 50


def write_daily_mails(*, now: datetime) -> int:
    """One mail for each person who wants the day's notices together; written once, whatever is killed when."""
    return in_every_town(lambda _actor: _write_in_town(now), now)


def _write_in_town(now: datetime) -> int:
    wanting = NoticePreference.objects.filter(rhythm=MailRhythm.DAILY)
    return in_turn(wanting, partial(_write_daily_mail, now=now))


@transaction.atomic
def _write_daily_mail(preference: NoticePreference, now: datetime) -> int:
    held = NoticePreference.objects.select_for_update().select_related("membership__user").get(pk=preference.pk)
    today, person = timezone.localdate(now), held.membership.user
    if timezone.localdate(held.digested_until) == today:
        return 0
    posts = [p for p in Membership.objects.filter(user=person).select_related("user") if receives_mail(p, today)]
    if not posts:
        return 0
    unread = Notice.objects.filter(
        recipient__in=posts, read_at__isnull=True, created_at__lte=now, created_at__gt=held.digested_until
    )
    notices = list(unread.order_by("pk")[:NOTICES_IN_A_DAILY_MAIL])
    NoticePreference.objects.filter(pk=held.pk).update(digested_until=now)
    if not notices:
        return 0
    with override(person.language):
        subject = ngettext("Kiun: one notice", "Kiun: %(count)s notices", len(notices)) % {"count": len(notices)}
        body = "\n\n".join(_line(notice) for notice in notices)
        closing = _("You receive this mail once a day. You can change that in Kiun under “Notices”.")
    new_delivery(recipient=posts[0], subject=subject, body=f"{body}\n\n{closing}", now=now).save()
    return 1


def _line(notice: Notice) -> str:
    link = f"\n  {settings.PUBLIC_URL}{notice.path}" if notice.path else ""
    return f"- {notice.subject}{link}"
