"""Signing in: passwords, lockout, links by mail, OIDC, invitations; and that no answer tells who has an account."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.activity.queries import town_version
from kiun.municipality.models import Invitation, Membership, Role
from kiun.municipality.services import invite, issue_first_sign_in, revoke_invitation
from kiun.municipality.sign_in import SocialAccountAdapter, known_user, verified_addresses
from kiun.municipality.templatetags.municipality import device_words
from tests.factories import make_actor, make_membership, make_town, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
NEW_PASSWORD = "kawa no nagare 2026"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()
    yield
    cache.clear()


def sign_in(client, name, password=PASSWORD):
    return client.post(LOGIN, {"login": name, "password": password})


@pytest.mark.parametrize("by", ["email", "username"])
def test_name_or_address_and_password(client, by):
    user = make_user()
    response = sign_in(client, getattr(user, by))
    assert (response.status_code, client.session["_auth_user_id"]) == (302, str(user.pk))


@pytest.mark.parametrize(("is_shared", "address"), [(False, "127.0.0.1"), (True, "")])
def test_signing_in_is_recorded_in_each_town_and_changes_no_page(client, is_shared, address):
    """From where somebody signs in for one town is no business of the other."""
    town, second, former = make_town(), make_town("second"), make_town("former")
    user = make_membership(town).user
    if is_shared:
        make_membership(second, user=user)
    make_membership(former, user=user, valid_to=timezone.localdate() - timedelta(days=1))
    sign_in(client, user.username, "wrong")
    sign_in(client, user.username)
    for place, expected in ((town, 1), (second, int(is_shared)), (former, 0)):
        with scope(municipality=place):
            entries = AuditEntry.objects.filter(verb="signed_in")
            assert [(e.user, e.object_type, e.label, e.address) for e in entries] == [
                (user, "municipality.user", str(user), address)
            ] * expected
            assert [e.before | e.after for e in entries] == [{}] * expected
            assert town_version(place) == 0


def test_after_signing_in_the_persons_language_is_spoken(client):
    user = make_user(language="en")
    response = sign_in(client, user.username)
    assert response.cookies["django_language"].value == "en"
    assert 'lang="en"' in client.get("/accounts/2fa/").content.decode()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client):
    user = make_user()
    answers = {
        str(sign_in(client, name, "wrong").context["form"].non_field_errors()) for name in (user.username, "nobody")
    }
    assert len(answers) == 1


def test_after_five_failures_the_account_is_locked_for_a_while(client):
    user = make_user()
    for _attempt in range(5):
        sign_in(client, user.username, "wrong")
    with translation.override("ja"):
        form = sign_in(client, user.username).context["form"]
        assert form.non_field_errors() == [
            "サインインの失敗が続いたため、しばらく止めています。15分待つか、パスワードを新しく決めてください。"
        ]
    assert "_auth_user_id" not in client.session


def test_who_may_not_sign_in_is_told_where_to_ask(client):
    user = make_user(is_active=False)
    assert sign_in(client, user.username)["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200


def test_the_answer_to_a_forgotten_password_tells_nobody_who_has_an_account(client):
    user = make_user()
    known = client.post("/accounts/password/reset/", {"email": user.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_a_failing_mail_server_tells_nothing_either(client, settings):
    settings.EMAIL_BACKEND = "tests.municipality.test_sign_in.BrokenBackend"
    user = make_user()
    assert client.post("/accounts/password/reset/", {"email": user.email}).status_code == 302


class BrokenBackend:
    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_the_link_sets_a_first_password_and_proves_the_address(client):
    user = make_user()
    user.set_unusable_password()
    user.save()
    client.post("/accounts/password/reset/", {"email": user.email})
    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert client.get(link, follow=True).context["token_fail"]


def test_nobody_registers_by_themselves_or_changes_the_address(client):
    values = {"email": "x@example.com", "username": "x", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/signup/", values)
    assert "_auth_user_id" not in client.session
    client.force_login(make_user())
    assert client.get("/accounts/email/").status_code == 404


def test_signing_out_everywhere_else(settings):
    user = make_user()
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, user.username)
        client.get("/accounts/sessions/")
    here.post("/accounts/sessions/")
    assert ("_auth_user_id" in here.session, "_auth_user_id" in there.session) == (True, False)


@pytest.mark.parametrize(
    "path",
    [
        "logout/",
        "password/change/",
        "reauthenticate/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/recovery-codes/generate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "sessions/",
        "3rdparty/",
    ],
)
def test_every_page_of_signing_in_is_drawn_in_our_manner(client, path):
    user = make_user()
    sign_in(client, user.username)
    page = client.get(f"/accounts/{path}", follow=True)
    text = page.content.decode()
    assert page.status_code == 200
    assert ("k-plain__card" in text, "<script>" in text, 'style="' in text) == (True, False, False)


@pytest.mark.parametrize("address", ["aoi@hinata.example.jp", ""])
def test_a_second_factor_needs_no_proven_address(client, address):
    user = make_user()
    user.email = address
    user.save()
    sign_in(client, user.username)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    if address:
        client.post("/accounts/password/reset/", {"email": address})  # from here on allauth holds it, as not proven
    assert list(EmailAddress.objects.values_list("email", "verified")) == ([(address, False)] if address else [])
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200
    page = client.get("/accounts/2fa/totp/activate/")
    code = hotp_value(page.context["form"].secret, next(yield_hotp_counters_from_time()))
    client.post("/accounts/2fa/totp/activate/", {"code": format_hotp_value(code)})
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def social(email="aoi@hinata.example.jp", *, verified=True, domains=None):
    app = SimpleNamespace(settings={"email_domains": domains} if domains else {})
    connected = []
    return SimpleNamespace(
        is_existing=False,
        state={"process": "login"},
        provider=SimpleNamespace(app=app),
        email_addresses=[EmailAddress(email=email, verified=verified)],
        connect=lambda request, user: connected.append(user),
        connected=connected,
    )


def test_oidc_leads_to_the_account_that_has_the_verified_address(rf):
    user = make_user()
    user.email = "aoi@hinata.example.jp"
    user.save()
    login = social("Aoi@hinata.example.jp")
    SocialAccountAdapter().pre_social_login(rf.get("/"), login)
    assert login.connected == [user]
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.parametrize(
    "login",
    [
        social("nobody@hinata.example.jp"),
        social(verified=False),
        social(domains=["minato.example.jp"]),
    ],
)
def test_oidc_opens_no_account(rf, login):
    user = make_user()
    user.email = "aoi@hinata.example.jp"
    user.save()
    with pytest.raises(ImmediateHttpResponse) as caught:
        SocialAccountAdapter().pre_social_login(rf.get("/"), login)
    assert (caught.value.response.status_code, login.connected) == (403, [])


@pytest.fixture(params=["existing", "connect"])
def connection(request):
    """Turns a login into one that is connected already, or is about to be."""

    def connected(login):
        login.is_existing = request.param == "existing"
        login.state = {"process": "connect" if request.param == "connect" else "login"}
        return login

    return connected


@pytest.mark.parametrize(
    "login", [social(domains=["minato.example.jp"]), social(domains=["hinata.example.jp"], verified=False)]
)
def test_a_connection_of_somebody_from_outside_the_domain_opens_nothing(rf, connection, login):
    with pytest.raises(ImmediateHttpResponse) as caught:
        SocialAccountAdapter().pre_social_login(rf.get("/"), connection(login))
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("login", [social(), social(verified=False), social(domains=["hinata.example.jp"])])
def test_other_connections_go_on(rf, connection, login):
    assert SocialAccountAdapter().pre_social_login(rf.get("/"), connection(login)) is None


def test_oidc_is_no_way_around_a_stopped_account():
    user = make_user(is_active=False)
    assert known_user([user.email]) is None
    assert verified_addresses(social(domains=["hinata.example.jp"])) == ["aoi@hinata.example.jp"]


@pytest.fixture
def invited():
    town = make_town()
    admin = make_actor(town, on=timezone.localdate())
    with scope(municipality=town):
        invitation, secret = invite(actor=admin, name="青山 蓮", email="ren@example.com", role=Role.MEMBER)
    url = reverse("municipality:invitation_accept", kwargs={"town": "hinata", "secret": secret})
    return SimpleNamespace(town=town, admin=admin, invitation=invitation, secret=secret, url=url)


def accept(client, url, **values):
    return client.post(url, {"name": "青山 蓮", "password": NEW_PASSWORD, "again": NEW_PASSWORD, **values})


def test_an_invitation_leads_in(client, invited):
    assert client.get(invited.url).status_code == 200
    assert accept(client, invited.url)["Location"] == "/"
    with scope(municipality=invited.town):
        post = Membership.objects.get(user__email="ren@example.com")
    assert client.session["_auth_user_id"] == str(post.user_id)
    assert client.get(invited.url).status_code == 410


def test_a_mistake_on_the_way_in_is_said_beside_its_field(client, invited):
    assert "again" in accept(client, invited.url, again="another one 2026").context["form"].errors
    assert "password" in accept(client, invited.url, password="12345", again="12345").context["form"].errors
    assert "_auth_user_id" not in client.session


def test_a_dead_link_says_why(client, invited):
    with scope(municipality=invited.town):
        revoke_invitation(actor=invited.admin, invitation=Invitation.objects.get())
    assert client.get(invited.url).status_code == 410
    assert client.get("/t/hinata/invitations/nothing/").status_code == 404


def test_the_link_of_another_town_opens_nothing(client, invited):
    make_town("minato", "みなと市")
    assert client.get(invited.url.replace("hinata", "minato")).status_code == 404


def test_an_existing_account_signs_in_to_accept(client, invited):
    user = make_user()
    user.email = "ren@example.com"
    user.save()
    assert "form" not in client.get(invited.url).context
    accept(client, invited.url)
    user.refresh_from_db()
    assert (user.check_password(NEW_PASSWORD), "_auth_user_id" in client.session) == (False, False)
    client.force_login(make_user())
    client.post(invited.url)
    with scope(municipality=invited.town):
        assert not Membership.objects.filter(user=user).exists()
        client.force_login(user)
        client.post(invited.url)
        assert Membership.objects.filter(user=user).count() == 1


def test_the_first_sign_in_by_paper(client, invited):
    user = make_user()
    user.set_unusable_password()
    user.save()
    post = make_membership(invited.town, user=user)
    with scope(municipality=invited.town):
        [(_post, code)] = issue_first_sign_in(actor=invited.admin, posts=[post])
    response = client.post("/t/hinata/invitations/code/", {"code": code.lower()}, follow=True)
    accept(client, response.request["PATH_INFO"])
    assert client.session["_auth_user_id"] == str(user.pk)


def test_codes_cannot_be_tried_out(client, invited):
    for _attempt in range(31):
        response = client.post("/t/hinata/invitations/code/", {"code": "ABCD-EFGH-JKMN-PQRS"})
    assert len(response.context["form"].errors["code"]) == 1
    assert accept(client, invited.url).status_code == 429


def test_a_whole_town_hall_signs_in_for_the_first_time_from_one_address(client, invited):
    for _person in range(40):
        assert client.post("/t/hinata/invitations/code/", {"code": invited.secret}).status_code == 302
    assert accept(client, invited.url, again="another one 2026").status_code == 200
    assert accept(client, invited.url).status_code == 302


def test_links_cannot_be_tried_out_either(client, invited):
    for _attempt in range(31):
        accept(client, "/t/hinata/invitations/ABCD-EFGH-JKMN-PQRS/")
    assert accept(client, invited.url).status_code == 429


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("curl/8", "curl/8"),
    ],
)
def test_devices_are_named_in_plain_words(agent, words):
    assert device_words(agent) == words


def test_the_page_says_sign_in_and_sign_out_in_one_manner(client):
    user = make_user()
    client.cookies["django_language"] = "ja"
    signed_in = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, follow=True)
    assert [str(message) for message in signed_in.context["messages"]] == []
    elsewhere = client.post("/accounts/sessions/", follow=True)
    assert [str(message) for message in elsewhere.context["messages"]] == ["ほかの端末ではサインアウトしました。"]
    signed_out = client.post("/accounts/logout/", follow=True)
    assert [str(message) for message in signed_out.context["messages"]] == ["サインアウトしました。"]
