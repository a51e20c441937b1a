"""The tree and its filters, policies, editions; empty pages invite."""

from datetime import date

import pytest

from kiun.goals.models import Goal, Plan, PlanStatus, Policy
from kiun.goals.queries import plan_outline
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from tests.factories import (
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_policy,
    make_user,
)
from tests.goals.pages import READINGS, VAGUE, sign_in, url

pytestmark = pytest.mark.usefixtures("today")


class TestPlanTree:
    def test_a_small_plan_is_open(self, client, town, rows, officer):
        page = client.get(url(town, "plan_detail", rows["plan"].pk)).content.decode()
        for text in ("フロントヤード改革", "窓口で平均25分待たせている", rows["goal"].text, "51%", VAGUE):
            assert text in page
        assert "1の指標のうち1が順調です。" in page
        assert page.count('class="k-tree"') == 2
        assert 'hx-trigger="toggle once"' not in page

    def test_the_ring_counts_what_the_title_counts(self, client, town, rows, officer):
        other = make_plan(town, name="別の計画")
        make_indicator(make_goal(other))
        answer = client.get(url(town, "plan_detail", other.pk))
        goals, results = (answer.context["loop"].stages[at].figure for at in (1, 4))
        assert str(answer.context["lead"]) == "1指標は、まだ判定できません。"
        assert (goals.number, results.number, results.note) == (1, 0, "目標に到達（1指標中）")

    def test_branches_of_a_large_plan_are_loaded_when_they_are_opened(self, client, town, plan, officer):
        first, second = make_policy(plan, "施策1"), make_policy(plan, "施策2")
        for policy in (first, second):
            for number in range(40):
                make_goal(plan, f"{policy}の目標{number:02}", policy=policy)
        page = client.get(url(town, "plan_detail", plan.pk)).content.decode()
        assert "施策1の目標39" in page
        assert "施策2の目標00" not in page
        branch = url(town, "plan_branch", plan.pk, second.pk)
        assert f'hx-get="{branch}" hx-trigger="toggle once"' in page
        fragment = client.get(branch, HTTP_HX_REQUEST="true").content.decode()
        assert ("施策2の目標24" in fragment, "施策2の目標25" in fragment, "<html" in fragment) == (True, False, False)
        assert "施策2の目標25" in client.get(branch + "?page=2").content.decode()

    def test_totals_of_a_branch_include_what_lies_below(self, town, plan, officer):
        top = make_policy(plan)
        below = make_policy(plan, "窓口", parent=top)
        make_goal(plan, policy=top, is_vague=True)
        make_indicator(make_goal(plan, policy=below), readings=READINGS)
        make_goal(plan, "終わった", policy=below, ended_on=date(2026, 1, 1))
        branch = plan_outline(plan, actor_of(officer.user, town))[0]
        assert (branch.goals, branch.vague, branch.counts.on_track, branch.own_goals) == (2, 1, 1, 1)
        assert (branch.children[0].goals, branch.children[0].own_indicators) == (1, 1)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "申請"}, ["goal"]),
            ({"q": "暮らし"}, ["vague"]),
            ({"q": "ｵﾝﾗｲﾝ"}, ["goal"]),
            ({"q": "待た"}, ["goal"]),
            ({"q": "フロント"}, ["goal"]),
            ({"q": "防災"}, []),
            ({"vague": "on"}, ["vague"]),
            ({"status": "on_track"}, ["goal"]),
            ({"status": "late"}, []),
            ({"status": "nonsense"}, ["goal", "vague"]),
            ({"owner": "me"}, []),
            ({"department": "department"}, ["goal"]),
            ({"department": "999999"}, ["goal", "vague"]),
            ({"sort": "status"}, ["goal", "vague"]),
            ({"sort": "-deadline"}, ["goal", "vague"]),
            ({"sort": "text; drop"}, ["goal", "vague"]),
            ({"page": "x", "vague": "on"}, ["vague"]),
        ],
    )
    def test_it_can_be_narrowed_and_sorted_by_the_address(self, client, town, rows, officer, query, found):
        query = {name: rows[value].pk if value == "department" else value for name, value in query.items()}
        for where in (url(town, "plan_detail", rows["plan"].pk), url(town, "goal_list")):
            context = client.get(where, query).context
            if "rows" in context:
                assert sorted(row.goal.pk for row in context["rows"]) == sorted(rows[name].pk for name in found)

    def test_mine_are_the_goals_and_indicators_i_own_or_stand_in_for(self, client, town, rows):
        client.force_login(rows["indicator"].owner.user)
        context = client.get(url(town, "goal_list"), {"owner": "me"}).context
        assert [row.goal for row in context["rows"]] == [rows["goal"]]

    def test_the_fragment_is_the_list_of_the_page(self, client, town, rows, officer):
        for where in (url(town, "goal_list"), url(town, "plan_detail", rows["plan"].pk), url(town, "indicator_list")):
            page = client.get(where + "?q=申請").content.decode()
            fragment = client.get(where + "?q=申請", HTTP_HX_REQUEST="true").content.decode()
            assert fragment.strip().startswith('<div id="results"')
            assert fragment.strip() in page


