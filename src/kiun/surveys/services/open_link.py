"""Answering by the address for everybody: the one place that says how often.

Nobody is known here, so nobody can be asked who they are. Four things stand between one honest answer and a thousand:

1. Each form carries a key that this server signed; what is handed in uses it up like a ticket.
2. The browser solves a task for it (`PROOF_BITS`): nothing for one answer, a price for a thousand. It needs no third
   party and no look at the person.
3. From one address a number of answers in an hour is taken: many, because a hall, a library or a whole mobile network
   stands behind one; few from browsers that cannot solve the task. The address itself is kept nowhere: it is counted
   under a digest whose key is thrown away with the day.
4. A cookie keeps the same browser from answering again (`views.answering.by_address`).
"""

from collections.abc import Mapping
from hashlib import sha256
from hmac import digest
from ipaddress import ip_address, ip_network
from secrets import token_bytes, token_urlsafe
from typing import Any

from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError
from kiun.surveys.models import Survey, Ticket, TicketKind
from kiun.surveys.services.answers import hand_in
from kiun.surveys.services.tickets import digest_of

# 65,000 tries on average: a third of a second on a phone, while the person reads.
PROOF_BITS = 16
LONGEST_PROOF = 20
IN_AN_HOUR = {"proven": 200, "unproven": 10, "draft": 200}
HOUR = 60 * 60
DAY = 24 * HOUR
SECRET_OF_THE_DAY = "surveys:addresses"  # noqa: S105 - where it is kept, not what it is


class RefusedError(DomainError):
    """Not taken now; the sentence says what to do."""


def new_form_key(survey: Survey) -> str:
    return _signer(survey).sign(token_urlsafe(15))


def is_form_key(survey: Survey, key: str) -> bool:
    try:
        _signer(survey).unsign(key)
    except BadSignature:
        return False
    return True


def task_of(key: str) -> str:
    """What the browser solves for this form: `is_proven` says when it has."""
    return key.partition(":")[0]


def is_proven(key: str, proof: str) -> bool:
    """Whether the digest of task and proof begins with `PROOF_BITS` zeros."""
    if not proof.isascii() or not proof.isdigit() or len(proof) > LONGEST_PROOF:
        return False
    found = int.from_bytes(sha256(f"{task_of(key)}:{proof}".encode()).digest())
    return found >> (256 - PROOF_BITS) == 0


def hand_in_openly(
    *, survey: Survey, key: str, proof: str, address: str, values: Mapping[str, Any], pair: str = ""
) -> None:
    """Raises `RefusedError` and whatever `hand_in` raises."""
    if not is_form_key(survey, key):
        raise RefusedError(_("This form is not valid any more. Press “Send my answers” once more."))
    kind = "proven" if is_proven(key, proof) else "unproven"
    counter = _counter(kind, survey, address)
    if not counter.is_free:
        raise RefusedError(_too_many(kind))
    with transaction.atomic():
        ticket, _made = Ticket.objects.get_or_create(survey=survey, digest=digest_of(key), kind=TicketKind.OPEN)
        hand_in(survey=survey, ticket=ticket, values=values, pair=pair)
    counter.count()


def takes_draft(survey: Survey, address: str) -> bool:
    """Counts one more draft, if there may be one."""
    counter = _counter("draft", survey, address)
    if not counter.is_free:
        return False
    counter.count()
    return True


def _too_many(kind: str) -> str:
    if kind == "unproven":
        return _(
            "Many answers came in a short time over the same connection, from browsers without JavaScript. Please "
            "switch JavaScript on, or wait an hour and press “Send my answers” once more. What you wrote still stands "
            "here."
        )
    return _(
        "Many answers came in a short time over the same connection. Please wait an hour and press “Send my answers” "
        "once more. What you wrote still stands here."
    )


def _signer(survey: Survey) -> Signer:
    return Signer(salt=f"surveys.open_link:{survey.code}")


class _Counter:
    """Of one network in this hour. Two at the same moment may count as one, which does no harm."""

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self.most = most
        self.counted = int(cache.get(name, 0))

    @property
    def is_free(self) -> bool:
        return self.counted < self.most

    def count(self) -> None:
        cache.set(self.name, self.counted + 1, HOUR)


def _counter(kind: str, survey: Survey, address: str) -> _Counter:
    now = timezone.localtime()
    counted = f"{survey.pk}:{now:%H}:{_network_of(address)}"
    return _Counter(f"surveys:{kind}:{digest(_secret_of_the_day(), counted.encode(), sha256).hex()}", IN_AN_HOUR[kind])


def _network_of(address: str) -> str:
    """One household has one address of the old kind, and 2^64 of the new."""
    try:
        return str(ip_network(f"{address}/64", strict=False)) if ip_address(address).version == 6 else address  # noqa: PLR2004
    except ValueError:  # a socket without an address
        return ""


def _secret_of_the_day() -> bytes:
    """There is only one place for it: that of yesterday is written over, and nobody can count back any more."""
    today = timezone.localdate().isoformat()
    kept: tuple[str, bytes] | None = cache.get(SECRET_OF_THE_DAY)
    if kept is None or kept[0] != today:
        kept = (today, token_bytes(32))
        cache.set(SECRET_OF_THE_DAY, kept, DAY)
    return kept[1]
