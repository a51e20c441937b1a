"""A town begins with its first administrator, who then invites everybody else."""

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from kiun.kernel.changes import Verb, change_of
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, record, system_actor
from kiun.municipality.models import Membership, Municipality, Role, User
from kiun.municipality.services.invitations import invitation_link, invite_founder, revoke_open_invitations


@dataclass(frozen=True)
class Founded:
    """`link` lets the administrator choose a password, or with `must_accept` take up the post; it is shown once and
    works for some days.
    """

    administrator: User
    link: str
    must_accept: bool


@transaction.atomic
def found_town(*, code: str, name: str, slug: str, admin_email: str, admin_name: str) -> Founded:
    """The town, or another link to one that was founded before and still has no people."""
    town = _deserted(code, name, slug) or _new_town(code, name, slug)
    known = User.objects.filter(email__iexact=admin_email).first()
    with scope(municipality=town):
        # Whoever was invited before, by a wrong address perhaps, is not any more.
        revoke_open_invitations(actor=_founder(town))
        return _invite(town, known, admin_name) if known else _appoint(town, admin_email, admin_name)


def _deserted(code: str, name: str, slug: str) -> Municipality | None:
    """So that an invitation that ran out, or went to a wrong address, leaves no town that nobody can enter."""
    town = Municipality.objects.filter(code=code, name=name, slug=slug).first()
    if town is None:
        return None
    with scope(municipality=town):
        return None if Membership.objects.exists() else town


def _new_town(code: str, name: str, slug: str) -> Municipality:
    town = Municipality(code=code, name=name, slug=slug)
    _save_valid(town)
    with scope(municipality=town):
        record(_founder(town), change_of(town, Verb.CREATED))
    return town


def _founder(town: Municipality) -> Actor:
    return system_actor(town, via="command")


def _invite(town: Municipality, known: User, name: str) -> Founded:
    """Somebody has this account already, and whoever made it need not be its owner: it becomes administrator when its
    owner accepts, as with every invitation to a further town.
    """
    invitation, secret = invite_founder(actor=_founder(town), name=name, email=known.email)
    return Founded(known, invitation_link(invitation, secret), must_accept=True)


def _appoint(town: Municipality, email: str, name: str) -> Founded:
    user = User(username=email, email=email, name=name)
    user.set_unusable_password()
    _save_valid(user)
    post = Membership.objects.create(user=user, role=Role.ADMIN, valid_from=timezone.localdate())
    record(_founder(town), change_of(post, Verb.CREATED))
    return Founded(user, _password_link(user), must_accept=False)


def _save_valid(row: Municipality | User) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    row.save()


def _password_link(user: User) -> str:
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=key)
    return f"{settings.PUBLIC_URL}{path}"