class TestPolicies:
    def test_the_tree_is_put_in_order_without_a_script(self, client, town, plan, officer):
        where = url(town, "policy_create", plan.pk)
        assert client.post(where, {"name": "窓口"}).status_code == 302
        window = Policy.objects.get()
        assert client.post(where, {"name": "予約", "parent": window.pk}).status_code == 302
        assert client.post(where, {"name": "防災"}).status_code == 302
        client.post(url(town, "policy_shift", Policy.objects.get(name="防災").pk), {"to": "up"})
        shown = client.get(url(town, "policy_list", plan.pk)).context["policies"]
        assert [policy.name for policy in shown] == ["防災", "窓口", "予約"]
        client.post(url(town, "policy_remove", window.pk))
        client.post(url(town, "policy_remove", Policy.objects.get(name="予約").pk))
        assert list(Policy.objects.values_list("name", flat=True)) == ["防災", "窓口"]

    def test_only_the_dx_office_moves_and_removes(self, client, town, rows):
        sign_in(client, town, Role.EXECUTIVE)
        for name in ("policy_shift", "policy_remove"):
            assert client.post(url(town, name, rows["policy"].pk)).status_code == 403
            assert client.get(url(town, name, rows["policy"].pk)).status_code == 405
        assert Policy.objects.count() == 1


class TestPlans:
    def test_a_plan_is_made_with_japanese_years(self, client, town, officer):
        data = {"name": "DX推進計画", "first_year": "令和８年度", "last_year": "R12", "status": "current"}
        assert client.post(url(town, "plan_create"), data).status_code == 302
        assert Plan.objects.values_list("first_year", "last_year").get() == (2026, 2030)

    def test_what_contradicts_itself_is_said(self, client, town, plan, officer):
        data = {"name": plan.name, "first_year": "2026", "last_year": "2030", "status": "current"}
        answer = client.post(url(town, "plan_create"), data)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["edition"])
        answer = client.post(url(town, "plan_create"), data | {"name": "別", "last_year": "2025"})
        assert answer.status_code == 422
        assert "最後の年度が最初の年度より前です" in answer.content.decode()

    def test_the_next_edition_begins_after_this_one(self, client, town, rows, officer):
        where = url(town, "plan_edition", rows["plan"].pk)
        form = client.get(where).context["form"]
        assert [form[name].value() for name in ("first_year", "last_year")] == ["令和11年度", "令和15年度"]
        data = {name: form[name].value() for name in form.fields} | {"edition": "第2期"}
        assert client.post(where, data).status_code == 302
        following = Plan.objects.get(predecessor=rows["plan"])
        assert (following.goals.count(), following.status) == (2, PlanStatus.DRAFT)


def test_a_goal_ends_with_a_reason(client, town, rows, officer):
    where = url(town, "goal_end", rows["goal"].pk)
    assert client.post(where, {"on": "2026-11-01", "reason": " "}).status_code == 422
    assert client.post(where, {"on": "2026-11-01", "reason": "達成したため"}).status_code == 302
    assert Goal.objects.get(pk=rows["goal"].pk).ended_on == date(2026, 11, 1)


def test_the_people_of_a_department_are_offered(client, town, rows, officer):
    colleague = make_membership(town, Role.MEMBER, rows["department"], user=make_user("白井 健太"))
    make_membership(town, Role.MEMBER, make_department(town, "税務課"), user=make_user("黒田 恵理"))
    page = client.get(url(town, "people"), {"department": rows["department"].pk, "for": "indicator"}).content.decode()
    assert (f'value="{colleague.pk}"' in page, "黒田 恵理" in page, 'name="deputy"' in page) == (True, False, True)
    page = client.get(url(town, "people"), {"department": "x", "owner": "y"}).content.decode()
    assert 'name="deputy"' not in page


def test_pages_invite_when_there_is_nothing(client, town, officer):
    for name in ("plan_list", "goal_list", "goal_vague", "indicator_list", "measurement_entry", "scorecard"):
        assert "k-empty" in client.get(url(town, name)).content.decode()
    plan = make_plan(town)
    for name in ("plan_detail", "policy_list", "challenge_list"):
        assert "k-empty" in client.get(url(town, name, plan.pk)).content.decode()
