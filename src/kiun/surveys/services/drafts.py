"""Answers begun. What the database holds of them cannot be read, and not be found, without the secret that only the
browser of the person has.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from secrets import token_bytes, token_urlsafe

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction

from kiun.surveys.models import Draft, Survey

Written = Mapping[str, Sequence[str]]
NONCE = 12
# The size of what is kept says nothing about the length of a text.
BLOCK = 2048


@dataclass(frozen=True)
class DraftKey:
    """Of one browser for one ticket: on a shared computer the next person finds nothing."""

    id: str
    key: bytes


def new_draft_secret() -> str:
    return token_urlsafe(32)


def draft_key(secret: str, survey: Survey, place: str) -> DraftKey:
    """`place`: the ticket, or how somebody without one came. It takes part in both, and stands in neither."""

    def derived(use: str) -> bytes:
        return digest(secret.encode(), f"{use}:{survey.pk}:{place}".encode(), sha256)

    return DraftKey(derived("id").hex(), derived("key"))


def has_draft(key: DraftKey) -> bool:
    return Draft.objects.filter(pk=key.id).exists()


def save_draft(*, survey: Survey, key: DraftKey, written: Written) -> None:
    """`written`: the fields of the form as they stand in it."""
    sealed = _seal(key, written)
    if Draft.objects.filter(pk=key.id).update(sealed=sealed):
        return
    try:
        with transaction.atomic():
            Draft(municipality=survey.municipality, id=key.id, survey=survey, sealed=sealed).save(force_insert=True)
    except IntegrityError:  # the other of two that were sent at once was faster
        Draft.objects.filter(pk=key.id).update(sealed=sealed)


def read_draft(key: DraftKey) -> dict[str, list[str]]:
    """Empty if there is none, or none that this browser may read."""
    found = Draft.objects.filter(pk=key.id).first()
    return _unseal(key, bytes(found.sealed)) if found else {}


def remove_draft(key: DraftKey) -> None:
    Draft.objects.filter(pk=key.id).delete()


def _seal(key: DraftKey, written: Written) -> bytes:
    plain = json.dumps({name: list(texts) for name, texts in written.items()}).encode()
    padded = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)
    nonce = token_bytes(NONCE)
    return nonce + AESGCM(key.key).encrypt(nonce, padded, key.id.encode())


def _unseal(key: DraftKey, sealed: bytes) -> dict[str, list[str]]:
    try:
        plain = AESGCM(key.key).decrypt(sealed[:NONCE], sealed[NONCE:], key.id.encode())
    except (InvalidTag, ValueError):
        return {}
    found: dict[str, list[str]] = json.loads(plain)
    return found
