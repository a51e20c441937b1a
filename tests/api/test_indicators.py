from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from kiun.goals.models import Indicator, IndicatorState, Series
from kiun.municipality.models import Role
from tests.api.conftest import Caller, Town
from tests.factories import make_indicator, make_membership

NEWEST = 2**62


def test_an_indicator_is_read_with_its_terms_and_state(caller: Caller, home: Town) -> None:
    found = caller.get(f"/indicators/{home.indicator.pk}").json()
    assert found["owner"] == {"id": home.post.pk, "name": "緑川 葵"}
    assert found["department"] == {"id": home.department.pk, "name": "市民課"}
    assert (found["source"], found["cadence"], found["grace_days"]) == ("manual", "yearly", 60)
    terms = found["series"]
    assert (terms["unit"], terms["target"], terms["deadline"], terms["baseline"]) == ("%", "60", "2029-03-31", None)
    state = found["state"]
    assert state["latest"] == {"on": "2026-03-31", "value": "36", "is_unavailable": False}
    assert (state["status"], state["outlook"], state["why"], state["readings"]) == (
        "unknown", "unknown", "too_few_points", 3,
    )  # fmt: skip
    assert (state["probability"], state["interval"], state["stale_after"]) == (None, None, "2027-05-30")


def test_a_forecast_has_its_probability_and_interval(caller: Caller, home: Town) -> None:
    readings = {f"{year}-03-31": 20 + 8 * (year - 2022) for year in range(2022, 2027)}
    indicator = make_indicator(home.goal, readings=readings, owner=home.post)
    with scope(municipality=home.town):
        state = IndicatorState.objects.get(indicator=indicator)
    found = caller.get(f"/indicators/{indicator.pk}").json()["state"]
    assert (found["probability"], found["interval"]) == (state.probability, {"low": state.low, "high": state.high})
    assert (found["status"], found["outlook"]) == ("on_track", "high")


def test_a_stale_indicator_says_so_and_keeps_its_outlook(caller: Caller, home: Town) -> None:
    with scope(municipality=home.town):
        yesterday = timezone.localdate() - timedelta(days=1)
        IndicatorState.objects.update(stale_after=yesterday, judgement="late")
    state = caller.get(f"/indicators/{home.indicator.pk}").json()["state"]
    assert (state["status"], state["outlook"]) == ("stale", "low")
    assert [row["id"] for row in caller.get("/indicators?status=stale").json()["items"]] == [home.indicator.pk]
    assert caller.get("/indicators?status=late").json()["items"] == []


def test_an_indicator_is_added_with_its_first_series(caller: Caller, home: Town) -> None:
    body = {
        "goal_id": home.goal.pk,
        "name": "窓口の待ち時間",
        "owner_id": home.post.pk,
        "cadence": "monthly",
        "started_on": "2026-04-01",
        "series": {"unit": "分", "direction": "decrease", "baseline": "24.5", "target": 15, "deadline": "2029-03-31"},
    }
    answer = caller.post("/indicators", body)
    assert answer.status_code == 201
    terms = answer.json()["series"]
    assert (terms["unit"], terms["baseline"], terms["target"], terms["started_on"], terms["number"]) == (
        "分", "24.5", "15", "2026-04-01", 1,
    )  # fmt: skip
    assert answer.json()["state"]["readings"] == 0


def test_a_reader_is_not_put_in_charge(caller: Caller, home: Town) -> None:
    reader = make_membership(home.town, Role.VIEWER)
    body = {"goal_id": home.goal.pk, "name": "x", "owner_id": reader.pk, "series": {}}
    answer = caller.post("/indicators", body)
    assert (answer.status_code, answer.json()["field"]) == (400, "owner")
    for field in ("owner", "deputy"):
        answer = caller.patch(f"/indicators/{home.indicator.pk}", {f"{field}_id": reader.pk, "version": NEWEST})
        assert (answer.status_code, answer.json()["field"]) == (400, field)
    answer = caller.patch(f"/goals/{home.goal.pk}", {"owner_id": reader.pk, "version": NEWEST})
    assert (answer.status_code, answer.json()["field"]) == (400, "owner")


