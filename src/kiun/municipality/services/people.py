from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope

from kiun.kernel.changes import Change, Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import Actor, actor_of, record, require
from kiun.municipality.models import Membership, User
from kiun.municipality.queries.people import accounts_of_one_town, towns_served
from kiun.municipality.services.posts import PostDetails, add_post, check_an_admin_stays


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    name: str
    kana: str = ""
    email: str = ""
    username: str = ""


@transaction.atomic
def add_person(*, actor: Actor, person: PersonDetails, post: PostDetails, reason: str = "") -> Membership:
    """An account without a password, and its first post; the first sign-in is handed out on paper or by mail."""
    require(actor, "municipality.administer")
    user = User(username=person.username or free_username(actor, post.staff_number, person.email))
    user.set_unusable_password()
    _fill(user, person)
    user.save()
    return add_post(actor=actor, person=user, details=post, reason=reason)


@transaction.atomic
def change_person(*, actor: Actor, user: User, person: PersonDetails, reason: str = "") -> User:
    require(actor, "municipality.administer")
    _check_is_ours(actor, user)
    before = snapshot(User.objects.get(pk=user.pk), only=["name", "kana", "email", "username"])
    old_email = before["email"]
    if person.username:
        user.username = person.username
    _fill(user, person)
    user.save()
    if user.email != old_email:
        # What the old address proved, the new one has not.
        EmailAddress.objects.filter(user=user).delete()
    record(actor, change_of(user, Verb.CHANGED, before, reason))
    return user


@transaction.atomic
def record_sign_in(*, user: User, address: str) -> None:
    """In the audit log of each town where the person has a post today; from where, only if that is one town."""
    entry = Change(object_type=User._meta.label_lower, object_id=user.pk, label=str(user), verb=Verb.SIGNED_IN)
    towns = towns_served(user, timezone.localdate())
    known_address = address if len(towns) == 1 else ""
    for town in towns:
        with scope(municipality=town):
            record(actor_of(user, town, address=known_address), entry)


def _fill(user: User, person: PersonDetails) -> None:
    user.name, user.kana, user.email = person.name.strip(), person.kana.strip(), person.email.strip().lower()
    if not user.name:
        raise DomainError(_("Write the name."), field="name")
    check_email(user)
    check_username(user)


def check_email(user: User) -> None:
    if not user.email:
        return
    try:
        validate_email(user.email)
    except ValidationError:
        raise DomainError(_("This is not an e-mail address. Please check for a typing error."), field="email") from None
    if User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise DomainError(
            _("This e-mail address already belongs to another account. Invite the person by this address instead."),
            field="email",
        )


def check_username(user: User) -> None:
    # A name in the form of somebody else's address would be taken for that person at sign-in.
    if "@" in user.username and user.username != user.email:
        raise DomainError(_("A name for signing in cannot contain “@”."), field="username")
    try:
        User.username_validator(user.username)
    except ValidationError:
        raise DomainError(
            _("The name for signing in may contain letters, digits and . + - _ only."), field="username"
        ) from None
    if User.objects.filter(username__iexact=user.username).exclude(pk=user.pk).exists():
        raise DomainError(_("This name for signing in is already taken. Choose another one."), field="username")


def free_username(actor: Actor, staff_number: str, email: str) -> str:
    """The address if there is one; otherwise the town and the staff number, or the next free number."""
    if email:
        return email.strip().lower()
    slug = actor.municipality.slug
    if staff_number and not User.objects.filter(username__iexact=f"{slug}-{staff_number}").exists():
        return f"{slug}-{staff_number}"
    return next_usernames(slug, 1)[0]


def next_usernames(slug: str, number: int) -> list[str]:
    """`number` free names for signing in, "hinata-u1" and so on."""
    prefix = f"{slug}-u"
    taken = set(User.objects.filter(username__startswith=prefix).values_list("username", flat=True))
    names: list[str] = []
    candidate = len(taken) + 1
    while len(names) < number:
        if f"{prefix}{candidate}" not in taken:
            names.append(f"{prefix}{candidate}")
        candidate += 1
    return names


def _check_is_ours(actor: Actor, user: User) -> None:
    if not accounts_of_one_town(actor.municipality).filter(pk=user.pk).exists():
        raise DomainError(
            _(
                "This account also serves another municipality, so only its owner can change it (under “My profile”). "
                "You can end the posts in your own municipality."
            )
        )


@transaction.atomic
def set_sign_in(*, actor: Actor, user: User, is_allowed: bool, reason: str = "") -> None:
    """Stop or allow signing in, for accounts of this town alone. Sessions end with it."""
    require(actor, "municipality.administer")
    _check_is_ours(actor, user)
    if actor.user is not None and user.pk == actor.user.pk:
        raise DomainError(_("You cannot shut yourself out."))
    before = snapshot(user, only=["is_active"])
    user.is_active = is_allowed
    user.save(update_fields=["is_active"])
    check_an_admin_stays(actor)
    record(actor, change_of(user, Verb.CHANGED, before, reason))
