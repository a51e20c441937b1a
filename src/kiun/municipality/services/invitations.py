from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.kernel.changes import Verb, change_of, snapshot
from kiun.kernel.errors import DomainError
from kiun.kernel.events import announce
from kiun.municipality.actors import Actor, actor_of, record, require
from kiun.municipality.department_holders import Relocation
from kiun.municipality.events import InvitationSent
from kiun.municipality.models import Department, Invitation, Membership, Role, User
from kiun.municipality.models.access import draw_code, draw_secret, hash_secret
from kiun.municipality.queries.people import accounts_of_one_town, posts_on, serves_only_others
from kiun.municipality.services.people import check_email, check_username

LIFETIME = timedelta(days=14)


@transaction.atomic
def invite(
    *, actor: Actor, name: str, email: str, role: str, department: Department | None = None
) -> tuple[Invitation, str]:
    """The invitation and its secret, which is mailed and shown once, and stored nowhere but in the waiting mail."""
    require(actor, "municipality.administer")
    address = email.strip().lower()
    current = Membership.objects.filter(posts_on(actor.on), user__email__iexact=address)
    if current.exists():
        raise DomainError(
            _("This person already has a post here. Add another post on the person's page instead."), field="email"
        )
    secret = draw_secret()
    by = _inviting_post(actor)
    invitation = _invitation(
        actor, secret, name=name.strip(), email=address, role=role, department=department, invited_by=by
    )
    invitation.save()
    record(actor, change_of(invitation, Verb.CREATED))
    _send(invitation, by, secret)
    return invitation, secret


@transaction.atomic
def invite_founder(*, actor: Actor, name: str, email: str) -> tuple[Invitation, str]:
    """The first administrator of a town. The town has nobody yet in whose name a mail could go out: whoever founds it
    passes the link on.
    """
    require(actor, "municipality.administer")
    secret = draw_secret()
    invitation = _invitation(actor, secret, name=name.strip(), email=email.strip().lower(), role=Role.ADMIN)
    invitation.save()
    record(actor, change_of(invitation, Verb.CREATED))
    return invitation, secret


def _invitation(actor: Actor, secret: str, **fields: Any) -> Invitation:
    return Invitation(
        municipality=actor.municipality,
        secret_hash=hash_secret(secret),
        expires_at=timezone.now() + LIFETIME,
        **fields,
    )


def _inviting_post(actor: Actor) -> Membership:
    if actor.membership is None:
        raise DomainError(_("An invitation comes from a person."))
    return actor.membership


@transaction.atomic
def resend_invitation(*, actor: Actor, invitation: Invitation) -> str:
    """A new secret and a new term; the old link opens nothing any more."""
    require(actor, "municipality.administer")
    if invitation.accepted_at or invitation.revoked_at:
        raise DomainError(_("This invitation has already been used or withdrawn. Please invite the person anew."))
    before = snapshot(invitation)
    secret = draw_secret()
    by = invitation.invited_by = invitation.invited_by or _inviting_post(actor)
    invitation.secret_hash = hash_secret(secret)
    invitation.expires_at = timezone.now() + LIFETIME
    invitation.save(update_fields=["invited_by", "secret_hash", "expires_at"])
    record(actor, change_of(invitation, Verb.CHANGED, before))
    if invitation.email:
        _send(invitation, by, secret)
    return secret


@transaction.atomic
def revoke_invitation(*, actor: Actor, invitation: Invitation) -> None:
    require(actor, "municipality.administer")
    if invitation.accepted_at:
        raise DomainError(_("This invitation has already been accepted. End the post on the person's page instead."))
    before = snapshot(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(actor, change_of(invitation, Verb.CHANGED, before))


@transaction.atomic
def revoke_open_invitations(*, actor: Actor) -> None:
    for invitation in Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True):
        revoke_invitation(actor=actor, invitation=invitation)


def invitation_link(invitation: Invitation, secret: str, site: str = "") -> str:
    path = reverse("municipality:invitation_accept", kwargs={"town": invitation.municipality.slug, "secret": secret})
    return f"{site or settings.PUBLIC_URL}{path}"


def _send(invitation: Invitation, by: Membership, secret: str) -> None:
    town = invitation.municipality.name
    announce(
        InvitationSent(
            municipality_id=invitation.municipality_id,
            invitation_id=invitation.pk,
            address=invitation.email,
            subject=_("Invitation to Kiun of %(town)s") % {"town": town},
            body=_(
                "Dear %(name)s,\n\n%(inviter)s of %(town)s invites you to Kiun, where the municipality follows its "
                "digital transformation.\n\nOpen this address within 14 days and choose a password:\n%(link)s\n\n"
                "If you do not know what this is about, you need not do anything.\n"
            )
            % {
                "name": invitation.name,
                "inviter": by.user.name,
                "town": town,
                "link": invitation_link(invitation, secret),
            },
        )
    )


@transaction.atomic
def issue_first_sign_in(*, actor: Actor, posts: Sequence[Membership]) -> list[tuple[Membership, str]]:
    """Codes for people who have a post but no password yet, to be printed and handed over; earlier codes end.

    Only accounts of this town alone: with the code of an account that also serves another town, one town's office
    could enter the other.
    """
    require(actor, "municipality.administer")
    ours = set(accounts_of_one_town(actor.municipality).values_list("pk", flat=True))
    eligible = [post for post in posts if post.user_id in ours and not post.user.has_usable_password()]
    issued = [(post, draw_code()) for post in eligible]
    Invitation.objects.filter(membership__in=eligible, accepted_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )
    rows = [_first_sign_in(actor, post, code) for post, code in issued]
    Invitation.objects.bulk_create(rows, batch_size=500)
    record(actor, *(change_of(row, Verb.CREATED) for row in rows))
    return issued


