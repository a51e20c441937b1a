"""Nothing of the second town opens on any address of the first, whoever asks and whatever key they try. What pages show
is read in test_every_address.py.
"""

import pytest
from django.test import Client

from tests.architecture.access import Answer, visit, visitor
from tests.architecture.urls import town_addresses
from tests.world import ROLES, build_world


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_the_other_town_is_closed(role: str) -> None:
    own, other = build_world("hinata", "ひなた市", "ひなたの秘密"), build_world("minato", "みなと市", "みなとの秘密")
    client = visitor(role, own, other)
    for address in town_addresses():
        if address.has_key:
            for answer in _both_ways(client, address.url(own, other, role)):
                assert answer.status in NOTHING_HERE, f"{address.name}: {answer.status}"
                assert other.word not in answer.text, address.name
        # A post in one town is nothing in the other: decided before any view looks at how it is asked.
        if not address.name.startswith("public:") and address.name not in OPEN_TO_EVERYONE:
            assert visit(client, address.url(other, other, role), posting=address.has_key).status == 404, address.name


def _both_ways(client: Client, url: str) -> list[Answer]:
    return [visit(client, url), visit(client, url, posting=True)]


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
