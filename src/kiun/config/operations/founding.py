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
from kiun.municipality.actors import record, system_actor
from kiun.municipality.models import Membership, Municipality, Role, User


@dataclass(frozen=True)
class Founded:
    """`link` lets the administrator choose a password; it is shown once and works for a few days."""

    town: Municipality
    administrator: User
    link: str


@transaction.atomic
def found_town(*, code: str, name: str, slug: str, admin_email: str, admin_name: str) -> Founded:
    town = Municipality(code=code, name=name, slug=slug)
    _save_valid(town)
    user = _administrator(admin_email, admin_name)
    with scope(municipality=town):
        post = Membership.objects.create(user=user, role=Role.ADMIN, valid_from=timezone.localdate())
        actor = system_actor(town, via="command")
        record(actor, change_of(town, Verb.CREATED), change_of(post, Verb.CREATED))
    return Founded(town, user, _link(user))


def _administrator(email: str, name: str) -> User:
    """A person who already works for another town of this installation keeps their account."""
    known = User.objects.filter(email__iexact=email).first()
    if known:
        return known
    user = User(username=email, email=email, name=name)
    user.set_unusable_password()
    _save_valid(user)
    return user


def _save_valid(row: Municipality | User) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    row.save()


def _link(user: User) -> str:
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=key)
    return f"{settings.PUBLIC_URL}{path}"
