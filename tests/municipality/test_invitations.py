"""The way in: an invitation works once, for its address, for fourteen days, and its secret is nowhere to be read."""

import logging
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.kernel import events
from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import system_actor
from kiun.municipality.events import InvitationSent
from kiun.municipality.models import Invitation, Membership, Role, User
from kiun.municipality.models.access import draw_code, hash_secret, normalise_secret
from kiun.municipality.queries import open_invitation
from kiun.municipality.services import (
    accept_as_existing_account,
    accept_with_new_account,
    invite,
    issue_first_sign_in,
    resend_invitation,
    revoke_invitation,
)
from kiun.municipality.services.invitations import check_is_open, invite_founder, revoke_open_invitations
from tests.factories import make_actor, make_department, make_membership, make_town, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "kawa no nagare 2026"
NEW_PASSWORD = "yama no midori 2027"


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def scoped(town):
    with scope(municipality=town):
        yield


@pytest.fixture
def admin(town):
    return make_actor(town, on=timezone.localdate())


@pytest.fixture
def mails(monkeypatch):
    sent = []
    monkeypatch.setitem(events._in_transaction, InvitationSent, [sent.append])
    return sent


def invited(admin, **fields):
    return invite(actor=admin, **{"name": "青山 蓮", "email": "ren@example.com", "role": Role.MEMBER, **fields})


def test_an_accepted_invitation_makes_an_account_and_a_post(town, scoped, admin, mails):
    department = make_department(town, "市民課")
    invitation, secret = invited(admin, department=department)
    user = accept_with_new_account(
        invitation=open_invitation(secret), name="青山 蓮", kana="あおやま れん", password=PASSWORD
    )
    post = Membership.objects.get(user=user)
    assert (post.role, post.department, post.valid_from) == (Role.MEMBER, department, timezone.localdate())
    assert (user.email, user.username, user.check_password(PASSWORD)) == ("ren@example.com", "ren@example.com", True)
    invitation.refresh_from_db()
    assert invitation.membership == post


def test_the_mail_holds_the_link(scoped, admin, mails):
    _, secret = invited(admin)
    assert [(mail.address, secret in mail.body, secret in repr(mail)) for mail in mails] == [
        ("ren@example.com", True, False)
    ]


def test_the_secret_is_neither_stored_nor_recorded_nor_logged(scoped, admin, mails, caplog):
    caplog.set_level(logging.DEBUG)
    invitation, secret = invited(admin)
    second = resend_invitation(actor=admin, invitation=invitation)
    accept_with_new_account(invitation=open_invitation(second), name="青山 蓮", password=PASSWORD)
    kept = str(list(AuditEntry.objects.values())) + str(list(Invitation.objects.values())) + caplog.text
    assert [word in kept for word in (secret, second, PASSWORD, hash_secret(second))] == [False, False, False, True]
    assert hash_secret(second) not in str(list(AuditEntry.objects.values()))


def test_it_works_once(scoped, admin, mails):
    invitation, _ = invited(admin)
    accept_with_new_account(invitation=invitation, name="青山 蓮", password=PASSWORD)
    with pytest.raises(DomainError, match=r"already been used|使われ"):
        accept_with_new_account(invitation=invitation, name="別人", password=PASSWORD)
    assert User.objects.filter(email="ren@example.com").count() == 1


def test_a_weak_password_leaves_the_invitation_open(scoped, admin, mails):
    invitation, secret = invited(admin)
    with pytest.raises(DomainError) as caught:
        accept_with_new_account(invitation=invitation, name="青山 蓮", password="1234")
    assert caught.value.field == "password"
    assert open_invitation(secret).is_open(timezone.now())


def test_a_founding_invitation_is_passed_on_by_hand_and_sent_again_by_who_is_there(town, scoped, admin, mails):
    founding = system_actor(town)
    first, _ = invite_founder(actor=founding, name="青山 蓮", email="ren@example.com")
    revoke_open_invitations(actor=founding)
    second, old = invite_founder(actor=founding, name="青山 蓮", email="ren@example.com")
    first.refresh_from_db()
    assert (first.is_open(timezone.now()), second.role, second.invited_by, mails) == (False, Role.ADMIN, None, [])
    resend_invitation(actor=admin, invitation=second)
    second.refresh_from_db()
    assert (second.invited_by, len(mails), open_invitation(old)) == (admin.membership, 1, None)


def test_it_ends_after_fourteen_days(scoped, admin, mails):
    invitation, secret = invited(admin)
    assert invitation.expires_at - timezone.now() > timedelta(days=13, hours=23)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(DomainError):
        check_is_open(open_invitation(secret))


def test_a_withdrawn_or_unknown_one_says_so(scoped, admin, mails):
    invitation, secret = invited(admin)
    revoke_invitation(actor=admin, invitation=invitation)
    sentences = set()
    for found in (open_invitation(secret), open_invitation("nothing")):
        with pytest.raises(DomainError) as caught:
            check_is_open(found)
        sentences.add(caught.value.message)
    assert len(sentences) == 2


def test_sent_again_the_old_link_is_dead(scoped, admin, mails):
    invitation, old = invited(admin)
    new = resend_invitation(actor=admin, invitation=invitation)
    assert (open_invitation(old), open_invitation(new)) == (None, invitation)
    assert len(mails) == 2


