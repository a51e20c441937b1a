"""Which right opens which operation: written down here, for every operation there is."""

import re

import pytest
from django_scopes import scope

from kiun.config.api import api
from kiun.goals import access
from kiun.momentum.access import READ as READ_MOMENTUM
from kiun.surveys.access import READ as READ_SURVEYS
from tests.api.conftest import ALL_RIGHTS, Caller, Town, issue

READ, WRITE, MEASURE, PUSH = access.READ, access.WRITE, access.MEASURE, access.PUSH
RIGHTS = {
    "GET /town": READ,
    "GET /departments": READ,
    "GET /plans": READ,
    "POST /plans": WRITE,
    "GET /plans/{id}": READ,
    "PATCH /plans/{id}": WRITE,
    "GET /policies": READ,
    "POST /policies": WRITE,
    "GET /policies/{id}": READ,
    "PATCH /policies/{id}": WRITE,
    "GET /challenges": READ,
    "POST /challenges": WRITE,
    "GET /challenges/{id}": READ,
    "PATCH /challenges/{id}": WRITE,
    "GET /goals": READ,
    "POST /goals": WRITE,
    "GET /goals/{id}": READ,
    "PATCH /goals/{id}": WRITE,
    "POST /goals/{id}/end": WRITE,
    "GET /indicators": READ,
    "POST /indicators": WRITE,
    "GET /indicators/{id}": READ,
    "PATCH /indicators/{id}": WRITE,
    "POST /indicators/{id}/end": WRITE,
    "GET /indicators/{id}/series": READ,
    "POST /indicators/{id}/measurements": MEASURE,
    "GET /measurements": READ,
    "GET /measurements/{id}": READ,
    "DELETE /measurements/{id}": MEASURE,
    "GET /sources": READ,
    "GET /sources/{slug}/readings": READ,
    "POST /sources/{slug}/readings": PUSH,
    "GET /momentum/waves": READ_MOMENTUM,
    "GET /momentum/waves/{wave}/units": READ_MOMENTUM,
    "GET /surveys": READ_SURVEYS,
    "GET /surveys/{survey}/results": READ_SURVEYS,
}


def operations() -> set[str]:
    paths = api.get_openapi_schema()["paths"]
    return {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, item in paths.items() for method in item}


def call(caller: Caller, operation: str) -> int:
    """Keys that are nobody's: whoever may come in gets a 404 or a 422, whoever may not a 403."""
    method, path = operation.split(" ")
    path = re.sub(r"{\w+}", "999999999", path.replace("{slug}", "nobody"))
    body = None if method in {"GET", "DELETE"} else {}
    return int(caller.call(method, path, body).status_code)


def test_every_operation_stands_in_the_matrix() -> None:
    assert operations() == set(RIGHTS)


@pytest.mark.parametrize("right", [*ALL_RIGHTS, READ_MOMENTUM, READ_SURVEYS])
def test_a_key_with_one_right_does_only_that(home: Town, right: str) -> None:
    caller = Caller(issue(home, right))
    allowed = {operation for operation in RIGHTS if call(caller, operation) != 403}
    assert allowed == {operation for operation, needed in RIGHTS.items() if needed == right}


def test_a_key_of_a_source_brings_values_and_does_nothing_else(home: Town) -> None:
    caller = Caller(issue(home, *ALL_RIGHTS, source="counter"))
    allowed = {operation for operation in RIGHTS if call(caller, operation) != 403}
    assert allowed == {"POST /sources/{slug}/readings"}


def test_a_key_of_a_source_brings_values_of_that_source_only(home: Town) -> None:
    with scope(municipality=home.town):
        type(home.program)(municipality=home.town, slug="other", label="別").save()
    body = {"readings": [{"on": "2026-03-31", "value": "36"}]}
    caller = Caller(issue(home, PUSH, source="counter"))
    assert caller.post("/sources/counter/readings", body).status_code == 200
    refused = caller.post("/sources/other/readings", body, Accept_Language="en")
    assert (refused.status_code, refused.json()["detail"]) == (
        403, "This key only brings values of the source “counter”.",
    )  # fmt: skip


def test_what_is_missing_is_named(home: Town) -> None:
    answer = Caller(issue(home, READ)).post("/plans", {}, Accept_Language="en")
    assert answer.json()["detail"] == (
        "The key lacks the right “goals:write”. The DX office of your municipality can issue another one."
    )