def _first_sign_in(actor: Actor, post: Membership, code: str) -> Invitation:
    return _invitation(
        actor,
        code,
        name=post.user.name,
        email=post.user.email,
        role=post.role,
        membership=post,
        invited_by=_inviting_post(actor),
    )


def check_is_open(invitation: Invitation | None) -> Invitation:
    """Say what is wrong with a link, in one sentence."""
    if invitation is None:
        raise DomainError(_("This invitation does not exist. Please check the address, or ask for a new invitation."))
    if invitation.accepted_at:
        raise DomainError(_("This invitation has already been used. Please sign in with your password."))
    if invitation.revoked_at:
        raise DomainError(_("This invitation was withdrawn or replaced. Please ask the DX office for a new one."))
    if not invitation.is_open(timezone.now()):
        raise DomainError(_("This invitation has expired. Please ask the DX office for a new one."))
    return invitation


def existing_account(invitation: Invitation) -> User | None:
    """The account that must accept the invitation itself, because it is already somebody's."""
    if invitation.membership:
        return None
    return User.objects.filter(email__iexact=invitation.email).first()


@transaction.atomic
def accept_with_new_account(*, invitation: Invitation, name: str, kana: str = "", password: str) -> User:
    """Set name and password, and take up the post."""
    _claim(invitation)
    if existing_account(invitation):
        raise DomainError(_("There is already an account for this address. Please sign in with it to accept."))
    user = _account_of_code(invitation) or _new_user(invitation)
    if not name.strip():
        raise DomainError(_("Write the name."), field="name")
    user.name, user.kana = name.strip(), kana.strip()
    _set_password(user, password)
    user.save()
    _take_up(invitation, user)
    return user


def _account_of_code(invitation: Invitation) -> User | None:
    """The account that a printed code opens. What was true when it was printed must be true when it is used: whoever
    found the sheet, or printed it, enters no account that has become more than a first post in this town.
    """
    post = invitation.membership
    if post is None:
        return None
    user = User.objects.select_for_update().get(pk=post.user_id)
    if user.has_usable_password():
        raise DomainError(_("This account already has a password. Please sign in with it."))
    is_ours = accounts_of_one_town(invitation.municipality).filter(pk=user.pk, is_active=True).exists()
    if not is_ours or not post.is_current(timezone.localdate()) or is_mfa_enabled(user):
        raise DomainError(_("This code is not valid any more. Please ask the DX office for help with signing in."))
    return user


def _new_user(invitation: Invitation) -> User:
    user = User(username=invitation.email, email=invitation.email)
    user.set_unusable_password()
    check_email(user)
    check_username(user)
    return user


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), field="password") from None
    user.set_password(password)


@transaction.atomic
def accept_as_existing_account(*, invitation: Invitation, user: User, password: str = "") -> bool:
    """Take up the post with the account one is signed in with; it must be the invited one.

    One that `must_begin_anew` gets the new password. True when it thereby lost other ways of signing in.
    """
    _claim(invitation)
    account = existing_account(invitation)
    if account is None or account.pk != user.pk:
        raise DomainError(
            _("This invitation is for another address than that of your account. Please sign in with that account.")
        )
    has_lost_ways = must_begin_anew(invitation, user) and _begin_anew(user, password)
    _take_up(invitation, user)
    return has_lost_ways


def must_begin_anew(invitation: Invitation, user: User) -> bool:
    """Another town may have made this account under an address that is not its own, and may hold ways into it."""
    return serves_only_others(user, invitation.municipality)


def _begin_anew(user: User, password: str) -> bool:
    """Only the new password opens the account from now on; every session ends with the old one."""
    if user.check_password(password):
        raise DomainError(_("Choose another password than the present one."), field="password")
    _set_password(user, password)
    user.save(update_fields=["password"])
    UserSession.objects.filter(user=user).delete()
    numbers = [model.objects.filter(user=user).delete()[0] for model in (Authenticator, SocialAccount)]
    return any(numbers)


def _claim(invitation: Invitation) -> None:
    """The update is the lock: of two who open the same link at once, one takes it."""
    check_is_open(Invitation.objects.filter(pk=invitation.pk).first())
    now = timezone.now()
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True).update(
        accepted_at=now
    )
    if not taken:
        raise DomainError(_("This invitation has already been used. Please sign in with your password."))
    invitation.accepted_at = now


def _take_up(invitation: Invitation, user: User) -> None:
    town = invitation.municipality
    today = timezone.localdate()
    changes = []
    if invitation.membership is None:
        post = Membership(
            municipality=town,
            user=user,
            department=invitation.department,
            role=invitation.role,
            valid_from=today,
        )
        post.save()
        invitation.membership = post
        invitation.save(update_fields=["membership"])
        changes.append(change_of(post, Verb.CREATED))
    before = {**snapshot(invitation), "accepted_at": None}
    changes.append(change_of(invitation, Verb.CHANGED, before))
    record(actor_of(user, town, on=today), *changes)


@transaction.atomic
def relocate_invitations(rows: Collection[Invitation], relocation: Relocation) -> None:
    changes = []
    for invitation in rows:
        before = snapshot(invitation, only=["department"])
        invitation.department = relocation.to
        invitation.save(update_fields=["department"])
        changes.append(change_of(invitation, Verb.CHANGED, before, relocation.reason))
    record(relocation.actor, *changes)


def mark_verified(user: User) -> None:
    """The person has shown that the address is theirs: by a link mailed to it, or through their own sign-in service."""
    if user.email:
        EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
        EmailAddress.objects.update_or_create(
            user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
        )
