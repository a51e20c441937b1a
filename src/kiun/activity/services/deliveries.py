"""The outbox. A mail is claimed, handed over and marked in three commits, so that a process that dies loses nothing:
what it had claimed is handed over again after a while, under the same Message-ID.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_scopes import scopes_disabled

from kiun.activity.models import Delivery, DeliveryState
from kiun.activity.services.outbox import is_needed, settle

CLAIM_EXPIRES = timedelta(minutes=10)
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=4))
OUTDATED_AFTER = timedelta(days=7)  # whoever looks into Kiun knows by then; the mail would only astonish
HANGING_UP, REFUSED_FOR_GOOD = 421, 500  # answers of mail servers; below 500 they ask to come again


class ServerIsGoneError(Exception):
    """Nobody answers any more: that ends the batch, and is no attempt of the mails that are still to go out."""


def send_deliveries(*, clock: Callable[[], datetime] = timezone.now) -> int:
    """Hand over every mail that is due; returns how many were accepted. Several workers may do this at once: each mail
    is claimed at the time of its own turn, however long the mails before it have taken.
    """
    with scopes_disabled():
        _cancel_outdated(clock())
        return _send_due(clock) if settings.EMAIL_HOST else 0


def _cancel_outdated(now: datetime) -> None:
    settle(_unclaimed(now).filter(not_before__lt=now - OUTDATED_AFTER), DeliveryState.CANCELLED)


def _send_due(clock: Callable[[], datetime]) -> int:
    sent = 0
    with get_connection() as connection:
        while delivery := _claim(now := clock()):
            if is_needed(delivery, now):
                sent += _hand_over(delivery, connection)
            else:
                settle(_held(delivery), DeliveryState.CANCELLED)
    return sent


def _unclaimed(now: datetime) -> QuerySet[Delivery]:
    free = Q(state=DeliveryState.CREATED) | Q(state=DeliveryState.SENDING, claimed_at__lt=now - CLAIM_EXPIRES)
    return Delivery.objects.filter(free)


def _claim(now: datetime) -> Delivery | None:
    due = _unclaimed(now).filter(not_before__lte=now).order_by("pk")
    for pk in due.values_list("pk", flat=True)[:20]:
        if (
            _unclaimed(now)
            .filter(pk=pk)
            .update(state=DeliveryState.SENDING, claimed_at=now, attempts=F("attempts") + 1)
        ):
            return Delivery.objects.select_related("recipient__user", "invitation").get(pk=pk)
    return None


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    """Unless another sender has taken it over, or it has been settled: its text is gone then and must not return."""
    return Delivery.objects.filter(pk=delivery.pk, claimed_at=delivery.claimed_at)


def _hand_over(delivery: Delivery, connection: BaseEmailBackend) -> int:
    try:
        _send(delivery, connection)
    except (SMTPException, OSError, ValueError) as error:
        end = _give_up if _is_hopeless(error) else _retry
        end(delivery, str(error))
        return 0
    settle(_held(delivery), DeliveryState.SENT, sent_at=timezone.now(), error="")
    return 1


def _send(delivery: Delivery, connection: BaseEmailBackend) -> None:
    """Many servers hang up after a number of mails. That says nothing about this one, which goes out on a new line."""
    mail = EmailMessage(
        delivery.subject,
        delivery.body,
        to=[delivery.address],
        headers={"Message-ID": delivery.message_id},
        connection=connection,
    )
    try:
        mail.send()
    except OSError as error:
        if not _has_hung_up(error):
            raise
        _call_again(delivery, connection)
        mail.send()


def _call_again(delivery: Delivery, connection: BaseEmailBackend) -> None:
    try:
        connection.close()
        connection.open()
    except OSError as error:
        _give_back(delivery)
        raise ServerIsGoneError(str(error)) from error


def _is_hopeless(error: Exception) -> bool:
    """The address is refused for good, or the mail cannot even be written down (an address that no header holds)."""
    if isinstance(error, SMTPRecipientsRefused):
        return min(_codes(error)) >= REFUSED_FOR_GOOD
    return not isinstance(error, OSError)


def _has_hung_up(error: OSError) -> bool:
    is_answer = isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected)
    return not is_answer or HANGING_UP in _codes(error)


def _codes(error: OSError) -> set[int]:
    """What the server answered; it refuses a mail by its address, or in one answer."""
    if isinstance(error, SMTPRecipientsRefused):
        return {code for code, _words in error.recipients.values()}
    return {error.smtp_code} if isinstance(error, SMTPResponseException) else set()


def _retry(delivery: Delivery, error: str) -> None:
    if delivery.attempts > len(RETRY_AFTER):
        _give_up(delivery, error)
        return
    _held(delivery).update(
        state=DeliveryState.CREATED,
        claimed_at=None,
        not_before=timezone.now() + RETRY_AFTER[delivery.attempts - 1],
        error=error[:300],
    )


def _give_back(delivery: Delivery) -> None:
    """As if it had not been claimed."""
    _held(delivery).update(state=DeliveryState.CREATED, claimed_at=None, attempts=F("attempts") - 1)


def _give_up(delivery: Delivery, error: str) -> None:
    settle(_held(delivery), DeliveryState.FAILED, error=error[:300])
