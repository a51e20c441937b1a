import hashlib
import secrets
import unicodedata
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models.departments import Department
from kiun.municipality.models.ownership import OwnedModel
from kiun.municipality.models.people import Membership, Role


def hash_secret(secret: str) -> str:
    """Secrets are random and long: a plain SHA-256 cannot be guessed back, and can be looked up."""
    return hashlib.sha256(secret.encode()).hexdigest()


def draw_secret() -> str:
    return secrets.token_urlsafe(32)


# Neither 0 and O nor 1, I and L: a code is read from paper and typed.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 16


def draw_code() -> str:
    """A secret for paper, 79 bits in four groups: "ABCD-EFGH-JKMN-PQRS"."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def normalise_secret(typed: str) -> str:
    """A code as people type it (full-width, small letters, no hyphens) in its one form; a long secret stays."""
    letters = unicodedata.normalize("NFKC", typed).strip()
    code = "".join(letters.upper().replace("-", "").replace("‐", "").replace("ー", "").split())
    if len(code) != CODE_LENGTH:
        return letters
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


class Invitation(OwnedModel):
    """A way in for one person: the link (or the printed sheet) holds the secret, the table only its hash.

    With `membership` before it is accepted, it is the first sign-in of somebody who already has a post.
    """

    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Nobody, if the town was founded with this invitation: it had no people yet.
    invited_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )

    class Meta(OwnedModel.Meta):
        ordering = ["-created_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.email or self.name

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class ApiToken(OwnedModel):
    """A key for programs. `scopes` lists what it may do, `source` ties it to one indicator source."""

    name = models.CharField(_("purpose"), max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("rights"), default=list)
    source = models.CharField(_("indicator source"), max_length=60, blank=True)
    created_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-created_at", "-pk"]
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")

    def __str__(self) -> str:
        return self.name

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
