"""A town begins with its first administrator, who then invites everybody else."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django_scopes import scope

from kiun.config.operations.address import served_at
from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, system_actor
from kiun.municipality.models import Membership, Municipality
from kiun.municipality.services.invitations import invitation_link, invite_founder, revoke_open_invitations


@transaction.atomic
def found_town(*, code: str, name: str, slug: str, admin_email: str, admin_name: str) -> str:
    """The town, or one that was founded before and that nobody has entered yet. Gives the link with which its first
    administrator comes in; it is shown once.
    """
    _check(lambda: validate_email(admin_email))
    town = _deserted(code, name, slug) or _new_town(code, name, slug)
    with scope(municipality=town):
        # Whoever was invited before, by a wrong address perhaps, is not any more.
        revoke_open_invitations(actor=_founder(town))
        invitation, secret = invite_founder(actor=_founder(town), name=admin_name, email=admin_email)
        return invitation_link(invitation, secret, served_at())


def _deserted(code: str, name: str, slug: str) -> Municipality | None:
    """So that an invitation that ran out, or went to a wrong address, leaves no town that nobody can enter."""
    town = Municipality.objects.filter(code=code, name=name, slug=slug).first()
    if town is None:
        return None
    with scope(municipality=town):
        return None if Membership.objects.exists() else town


def _new_town(code: str, name: str, slug: str) -> Municipality:
    town = Municipality(code=code, name=name, slug=slug)
    _check(town.full_clean)
    town.save()
    with scope(municipality=town):
        record(_founder(town), change_of(town, Verb.CREATED))
    return town


def _founder(town: Municipality) -> Actor:
    return system_actor(town, via="command")


def _check(valid: Callable[[], None]) -> None:
    try:
        valid()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
