"""Whatever somebody writes into an address, no page fails: NUL, numbers of any length, the first and the last day."""

import re

import pytest
from django.db import transaction
from django.test import Client

from tests.architecture.access import BACKEND, SERVER_ERROR
from tests.architecture.urls import town_addresses
from tests.world import build_world

JUNK = ("a\x00b", "²", "9" * 40, "1" * 5000, "9999-12-31", "0001-01-01")
PARAMETERS = (
    "barrier", "challenge", "correct", "deadline", "department", "deputy", "for", "indicator", "kind", "level",
    "object_type", "on", "owner", "page", "parent", "plan", "policy", "q", "role", "scope", "sheet", "since", "sort",
    "state", "status", "until", "verb", "wave", "year",
)  # fmt: skip


@pytest.fixture
def visit(db):
    world = build_world("hinata", "ひなた市", "ひなた")
    client = Client(raise_request_exception=False)
    client.force_login(world.posts["admin"].user, backend=BACKEND)

    def failing(urls, data):
        for url in urls:
            with transaction.atomic():
                answer = client.get(url, data)
                if answer.status_code >= SERVER_ERROR:
                    yield url
                transaction.set_rollback(True)

    return world, failing


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:12])
def test_no_page_fails_over_a_parameter(visit, junk):
    world, failing = visit
    urls = [address.url(world, world, "admin") for address in town_addresses()]
    assert list(failing(urls, dict.fromkeys(PARAMETERS, junk))) == []


@pytest.mark.parametrize("digits", [19, 30])
def test_no_page_fails_over_a_key_that_no_database_holds(visit, digits):
    world, failing = visit
    keyed = [address.url(world, world, "admin") for address in town_addresses() if address.has_key]
    assert list(failing([re.sub(r"/\d+(?=/|$)", "/" + "9" * digits, url) for url in keyed], {})) == []
