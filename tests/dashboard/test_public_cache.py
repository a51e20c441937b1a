"""Public pages are kept in memory: one copy for each address, whatever anybody appends to it."""

import pytest
from django.core.cache import caches

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def test_a_thousand_addresses_of_one_page_are_one_page(hinata, client):
    answers = [client.get(f"/p/hinata/?x={number}") for number in range(3)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, "/p/hinata/")] * 3
    assert len(caches["pages"]._cache) == 0
    assert client.get("/p/hinata/").status_code == 200
    assert len(caches["pages"]._cache) == 1


def test_a_page_that_is_closed_again_is_not_answered_from_memory(hinata, client):
    tag = client.get("/p/hinata/").headers["ETag"]
    hinata.is_public = False
    hinata.save()
    assert client.get("/p/hinata/", headers={"If-None-Match": tag}).status_code == 404
