"""No page asks the database more often because there is more to show."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.architecture.urls import town_addresses
from tests.world import Role, build_world

pytestmark = pytest.mark.django_db
FEW, MANY = 1, 30


def queries_of(world):
    client = Client()
    client.force_login(world.posts[Role.ADMIN].user, backend="allauth.account.auth_backends.AuthenticationBackend")
    counts = {}
    for address in town_addresses():
        url = address.url(world, world, Role.ADMIN)
        client.get(url)  # what is remembered once for all is not the page's cost
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts[address.name] = len(captured)
    return counts


def test_thirty_rows_cost_as_many_queries_as_one():
    few = queries_of(build_world("hinata", "ひなた市", "ひなた", size=FEW))
    many = queries_of(build_world("minato", "みなと市", "みなと", size=MANY))
    assert many == few
