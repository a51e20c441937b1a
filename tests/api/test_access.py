"""Who comes in: by a valid key, as the post that made it, into its own town, not too often."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from kiun.activity.models import AuditEntry
from kiun.municipality.models import ApiToken, Role
from tests.api.conftest import Caller, Town, issue

UNKNOWN = "Show a valid access key: “Authorization: Bearer …”. It may be wrong, revoked or expired."
LEFT = "This key no longer works: whoever created it has left the DX office. Ask there for another key."


def in_english(caller: Caller, path: str = "/town") -> Any:
    return caller.get(path, Accept_Language="en")


def the_key(home: Town) -> ApiToken:
    with scope(municipality=home.town):
        return ApiToken.objects.get()


def change_key(home: Town, **fields: Any) -> None:
    with scope(municipality=home.town):
        ApiToken.objects.update(**fields)


def test_a_key_opens_its_own_town(caller: Caller, home: Town, abroad: Town) -> None:
    answer = caller.get("/town")
    assert (answer.status_code, answer.json()["slug"]) == (200, "hinata")
    assert Caller(issue(abroad)).get("/town").json()["slug"] == "kasumi"


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", "Basic YTpi", "Token abc"])
def test_without_a_valid_key_there_is_a_401_in_words(home: Town, shown: str) -> None:
    answer = Caller().get("/plans", Authorization=shown, Accept_Language="en")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json() == {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": UNKNOWN}


def test_a_session_is_no_key(home: Town) -> None:
    caller = Caller()
    caller.client.force_login(home.post.user, backend="django.contrib.auth.backends.ModelBackend")
    assert caller.get("/plans").status_code == 401


def test_a_revoked_or_expired_key_is_an_unknown_one(caller: Caller, home: Town) -> None:
    change_key(home, revoked_at=timezone.now())
    assert in_english(caller).json()["detail"] == UNKNOWN
    change_key(home, revoked_at=None, expires_at=timezone.now() - timedelta(seconds=1))
    assert in_english(caller).json()["detail"] == UNKNOWN
    change_key(home, expires_at=timezone.now() + timedelta(hours=1))
    assert in_english(caller).status_code == 200


@pytest.mark.parametrize(
    "ending", [{"valid_to": date(2026, 1, 31)}, {"role": Role.MEMBER}, {"valid_from": date(2199, 4, 1)}]
)
def test_a_key_stops_with_the_post_that_made_it(caller: Caller, home: Town, ending: dict[str, Any]) -> None:
    with scope(municipality=home.town):
        for name, value in ending.items():
            setattr(home.post, name, value)
        home.post.save()
    answer = in_english(caller)
    assert (answer.status_code, answer.json()["detail"]) == (401, LEFT)


def test_a_key_stops_with_the_account(caller: Caller, home: Town) -> None:
    home.post.user.is_active = False
    home.post.user.save()
    assert in_english(caller).json()["detail"] == LEFT


def test_too_many_requests_are_told_to_wait(caller: Caller, home: Town, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    cache.clear()
    codes = [in_english(caller).status_code for _ in range(8)]
    # A minute may end in between.
    assert codes[:3] == [200, 200, 200]
    assert 429 in codes
    answer = next(a for a in (in_english(caller) for _ in range(8)) if a.status_code == 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.json()["detail"] == "More than 3 requests in one minute. Please wait until the next minute."


def test_each_key_has_its_own_limit(caller: Caller, home: Town, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    for _ in range(4):
        caller.get("/town")
    assert Caller(issue(home)).get("/town").status_code == 200


def test_the_last_use_is_noted_once_a_minute(caller: Caller, home: Town) -> None:
    caller.get("/town")
    first = the_key(home).last_used_at
    assert first is not None
    caller.get("/town")
    assert the_key(home).last_used_at == first
    change_key(home, last_used_at=first - timedelta(seconds=61))
    caller.get("/town")
    noted = the_key(home).last_used_at
    assert noted is not None
    assert noted >= first


def test_the_record_names_the_key_and_the_person(caller: Caller, home: Town) -> None:
    caller.post("/policies", {"plan_id": home.plan.pk, "name": "新しい施策"})
    with scope(municipality=home.town):
        entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.actor, entry.user, entry.via, entry.address) == (
        "連携プログラム", home.post.user, "api", "127.0.0.1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/plans", 405), ("GET", "/plans/abc", 422), ("GET", "/plans/0", 422)],
)
def test_no_answer_is_a_page(caller: Caller, method: str, path: str, status: int) -> None:
    answer = caller.call(method, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_wrong_method_names_the_right_ones(caller: Caller) -> None:
    assert caller.call("PUT", "/town").headers["Allow"] == "GET"


def test_sentences_are_japanese_unless_english_is_asked_for(caller: Caller) -> None:
    assert caller.get("/plans/99").json()["detail"] == "この自治体には見つかりません。"
    assert in_english(caller, "/plans/99").json()["detail"] == "This was not found in your municipality."


def test_a_body_that_is_no_json_is_said_so(caller: Caller) -> None:
    answer = caller.client.post(
        "/api/v1/plans",
        b"{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {caller.secret}", "Accept-Language": "en"},
    )
    assert (answer.status_code, answer.json()["detail"]) == (400, "The body of the request is not readable JSON.")


def test_answers_are_kept_by_nobody_else(caller: Caller) -> None:
    answer = caller.get("/town")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]


def test_the_description_is_open(db: None) -> None:
    answer = Caller().get("/openapi.json")
    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")


def test_a_failure_inside_changes_nothing_and_says_so(caller: Caller, home: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr("kiun.goals.api.plans.add_policy", _write_and_fail)
    answer = caller.post("/policies", {"plan_id": home.plan.pk, "name": "途中"}, Accept_Language="en")
    assert (answer.status_code, answer.json()["detail"]) == (
        500, "Something went wrong in Kiun itself. Nothing has been changed.",
    )  # fmt: skip
    with scopes_disabled():
        assert list(type(home.policy).objects.values_list("name", flat=True)) == ["フロントヤード改革"]


def _write_and_fail(*, actor: Any, policy: Any) -> None:
    policy.municipality = actor.municipality
    policy.save()
    raise RuntimeError("after the write")
