from datetime import datetime

from django.db.models import Q
from django_scopes import scopes_disabled

from kiun.municipality.models import ApiToken, Invitation
from kiun.municipality.models.access import hash_secret, normalise_secret


def open_invitation(secret: str) -> Invitation | None:
    """The invitation of the active town that the secret belongs to, open or not."""
    return (
        Invitation.objects.filter(secret_hash=hash_secret(normalise_secret(secret)))
        .select_related("department", "membership__user", "invited_by__user")
        .first()
    )


def key_of(secret: str, now: datetime) -> ApiToken | None:
    """The usable access key for a secret, whatever its town: the caller does not know the town before."""
    usable = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    with scopes_disabled():
        return (
            ApiToken.objects.filter(usable, secret_hash=hash_secret(secret), revoked_at__isnull=True)
            .select_related("municipality", "created_by__user")
            .first()
        )
