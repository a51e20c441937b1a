"""Arbitrary requests, always the same ones: none makes Kiun fail, and every answer is as the description says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kiun.config.wsgi import application
from tests.api.conftest import Town, issue

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# A state that no change has reached yet: requests get past the question whether somebody else was faster.
NEWEST = 2**62


@pytest.fixture
def secret(home: Town, settings: Any) -> str:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    return issue(home)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """A web server closes connections between requests; here, the test's transaction lives in the only one."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
@schema.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_fails_and_answers_are_as_described(case: Any, home: Town, secret: str) -> None:
    _aim_at_rows_that_exist(case, home)
    response = case.call(headers={"Authorization": f"Bearer {secret}"})
    case.validate_response(response, checks=CHECKS)


def _aim_at_rows_that_exist(case: Any, home: Town) -> None:
    """Half of the keys; the other half stays arbitrary."""
    rows = {
        "plan": home.plan.pk,
        "policy": home.policy.pk,
        "goal": home.goal.pk,
        "indicator": home.indicator.pk,
        "department": home.department.pk,
        "owner": home.post.pk,
        "deputy": home.post.pk,
    }
    place = case.operation.path.split("/")[3].rstrip("s")
    parameters = case.path_parameters or {}
    if isinstance(parameters.get("id"), int) and parameters["id"] % 2 and place in rows:
        parameters["id"] = rows[place]
    if len(parameters.get("slug", "")) % 2:
        parameters["slug"] = home.program.slug
    for target in (case.body, case.query):
        if not isinstance(target, dict):
            continue
        for name, pk in rows.items():
            value = target.get(f"{name}_id")
            if isinstance(value, int) and value % 2:
                target[f"{name}_id"] = pk
        if isinstance(target.get("version"), int):
            target["version"] = NEWEST
