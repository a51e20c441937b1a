"""Proposing and changing on the pages: what is refused where, and that nobody's change is lost."""

import re
from datetime import date

import pytest

from kiun.initiatives.models import Initiative, InitiativeStatus, Revision, RevisionItem
from kiun.initiatives.services import save_initiative
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from tests.factories import (
    TODAY,
    make_actor,
    make_department,
    make_goal,
    make_initiative,
    make_membership,
    make_plan,
    make_task,
    make_user,
)
from tests.initiatives.pages import filled, sign_in, url


@pytest.fixture
def officer(client, town, today):
    return sign_in(client, town)


def errors(answer):
    return re.findall(r'<p class="k-error">.*?<span>(.*?)</span>', answer.content.decode())


def test_the_form_begins_with_the_goal_it_was_opened_for_and_the_coming_year(client, officer, town, goal):
    page = client.get(f"{url(town, 'initiative_create')}?goal={goal.pk}").content.decode()
    assert f'<option value="{goal.pk}" selected>' in page
    assert 'value="2027-04-01"' in page
    assert 'value="2028-03-31"' in page


def test_a_member_proposes_with_several_goals(client, town, department, goal, today):
    member = sign_in(client, town, Role.MEMBER, department)
    second = make_goal(goal.plan, "待ち時間を15分にする", code="1-2")
    draft = filled(make_initiative(goal), name="書かない窓口", owner=member.pk, goals=[second.pk, goal.pk])
    Initiative.objects.all().delete()
    answer = client.post(url(town, "initiative_create"), draft)
    proposed = Initiative.objects.get()
    assert (answer.status_code, answer.url) == (302, url(town, "initiative_detail", proposed.pk))
    assert (proposed.status, proposed.plan, proposed.department) == (InitiativeStatus.PROPOSED, goal.plan, department)
    assert [served.goal for served in proposed.served_goals.all()] == [goal, second]


def test_only_the_own_department_is_offered_to_a_member(client, town, department, goal, today):
    sign_in(client, town, Role.MEMBER, department)
    other = make_department(town, "税務課")
    page = client.get(url(town, "initiative_create")).content.decode()
    offered = re.search(r'<select name="department".*?</select>', page, re.DOTALL).group()
    assert f'value="{department.pk}"' in offered
    assert f'value="{other.pk}"' not in offered
    draft = filled(make_initiative(goal), department=other.pk)
    assert client.post(url(town, "initiative_create"), draft).status_code == 422
    assert Initiative.objects.count() == 1


