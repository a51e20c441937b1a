"""ETag, If-None-Match, If-Match and `version`."""

from django_scopes import scope

from kiun.activity.queries import town_version
from kiun.goals.models import Plan
from tests.api.conftest import Caller, Town


def name_of(home: Town) -> str:
    with scope(municipality=home.town):
        return Plan.objects.get(pk=home.plan.pk).name


def test_what_has_not_changed_is_not_sent_again(caller: Caller, home: Town) -> None:
    tag = caller.get("/plans").headers["ETag"]
    again = caller.get("/plans", If_None_Match=f'"other", W/{tag}')
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    caller.post("/policies", {"plan_id": home.plan.pk, "name": "新"})
    changed = caller.get("/plans", If_None_Match=tag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_change_of_another_town_leaves_the_tag(caller: Caller, home: Town, abroad: Town) -> None:
    from tests.api.conftest import issue

    tag = caller.get("/plans").headers["ETag"]
    Caller(issue(abroad)).post("/policies", {"plan_id": abroad.plan.pk, "name": "新"})
    assert caller.get("/plans", If_None_Match=tag).status_code == 304


def test_a_change_says_what_it_was_made_from(caller: Caller, home: Town) -> None:
    answer = caller.patch(f"/plans/{home.plan.pk}", {"name": "改"}, Accept_Language="en")
    assert (answer.status_code, answer.json()["field"]) == (428, "version")
    assert name_of(home) == "デジタル変革推進計画"


def test_a_change_from_the_newest_state_is_written(caller: Caller, home: Town) -> None:
    seen = caller.get(f"/plans/{home.plan.pk}")
    changed = caller.patch(f"/plans/{home.plan.pk}", {"name": "改"}, If_Match=seen.headers["ETag"])
    assert (changed.status_code, changed.json()["name"]) == (200, "改")
    # The answer's own tag is the state for the next change.
    again = caller.patch(f"/plans/{home.plan.pk}", {"name": "再改"}, If_Match=changed.headers["ETag"])
    assert (again.status_code, name_of(home)) == (200, "再改")


def test_a_change_from_an_older_state_is_a_conflict(caller: Caller, home: Town) -> None:
    version = caller.get("/plans").json()["version"]
    first = caller.patch(f"/plans/{home.plan.pk}", {"name": "一人目", "version": version})
    second = caller.patch(f"/plans/{home.plan.pk}", {"name": "二人目", "version": version}, Accept_Language="en")
    assert (first.status_code, second.status_code, name_of(home)) == (200, 409, "一人目")
    assert second.json()["detail"] == (
        "連携プログラム has changed the same thing in the meantime. Nothing has been overwritten."
    )


def test_a_change_elsewhere_in_the_town_is_no_conflict(caller: Caller, home: Town) -> None:
    version = caller.get("/plans").json()["version"]
    caller.post("/policies", {"plan_id": home.plan.pk, "name": "新"})
    assert caller.patch(f"/plans/{home.plan.pk}", {"name": "改", "version": version}).status_code == 200


def test_a_star_overwrites_knowingly(caller: Caller, home: Town) -> None:
    assert caller.patch(f"/plans/{home.plan.pk}", {"name": "改"}, If_Match="*").status_code == 200


def test_pages_carry_the_version_of_the_town(caller: Caller, home: Town) -> None:
    with scope(municipality=home.town):
        version = town_version(home.town)
    assert caller.get("/goals").json()["version"] == version
