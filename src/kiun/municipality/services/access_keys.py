from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.access_scopes import access_scopes
from kiun.municipality.actors import Actor, record, require
from kiun.municipality.models import ApiToken, Role
from kiun.municipality.models.access import draw_secret, hash_secret


@transaction.atomic
def create_access_key(
    *, actor: Actor, name: str, scopes: Sequence[str], source: str = "", expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """The key and its secret, which is stored nowhere and can be shown only now."""
    require(actor, "municipality.administer")
    if actor.membership is None or actor.membership.role != Role.ADMIN:
        # The key acts for this post and stops with it; one that is only lent cannot carry it.
        raise DomainError(
            _("An access key needs somebody who has a post in the DX office, not only stands in. Please ask there.")
        )
    _check(name, scopes, expires_at)
    secret = draw_secret()
    key = ApiToken(
        municipality=actor.municipality,
        name=name.strip(),
        scopes=sorted(scopes),
        source=source.strip(),
        secret_hash=hash_secret(secret),
        created_by=actor.membership,
        expires_at=expires_at,
    )
    key.save()
    record(actor, change_of(key, Verb.CREATED))
    return key, secret


def _check(name: str, scopes: Sequence[str], expires_at: datetime | None) -> None:
    if not name.strip():
        raise DomainError(_("Write what the key is for."), field="name")
    if not scopes or any(scope not in access_scopes for scope in scopes):
        raise DomainError(_("Choose what the key may do."), field="scopes")
    if expires_at and expires_at <= timezone.now():
        raise DomainError(_("The key would already be expired. Choose a later day."), field="expires_on")


@transaction.atomic
def revoke_access_key(*, actor: Actor, key: ApiToken, reason: str = "") -> None:
    require(actor, "municipality.administer")
    if key.revoked_at is None:
        before = snapshot(key)
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record(actor, change_of(key, Verb.CHANGED, before, reason))
