"""A key of one town, and everything of another: not read, not written, not even known to be there."""

from typing import Any

import pytest
from django.core import serializers
from django_scopes import scope, scopes_disabled

from kiun.goals.models import (
    Challenge,
    Goal,
    Indicator,
    Measurement,
    Plan,
    Policy,
    PushedReading,
    PushedSource,
    Series,
)
from tests.api.conftest import Caller, Town

MODELS = (Plan, Policy, Challenge, Goal, Indicator, Series, Measurement, PushedSource, PushedReading)
NEWEST = 2**62
LISTS = ("/departments", "/plans", "/policies", "/challenges", "/goals", "/indicators", "/measurements", "/sources")


def everything() -> str:
    with scopes_disabled():
        return "".join(serializers.serialize("json", model.objects.order_by("pk")) for model in MODELS)


@pytest.fixture
def keys(home: Town, abroad: Town) -> dict[str, int]:
    with scope(municipality=abroad.town):
        challenge = Challenge(municipality=abroad.town, plan=abroad.plan, text="他町の課題")
        challenge.save()
        measurement = Measurement.objects.first()
        assert measurement is not None
    return {
        "plan": abroad.plan.pk,
        "policy": abroad.policy.pk,
        "challenge": challenge.pk,
        "goal": abroad.goal.pk,
        "indicator": abroad.indicator.pk,
        "measurement": measurement.pk,
        "department": abroad.department.pk,
        "post": abroad.post.pk,
    }


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_nothing_of_another_town(
    caller: Caller, home: Town, abroad: Town, keys: dict[str, int], path: str
) -> None:
    with scope(municipality=abroad.town):
        Plan.objects.update(name="秘密の計画")
        Policy.objects.update(name="秘密の施策")
        Goal.objects.update(text="秘密の目標")
        Indicator.objects.update(name="秘密の指標")
        Measurement.objects.update(note="秘密の値")
        PushedSource.objects.update(label="秘密の情報源")
        type(abroad.department).objects.update(name="秘密の課")
    answer = caller.get(path)
    assert answer.status_code == 200
    assert "秘密" not in answer.content.decode()
    assert "他町" not in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/plans/{plan}", None),
        ("PATCH", "/plans/{plan}", {"name": "奪"}),
        ("GET", "/policies/{policy}", None),
        ("PATCH", "/policies/{policy}", {"name": "奪"}),
        ("GET", "/challenges/{challenge}", None),
        ("PATCH", "/challenges/{challenge}", {"text": "奪"}),
        ("GET", "/goals/{goal}", None),
        ("PATCH", "/goals/{goal}", {"text": "奪"}),
        ("POST", "/goals/{goal}/end", {"on": "2026-01-01", "reason": "奪"}),
        ("GET", "/indicators/{indicator}", None),
        ("PATCH", "/indicators/{indicator}", {"name": "奪"}),
        ("POST", "/indicators/{indicator}/end", {"on": "2026-01-01", "reason": "奪"}),
        ("GET", "/indicators/{indicator}/series", None),
        ("POST", "/indicators/{indicator}/measurements", {"on": "2026-01-01", "value": "1"}),
        ("GET", "/measurements/{measurement}", None),
        ("DELETE", "/measurements/{measurement}?reason=x", None),
    ],
)
def test_a_key_in_the_address_opens_nothing(
    caller: Caller, keys: dict[str, int], method: str, path: str, body: dict[str, Any] | None
) -> None:
    before = everything()
    # What a change is made from counts only where a change is made.
    versioned = body is not None and "value" not in body
    answer = caller.call(method, path.format(**keys), {**body, "version": NEWEST} if versioned and body else body)
    assert answer.status_code == 404
    assert everything() == before


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        (
            "POST",
            "/plans",
            {"name": "x", "first_year": 2024, "last_year": 2028, "predecessor_id": "plan"},
            "predecessor_id",
        ),
        ("PATCH", "/plans/{own_plan}", {"predecessor_id": "plan"}, "predecessor_id"),
        ("POST", "/policies", {"plan_id": "plan", "name": "x"}, "plan_id"),
        ("POST", "/policies", {"plan_id": "own_plan", "parent_id": "policy", "name": "x"}, "parent_id"),
        ("POST", "/challenges", {"plan_id": "plan", "text": "x"}, "plan_id"),
        ("POST", "/challenges", {"plan_id": "own_plan", "policy_id": "policy", "text": "x"}, "policy_id"),
        ("POST", "/challenges", {"plan_id": "own_plan", "department_id": "department", "text": "x"}, "department_id"),
        ("POST", "/goals", {"plan_id": "plan", "text": "x"}, "plan_id"),
        ("POST", "/goals", {"plan_id": "own_plan", "challenge_id": "challenge", "text": "x"}, "challenge_id"),
        ("PATCH", "/goals/{own_goal}", {"policy_id": "policy"}, "policy_id"),
        ("PATCH", "/goals/{own_goal}", {"department_id": "department"}, "department_id"),
        ("PATCH", "/goals/{own_goal}", {"owner_id": "post"}, "owner_id"),
        ("POST", "/indicators", {"goal_id": "goal", "name": "x", "owner_id": "own_post", "series": {}}, "goal_id"),
        ("POST", "/indicators", {"goal_id": "own_goal", "name": "x", "owner_id": "post", "series": {}}, "owner_id"),
        ("PATCH", "/indicators/{own_indicator}", {"deputy_id": "post"}, "deputy_id"),
        ("PATCH", "/indicators/{own_indicator}", {"owner_id": "post"}, "owner_id"),
    ],
)
def test_a_key_in_the_body_ties_nothing(
    caller: Caller, home: Town, keys: dict[str, int], method: str, path: str, body: dict[str, Any], field: str
) -> None:
    own = {
        "own_plan": home.plan.pk,
        "own_goal": home.goal.pk,
        "own_indicator": home.indicator.pk,
        "own_post": home.post.pk,
    }
    known = {**keys, **own}
    sent = {name: known.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
    if method == "PATCH":
        sent["version"] = NEWEST
    before = everything()
    answer = caller.call(method, path.format(**known), sent)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert everything() == before


def test_filters_by_a_foreign_key_find_nothing(caller: Caller, keys: dict[str, int]) -> None:
    for path in (
        "/policies?plan_id={plan}",
        "/goals?policy_id={policy}",
        "/indicators?goal_id={goal}",
        "/measurements?indicator_id={indicator}",
    ):
        assert caller.get(path.format(**keys)).json()["items"] == []


def test_the_same_short_name_is_another_source_in_each_town(caller: Caller, home: Town, abroad: Town) -> None:
    caller.post("/sources/counter/readings", {"readings": [{"on": "2026-03-31", "value": "1"}]})
    with scope(municipality=abroad.town):
        assert PushedReading.objects.count() == 0
    with scope(municipality=home.town):
        assert PushedReading.objects.count() == 1


def test_a_source_that_only_another_town_has_is_not_there(caller: Caller, abroad: Town) -> None:
    with scope(municipality=abroad.town):
        PushedSource.objects.update(slug="elsewhere")
    body = {"readings": [{"on": "2026-03-31", "value": "1"}]}
    assert caller.post("/sources/elsewhere/readings", body).status_code == 404
    assert caller.get("/sources/elsewhere/readings").status_code == 404
