from typing import Any

from allauth.account.signals import password_reset
from django.dispatch import receiver

from kiun.municipality.models import User
from kiun.municipality.services.invitations import mark_verified


@receiver(password_reset)
def address_is_theirs(user: User, **_kwargs: Any) -> None:
    """Whoever set the password came by the link in the mail."""
    mark_verified(user)