def test_owner_and_deputy_are_two_people(caller: Caller, home: Town) -> None:
    post = home.post.pk
    body = {"goal_id": home.goal.pk, "name": "x", "owner_id": post, "deputy_id": post, "series": {}}
    answer = caller.post("/indicators", body)
    assert (answer.status_code, answer.json()["field"]) == (400, "deputy")
    answer = caller.patch(f"/indicators/{home.indicator.pk}", {"deputy_id": post, "version": NEWEST})
    assert (answer.status_code, answer.json()["field"]) == (400, "deputy")


def test_terms_that_contradict_each_other_are_refused(caller: Caller, home: Town) -> None:
    terms = {"direction": "increase", "baseline": "50", "target": "40"}
    body = {"goal_id": home.goal.pk, "name": "x", "owner_id": home.post.pk, "series": terms}
    answer = caller.post("/indicators", body)
    assert (answer.status_code, answer.json()["field"]) == (400, "target")
    with scope(municipality=home.town):
        assert Indicator.objects.count() == 1


def test_new_terms_need_a_reason(caller: Caller, home: Town) -> None:
    path = f"/indicators/{home.indicator.pk}"
    refused = caller.patch(path, {"series": {"target": "70"}, "version": NEWEST})
    assert (refused.status_code, refused.json()["field"]) == (400, "reason")
    changed = caller.patch(path, {"series": {"target": "70"}, "reason": "中間評価", "version": NEWEST}).json()["series"]
    assert (changed["target"], changed["number"], changed["deadline"]) == ("70", 1, "2029-03-31")


def test_another_unit_begins_a_new_series(caller: Caller, home: Town) -> None:
    body = {"series": {"unit": "件", "target": None}, "reason": "数え方の変更", "version": NEWEST}
    changed = caller.patch(f"/indicators/{home.indicator.pk}", body).json()["series"]
    assert (changed["unit"], changed["number"], changed["target"], changed["reason"]) == ("件", 2, None, "数え方の変更")
    series = caller.get(f"/indicators/{home.indicator.pk}/series").json()["items"]
    assert [(row["number"], row["unit"], row["is_current"]) for row in series] == [(1, "%", False), (2, "件", True)]


def test_an_indicator_ends_with_a_reason_and_is_then_gone(caller: Caller, home: Town) -> None:
    path = f"/indicators/{home.indicator.pk}"
    assert caller.post(f"{path}/end", {"on": "2026-11-01", "version": NEWEST}).json()["field"] == "reason"
    ended = caller.post(f"{path}/end", {"on": "2026-11-01", "reason": "統合", "version": NEWEST})
    assert (ended.status_code, ended.json()["ended_on"]) == (200, "2026-11-01")
    assert caller.get(path).status_code == 404


def test_indicators_are_filtered(caller: Caller, home: Town) -> None:
    fed = make_indicator(home.goal, "自動", owner=home.post, source="pushed:counter")
    assert [row["id"] for row in caller.get("/indicators?source=pushed:counter").json()["items"]] == [fed.pk]
    by_goal = caller.get(f"/indicators?goal_id={home.goal.pk}&plan_id={home.plan.pk}").json()["items"]
    assert [row["id"] for row in by_goal] == [home.indicator.pk, fed.pk]


def test_a_new_value_does_not_contradict_a_change_of_terms(caller: Caller, home: Town) -> None:
    version = caller.get("/indicators").json()["version"]
    caller.post(f"/indicators/{home.indicator.pk}/measurements", {"on": "2026-10-31", "value": "40"})
    answer = caller.patch(f"/indicators/{home.indicator.pk}", {"code": "K1", "version": version})
    assert (answer.status_code, answer.json()["code"]) == (200, "K1")


def test_indicators_cost_the_same_at_one_and_at_thirty(caller: Caller, home: Town) -> None:
    def queries() -> int:
        caller.get("/indicators")  # notes the use of the key, which it does once in a while
        with CaptureQueriesContext(connection) as captured:
            assert caller.get("/indicators").status_code == 200
        return len(captured)

    alone = queries()
    for number in range(29):
        make_indicator(home.goal, f"指標{number}", owner=home.post, deputy=home.post)
    assert queries() == alone
    with scope(municipality=home.town):
        assert Series.objects.count() == 30
