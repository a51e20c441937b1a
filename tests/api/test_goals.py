from django_scopes import scope

from kiun.goals.models import Goal
from tests.api.conftest import Caller, Town
from tests.factories import make_goal

VAGUE = "市民サービスの向上を図る"


def test_a_vague_goal_is_saved_and_says_what_it_lacks(caller: Caller, home: Town) -> None:
    answer = caller.post("/goals", {"plan_id": home.plan.pk, "text": VAGUE, "owner_id": home.post.pk})
    goal = answer.json()
    assert answer.status_code == 201
    assert goal["owner"] == {"id": home.post.pk, "name": "緑川 葵"}
    assert goal["lint"]["is_vague"] is True
    assert goal["lint"]["missing"] == ["indicator", "baseline", "target", "deadline"]
    assert [question["part"] for question in goal["lint"]["questions"]] == goal["lint"]["missing"]
    assert "◯" in goal["lint"]["rewrite"]


def test_a_goal_that_says_all_lacks_nothing(caller: Caller, home: Town) -> None:
    text = "オンライン申請の割合を令和5年度の20%から令和10年度末までに60%に高める"
    lint = caller.post("/goals", {"plan_id": home.plan.pk, "text": text}).json()["lint"]
    assert (lint["is_vague"], lint["missing"], lint["questions"]) == (False, [], [])


def test_a_goal_is_changed_in_parts(caller: Caller, home: Town) -> None:
    body = {"code": "A-1", "policy_id": None, "department_id": home.department.pk, "version": 2**62}
    changed = caller.patch(f"/goals/{home.goal.pk}", body).json()
    assert (changed["code"], changed["policy_id"], changed["text"]) == ("A-1", None, home.goal.text)
    assert caller.get(f"/goals/{home.goal.pk}").json() == changed


def test_goals_are_filtered(caller: Caller, home: Town) -> None:
    vague = make_goal(home.plan, VAGUE, is_vague=True)
    assert [goal["id"] for goal in caller.get("/goals?is_vague=true").json()["items"]] == [vague.pk]
    assert [goal["id"] for goal in caller.get("/goals?is_vague=false").json()["items"]] == [home.goal.pk]
    of_policy = caller.get(f"/goals?plan_id={home.plan.pk}&policy_id={home.policy.pk}").json()["items"]
    assert [goal["id"] for goal in of_policy] == [home.goal.pk]


def test_a_goal_ends_with_a_reason(caller: Caller, home: Town) -> None:
    path = f"/goals/{home.goal.pk}/end"
    refused = caller.post(path, {"on": "2026-11-01", "version": 2**62})
    assert (refused.status_code, refused.json()["field"]) == (400, "reason")
    ended = caller.post(path, {"on": "2026-11-01", "reason": "統合のため", "version": 2**62})
    assert (ended.status_code, ended.json()["ended_on"]) == (200, "2026-11-01")


def test_an_owner_that_is_not_there_is_refused(caller: Caller, home: Town) -> None:
    answer = caller.post("/goals", {"plan_id": home.plan.pk, "text": VAGUE, "owner_id": 10**9}, Accept_Language="en")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "owner_id: there is no 1000000000 in your municipality."
    with scope(municipality=home.town):
        assert Goal.objects.count() == 1


def test_goals_cost_the_same_at_one_and_at_thirty(
    caller: Caller, home: Town, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert caller.get("/goals").status_code == 200
        return len(captured)

    caller.get("/goals")
    alone = queries()
    for number in range(29):
        make_goal(home.plan, f"目標{number}", department=home.department, owner=home.post)
    assert queries() == alone
