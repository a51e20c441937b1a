"""Nothing of the second town is ever seen on any address of the first, whoever asks and whatever key they try."""

import pytest
from django.test import Client

from tests.architecture.urls import town_addresses
from tests.world import ROLES, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def worlds():
    return build_world("hinata", "ひなた市", "ひなたの秘密"), build_world("minato", "みなと市", "みなとの秘密")


def client_of(post):
    client = Client()
    client.force_login(post.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_anything_of_the_other_town(worlds, role):
    own, other = worlds
    client = client_of(own.posts[role])
    for address in town_addresses():
        answer = client.get(address.url(own, own, role))
        assert other.word not in text_of(answer), address.name


@pytest.mark.parametrize("role", ROLES)
def test_a_key_of_the_other_town_opens_nothing(worlds, role):
    own, other = worlds
    client = client_of(own.posts[role])
    for address in town_addresses():
        if address.has_key:
            for ask in (client.get, client.post):
                answer = ask(address.url(own, other, role))
                assert answer.status_code in NOTHING_HERE, f"{address.name}: {answer.status_code}"
                assert other.word not in text_of(answer), address.name


@pytest.mark.parametrize("role", ROLES)
def test_a_post_in_one_town_is_nothing_in_the_other(worlds, role):
    own, other = worlds
    client = client_of(own.posts[role])
    for address in town_addresses():
        if not address.name.startswith("public:") and address.name not in OPEN_TO_EVERYONE:
            for ask in (client.get, client.post):
                assert ask(address.url(other, other, role)).status_code == 404, address.name


# Whoever has the link may open these, in whatever town.
OPEN_TO_EVERYONE = {
    "initiatives:feed",
    "municipality:invitation_accept",
    "municipality:invitation_code",
    "surveys_public:enter",
    "surveys_public:open",
    "surveys_public:ticket",
}
# 410: an invitation that is not, or no longer, one of this town.
NOTHING_HERE = {403, 404, 405, 410}