def test_a_reader_proposes_nothing(client, town, department, today):
    sign_in(client, town, Role.VIEWER, department)
    assert client.get(url(town, "initiative_create")).status_code == 403


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "入力してください"),
        ({"goal": ""}, "入力してください"),
        ({"ends_on": "2026-03-31"}, "取組の終了日が開始日より前です。"),
        ({"starts_on": "きのう"}, "きのう"),
        ({"owner": "999999"}, "選"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(client, officer, town, goal, changes, sentence):
    draft = filled(make_initiative(goal), **changes)
    answer = client.post(url(town, "initiative_create"), draft)
    assert answer.status_code == 422
    assert len(errors(answer)) == 1
    assert sentence in errors(answer)[0]
    assert Initiative.objects.count() == 1


def test_goals_of_two_plans_are_refused(client, officer, town, goal):
    other = make_goal(make_plan(town, name="別の計画"))
    answer = client.post(url(town, "initiative_create"), filled(make_initiative(goal), goals=[other.pk]))
    assert answer.status_code == 422
    assert errors(answer) == ["目標はすべて、取組と同じ計画のものを選んでください。"]


def test_an_approved_initiative_changes_with_a_reason_only(client, officer, town, initiative):
    page = url(town, "initiative_edit", initiative.pk)
    assert "採択済みの取組です" in client.get(page).content.decode()
    answer = client.post(page, filled(initiative, ends_on="2027-09-30", reason=""))
    assert (answer.status_code, len(errors(answer)), Revision.objects.count()) == (422, 1, 0)
    answer = client.post(page, filled(initiative, ends_on="2027-09-30", reason="委託先の選定が遅れたため"))
    assert answer.status_code == 302
    item = RevisionItem.objects.get()
    assert (item.before, item.after) == ({"ends_on": "2027-03-31"}, {"ends_on": "2027-09-30"})


def test_a_proposal_changes_without_a_reason(client, officer, town, goal):
    proposal = make_initiative(goal, status=InitiativeStatus.PROPOSED)
    page = url(town, "initiative_edit", proposal.pk)
    assert 'name="reason"' not in client.get(page).content.decode()
    assert client.post(page, filled(proposal, name="新しい名前")).status_code == 302
    assert (Initiative.objects.get().name, Revision.objects.count()) == ("新しい名前", 0)


def test_two_people_change_different_things_and_both_stay(client, officer, town, goal, initiative):
    colleague = make_actor(town, Role.ADMIN)
    second = make_goal(goal.plan, "待ち時間を15分にする", code="1-2")
    fresh = Initiative.objects.get()
    fresh.priority_reason = "議会で約束した"
    save_initiative(actor=colleague, initiative=fresh, goals=[goal, second], reason="優先度")
    page = url(town, "initiative_edit", initiative.pk)
    answer = client.post(page, filled(initiative, name="改めた名前", reason="改称"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert Initiative.objects.get().name == "申請のオンライン化"
    assert 'value="改めた名前"' in text
    assert 'value="議会で約束した"' in text
    assert re.search(rf'name="goals" value="{second.pk}"[^>]* checked', text)
    seen = re.search(r'name="seen" value="(\d+)"', text).group(1)
    again = filled(initiative, name="改めた名前", priority_reason="議会で約束した", goals=[second.pk], seen=seen)
    assert client.post(page, {**again, "reason": "改称"}).status_code == 302
    stored = Initiative.objects.get()
    assert (stored.name, stored.priority_reason, stored.served_goals.count()) == ("改めた名前", "議会で約束した", 2)


def test_what_has_ended_is_not_changed(client, officer, town, goal):
    ended = make_initiative(goal, status=InitiativeStatus.DONE)
    answer = client.post(url(town, "initiative_edit", ended.pk), filled(ended, name="別の名前"))
    assert answer.status_code == 422
    assert "先に再開してください" in answer.content.decode()


def test_another_department_may_look_at_what_it_takes_part_in_but_not_change_it(client, town, initiative, today):
    tax = make_department(town, "税務課")
    sign_in(client, town, Role.HEAD, tax)
    page = url(town, "initiative_detail", initiative.pk)
    assert client.get(page).status_code == 404
    make_task(initiative, department=tax)
    assert client.get(page).status_code == 200
    assert client.get(url(town, "initiative_edit", initiative.pk)).status_code == 403


def test_the_page_says_how_far_it_is_and_what_is_late(client, officer, town, initiative):
    make_task(initiative, "済んだ作業", status="done", percent=100)
    make_task(initiative, "遅れた作業", due_on=date(2026, 11, 20), starts_on=date(2026, 11, 2))
    page = client.get(url(town, "initiative_detail", initiative.pk)).content.decode()
    lead = re.sub(r"<[^>]+>", "", re.search(r"<h1.*?</h1>", page).group())
    assert lead == "作業2件のうち1件が済み、進み具合は50%です。遅れている作業が1件あります。"
    assert "遅れた作業" in page
    assert "済んだ作業" not in page


def test_the_people_of_the_chosen_department_are_offered(client, officer, town, department):
    colleague = actor_of(make_actor(town, Role.MEMBER, department).user, town, on=TODAY).membership
    answer = client.get(url(town, "people"), {"department": department.pk})
    assert f'value="{colleague.pk}"' in answer.content.decode()


def test_the_page_takes_a_comment_and_keeps_what_it_refuses(client, officer, town, initiative):
    page = url(town, "comment_add", initiative.pk)
    assert client.post(page, {"text": "順調です"}).status_code == 302
    assert "順調です" in client.get(url(town, "initiative_detail", initiative.pk)).content.decode()
    for _ in range(2):
        make_membership(town, Role.MEMBER, make_department(town), user=make_user("黒田 恵理"))
    refused = client.post(page, {"text": "@黒田 恵理 長い説明"})
    assert (refused.status_code, "長い説明" in refused.content.decode()) == (422, True)
