from typing import Any

from django_scopes import scope

from kiun.activity.models import AuditEntry
from kiun.goals.models import Plan
from tests.api.conftest import Caller, Town
from tests.factories import make_plan, make_policy


def test_plans_are_read(caller: Caller, home: Town) -> None:
    expected = {
        "id": home.plan.pk,
        "name": "デジタル変革推進計画",
        "edition": "",
        "first_year": 2024,
        "last_year": 2028,
        "predecessor_id": None,
        "status": "current",
        "is_public": True,
        "summary": "",
    }
    assert caller.get(f"/plans/{home.plan.pk}").json() == expected
    page = caller.get("/plans").json()
    assert (page["items"], page["next"]) == ([expected], None)


def test_a_plan_is_added(caller: Caller, home: Town) -> None:
    body = {
        "name": "第2次計画",
        "first_year": 2029,
        "last_year": 2033,
        "status": "draft",
        "predecessor_id": home.plan.pk,
    }
    answer = caller.post("/plans", body)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in body} == body
    with scope(municipality=home.town):
        assert Plan.objects.get(name="第2次計画").municipality == home.town


def test_the_same_plan_twice_is_refused(caller: Caller, home: Town) -> None:
    answer = caller.post("/plans", {"name": home.plan.name, "first_year": 2024, "last_year": 2028})
    assert (answer.status_code, answer.json()["field"]) == (400, "edition")
    with scope(municipality=home.town):
        assert Plan.objects.count() == 1


def test_what_contradicts_itself_is_refused_in_a_sentence(caller: Caller, home: Town) -> None:
    answer = caller.post("/plans", {"name": "逆", "first_year": 2030, "last_year": 2024}, Accept_Language="en")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "The last fiscal year lies before the first."


def test_what_does_not_fit_the_description_is_listed(caller: Caller, home: Town) -> None:
    answer = caller.post("/plans", {"name": "", "first_year": "x", "colour": "red"}, Accept_Language="en")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "name", "message": "This text is too short."},
        {"field": "first_year", "message": "Input should be a valid integer, unable to parse string as an integer"},
        {"field": "last_year", "message": "This field is required."},
        {"field": "colour", "message": "There is no such field."},
    ]


def test_a_nul_character_is_refused(caller: Caller, home: Town) -> None:
    body = {"name": "a\u0000b", "first_year": 2024, "last_year": 2028}
    assert caller.post("/plans", body).json()["errors"][0]["field"] == "name"


def test_a_plan_is_changed_with_its_reason_on_record(caller: Caller, home: Town) -> None:
    body = {"summary": "市民の時間を返す", "reason": "議会での説明", "version": 2**62}
    assert caller.patch(f"/plans/{home.plan.pk}", body).json()["summary"] == "市民の時間を返す"
    with scope(municipality=home.town):
        entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.reason, entry.before, entry.after) == (
        "議会での説明", {"summary": ""}, {"summary": "市民の時間を返す"},
    )  # fmt: skip


def test_null_is_no_value_of_a_name(caller: Caller, home: Town) -> None:
    assert caller.patch(f"/plans/{home.plan.pk}", {"name": None, "version": 2**62}).status_code == 422


def test_policies_form_a_tree(caller: Caller, home: Town) -> None:
    body = {"plan_id": home.plan.pk, "parent_id": home.policy.pk, "code": "1-1", "name": "書かない窓口"}
    added = caller.post("/policies", body)
    expected = {**body, "id": added.json()["id"], "order": 0, "depth": 1}
    assert (added.status_code, added.json()) == (201, expected)
    renamed = caller.patch(f"/policies/{expected['id']}", {"name": "待たない窓口", "version": 2**62})
    assert renamed.json() == {**expected, "name": "待たない窓口"}
    assert caller.get(f"/policies/{expected['id']}").json() == {**expected, "name": "待たない窓口"}


def test_policies_of_one_plan(caller: Caller, home: Town) -> None:
    other = make_plan(home.town, name="別の計画")
    make_policy(other, "別の施策")
    names = [item["name"] for item in caller.get(f"/policies?plan_id={other.pk}").json()["items"]]
    assert names == ["別の施策"]


def test_a_parent_of_another_plan_is_refused(caller: Caller, home: Town) -> None:
    foreign = make_policy(make_plan(home.town, name="別の計画"))
    answer = caller.post("/policies", {"plan_id": home.plan.pk, "parent_id": foreign.pk, "name": "x"})
    assert (answer.status_code, answer.json()["field"]) == (400, "parent_id")


def test_challenges(caller: Caller, home: Town) -> None:
    body = {
        "plan_id": home.plan.pk,
        "policy_id": home.policy.pk,
        "text": "窓口が混む",
        "background": "月曜に集中",
        "department_id": home.department.pk,
    }
    added = caller.post("/challenges", body)
    answer: dict[str, Any] = added.json()
    assert added.status_code == 201
    assert answer["department"] == {"id": home.department.pk, "name": "市民課"}
    assert (answer["text"], answer["background"], answer["policy_id"]) == ("窓口が混む", "月曜に集中", home.policy.pk)
    cleared = caller.patch(f"/challenges/{answer['id']}", {"department_id": None, "version": 2**62}).json()
    assert (cleared["department"], cleared["text"]) == (None, "窓口が混む")
    assert caller.get("/challenges").json()["items"] == [cleared]
    assert caller.get(f"/challenges/{answer['id']}").json() == cleared


def test_pages_are_turned_by_key(caller: Caller, home: Town) -> None:
    made = [make_policy(home.plan, f"施策{number}").pk for number in range(4)]
    keys = [home.policy.pk, *made]
    first = caller.get("/policies?limit=2").json()
    assert ([item["id"] for item in first["items"]], first["next"]) == (keys[:2], keys[1])
    second = caller.get(f"/policies?limit=2&after={first['next']}").json()
    assert ([item["id"] for item in second["items"]], second["next"]) == (keys[2:4], keys[3])
    last = caller.get(f"/policies?limit=2&after={second['next']}").json()
    assert ([item["id"] for item in last["items"]], last["next"]) == (keys[4:], None)


def test_a_page_has_its_limits(caller: Caller) -> None:
    assert [caller.get(f"/plans?limit={limit}").status_code for limit in (0, 1, 1000, 1001)] == [422, 200, 200, 422]


def test_departments(caller: Caller, home: Town) -> None:
    assert caller.get("/departments").json()["items"] == [
        {
            "id": home.department.pk,
            "code": "",
            "name": "市民課",
            "parent_id": None,
            "valid_from": None,
            "valid_to": None,
        }
    ]