def test_an_existing_account_must_sign_in_and_keeps_its_password(town, scoped, admin, mails):
    """Whoever holds the link cannot take over the account that already has this address."""
    user = make_user(name="青山 蓮")
    invitation, _ = invited(admin, email=user.email.upper())
    with pytest.raises(DomainError):
        accept_with_new_account(invitation=invitation, name="x", password=PASSWORD)
    with pytest.raises(DomainError):
        accept_as_existing_account(invitation=invitation, user=make_user())
    accept_as_existing_account(invitation=invitation, user=user)
    user.refresh_from_db()
    assert (user.check_password(PASSWORD), Membership.objects.filter(user=user).count()) == (False, 1)


def signed_in(user):
    browser = Client()
    browser.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return browser


@pytest.mark.parametrize(("first_post_in", "keeps"), [("other town", False), ("this town", True), ("nowhere", True)])
def test_a_way_in_given_by_one_town_opens_no_other(town, scoped, admin, mails, first_post_in, keeps):
    """Attack: the office of one town makes an account under somebody's address, and keeps its password, a passkey, a
    session and a connected account of its own.
    """
    user = make_user(name="青山 蓮")
    if first_post_in == "other town":
        make_membership(make_town("other"), user=user)
    elif first_post_in == "this town":
        make_membership(town, user=user, valid_to=timezone.localdate() - timedelta(days=1))
    user.set_password(PASSWORD)
    user.save()
    attacker, owner = signed_in(user), signed_in(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})
    SocialAccount.objects.create(user=user, provider="minato", uid="1")
    _, secret = invited(admin, email=user.email)
    page = f"/t/{town.slug}/invitations/{secret}/"
    assert list(owner.get(page).context["form"].fields) == ([] if keeps else ["password", "again"])
    answer = owner.post(page, {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert answer.status_code == 302
    assert Authenticator.objects.filter(user=user).exists() is keeps
    assert SocialAccount.objects.filter(user=user).exists() is keeps
    assert (attacker.get("/accounts/sessions/").status_code == 200) is keeps
    assert owner.get("/accounts/sessions/").status_code == 200
    user.refresh_from_db()
    assert (user.check_password(PASSWORD), user.check_password(NEW_PASSWORD)) == (keeps, not keeps)
    assert Membership.objects.filter(user=user, valid_from=timezone.localdate()).count() == 1


@pytest.mark.parametrize("password", ["", "12345", PASSWORD])
def test_without_a_new_password_nobody_joins_a_further_town(town, scoped, admin, mails, password):
    user = make_membership(make_town("other"), user=make_user(name="青山 蓮")).user
    user.set_password(PASSWORD)
    user.save()
    browser = signed_in(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})
    invitation, secret = invited(admin, email=user.email)
    page = browser.post(f"/t/{town.slug}/invitations/{secret}/", {"password": password, "again": password})
    assert "password" in page.context["form"].errors
    with pytest.raises(DomainError):
        accept_as_existing_account(invitation=invitation, user=user, password=password)
    assert (Membership.objects.filter(user=user).exists(), Authenticator.objects.filter(user=user).exists()) == (
        False,
        True,
    )
    assert open_invitation(secret).is_open(timezone.now())


def test_somebody_with_a_post_is_not_invited_again(town, scoped, admin, mails):
    post = make_membership(town)
    with pytest.raises(DomainError) as caught:
        invited(admin, email=post.user.email)
    assert caught.value.field == "email"


def test_the_other_towns_invitation_is_not_there(scoped, admin, mails):
    other = make_town("minato", "みなと市")
    with scope(municipality=other):
        _, secret = invited(make_actor(other, on=timezone.localdate()))
    assert open_invitation(secret) is None


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_the_dx_office_invites(town, scoped, role):
    with pytest.raises(NotAllowedError):
        invited(make_actor(town, role))


def test_first_sign_in_by_paper(town, scoped, admin):
    user = make_user()
    user.set_unusable_password()
    user.save()
    post = make_membership(town, user=user)
    [(issued, code)] = issue_first_sign_in(actor=admin, posts=[post])
    typed = code.lower().replace("-", " ").translate(str.maketrans("abc", "ａｂｃ"))
    accept_with_new_account(invitation=open_invitation(typed), name=user.name, password=PASSWORD)
    user.refresh_from_db()
    assert (issued, user.check_password(PASSWORD), Membership.objects.filter(user=user).count()) == (post, True, 1)


def test_a_code_is_not_issued_for_an_account_that_others_rely_on(town, scoped, admin):
    """Neither for somebody who has a password nor for somebody who also serves another town."""
    with_password = make_membership(town)
    shared = make_user()
    shared.set_unusable_password()
    shared.save()
    here = make_membership(town, user=shared)
    make_membership(make_town("minato", "みなと市"), user=shared)
    assert issue_first_sign_in(actor=admin, posts=[with_password, here]) == []


@pytest.mark.parametrize("since", ["another town", "second factor", "stopped", "ended"])
def test_a_code_opens_no_account_that_has_changed_since_it_was_printed(town, scoped, admin, since):
    """Whoever printed it in one town would otherwise enter the other."""
    user = make_user()
    user.set_unusable_password()
    user.save()
    post = make_membership(town, user=user)
    [(_, code)] = issue_first_sign_in(actor=admin, posts=[post])
    if since == "another town":
        make_membership(make_town("minato", "みなと市"), Role.ADMIN, user=user)
    elif since == "second factor":
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    elif since == "stopped":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        Membership.objects.filter(pk=post.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    with pytest.raises(DomainError):
        accept_with_new_account(invitation=open_invitation(code), name=user.name, password=PASSWORD)
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_codes_are_read_as_people_type_them():
    code = draw_code()
    assert normalise_secret(f" {code.lower()} ") == code
    assert normalise_secret(code.replace("-", "")) == code
    assert normalise_secret("pQ-_" * 10) == "pQ-_" * 10
