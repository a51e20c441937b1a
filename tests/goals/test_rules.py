"""What lists show is what the rules allow, for every role and every state of a plan."""

from datetime import date

import pytest

from kiun.goals.models import Goal, Indicator, Plan, PlanStatus, Series
from kiun.goals.queries import recordable_indicators, visible_goals, visible_indicators, visible_plans
from kiun.goals.queries.directory import directory
from kiun.goals.search import find_goals, find_indicators, find_plans, find_policies
from kiun.goals.services import change_indicator, change_owner, create_indicator, save_goal
from kiun.kernel.errors import DomainError
from kiun.municipality.actors import may
from kiun.municipality.models import Membership, Role
from kiun.municipality.queries import offered_posts
from tests.factories import (
    make_actor,
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_policy,
    make_user,
)


@pytest.fixture
def rows(town):
    """Every combination of what decides."""
    for status in PlanStatus.values:
        for plan_is_public in (True, False):
            plan = make_plan(town, name=f"計画{status}{plan_is_public}", status=status, is_public=plan_is_public)
            make_policy(plan, f"施策{status}{plan_is_public}")
            for goal_is_public in (True, False):
                goal = make_goal(plan, f"目標{status}{plan_is_public}{goal_is_public}", is_public=goal_is_public)
                for is_public in (True, False):
                    make_indicator(goal, name=f"指標{len(Indicator.objects.all())}", is_public=is_public)


@pytest.mark.parametrize("role", Role.values)
def test_goals_and_indicators(town, rows, role):
    actor = make_actor(town, role)
    for permission, visible, everything in (
        ("goals.see_goal", visible_goals, Goal.objects.all()),
        ("goals.see_indicator", visible_indicators, Indicator.objects.select_related("goal__plan")),
    ):
        allowed = {row.pk for row in everything if may(actor, permission, row)}
        assert set(visible(actor).values_list("pk", flat=True)) == allowed


@pytest.mark.parametrize("role", [Role.PARTNER, Role.RESIDENT])
def test_a_visitor_sees_what_a_resident_sees(town, rows, role):
    actor = make_actor(town, role)
    for visible in (visible_plans, visible_goals, visible_indicators):
        assert set(visible(None).values_list("pk", flat=True)) == set(visible(actor).values_list("pk", flat=True))
    assert set(visible_plans(None).values_list("status", "is_public")) == {("current", True), ("closed", True)}
    assert visible_goals(None).count() == 2
    assert visible_indicators(None).count() == 2


def test_staff_see_every_plan(town, rows):
    assert set(visible_plans(make_actor(town, Role.VIEWER))) == set(Plan.objects.all())


def test_ended_indicators_and_goals_are_not_listed(town, plan):
    ended = date(2026, 3, 31)
    make_indicator(make_goal(plan), ended_on=ended)
    make_indicator(make_goal(plan, ended_on=ended))
    assert visible_indicators(make_actor(town)).count() == 0


class TestSearch:
    def hits(self, find, actor, *words):
        return [hit.label for hit in find(actor, words, 50)]

    def test_two_characters_and_either_width_are_enough(self, town, plan):
        make_indicator(make_goal(plan, "ＡＩ相談の解決率を高める"), name="ＡＩ相談の解決率")
        actor = make_actor(town)
        assert self.hits(find_indicators, actor, "解決") == ["ＡＩ相談の解決率"]
        assert self.hits(find_indicators, actor, "AI") == ["ＡＩ相談の解決率"]
        assert self.hits(find_goals, actor, "AI", "相談") == ["ＡＩ相談の解決率を高める"]
        assert self.hits(find_goals, actor, "AI", "防災") == []

    def test_a_resident_finds_nothing_that_is_not_public(self, town, rows):
        resident, staff = make_actor(town, Role.RESIDENT), make_actor(town, Role.VIEWER)
        for find, word in ((find_plans, "計画"), (find_goals, "目標"), (find_indicators, "指標")):
            assert len(find(resident, [word], 50)) == 2
        assert sorted(self.hits(find_policies, resident, "施策")) == ["施策closedTrue", "施策currentTrue"]
        assert [len(find(staff, [word], 50)) for find, word in ((find_plans, "計画"), (find_goals, "目標"))] == [6, 12]


@pytest.mark.parametrize("role", Role.values)
def test_only_posts_that_may_enter_data_write_what_they_own(town, plan, role):
    department = make_department(town)
    actor = make_actor(town, role, department)
    owned = make_indicator(make_goal(plan, owner=actor.membership), owner=actor.membership)
    helped = make_indicator(make_goal(plan), deputy=actor.membership)
    writes = role in {Role.ADMIN, Role.EXECUTIVE, Role.HEAD, Role.MEMBER}
    assert [
        may(actor, "goals.change_goal", owned.goal),
        may(actor, "goals.change_indicator", owned),
        may(actor, "goals.record_measurement", owned),
        may(actor, "goals.record_measurement", helped),
    ] == [writes] * 4
    assert set(recordable_indicators(actor)) == ({owned, helped} if writes else set())


def test_forms_offer_those_who_may_own_and_keep_who_owns_already(town):
    department = make_department(town)
    posts = {role: make_membership(town, role, department) for role in Role}
    ended = make_membership(town, Role.MEMBER, department, valid_to=date(2026, 3, 31))
    inactive = make_membership(town, Role.MEMBER, department, user=make_user("退職 者", is_active=False))
    actor = make_actor(town)
    able = {posts[role] for role in (Role.ADMIN, Role.EXECUTIVE, Role.HEAD, Role.MEMBER)} | {actor.membership}
    assert set(offered_posts(actor, department)) == able
    kept = [ended.pk, inactive.pk, posts[Role.VIEWER].pk, posts[Role.RESIDENT].pk]
    assert set(offered_posts(actor, department, *kept)) == able | {ended, inactive, posts[Role.VIEWER]}
    assert {post for post in Membership.objects.all() if post.may_own(actor.on)} == able
    assert set(directory(actor.on).posts) == able


@pytest.mark.parametrize("field", ["owner", "deputy"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER, Role.RESIDENT])
def test_nothing_is_given_to_a_post_that_may_not_enter_data(town, plan, role, field):
    officer, reader = make_actor(town), make_membership(town, role)
    goal = make_goal(plan)
    people = {"owner": officer.membership, field: reader}
    stored = make_indicator(goal, owner=officer.membership)
    edited = Indicator.objects.get()
    setattr(edited, field, reader)
    for call in (
        lambda: create_indicator(
            actor=officer,
            indicator=Indicator(goal=goal, name="待ち時間", **people),
            series=Series(started_on=date(2026, 4, 1)),
        ),
        lambda: change_indicator(actor=officer, indicator=edited, series_fields={}),
        lambda: change_owner(actor=officer, indicator=stored, reason="異動", **{"deputy": None, **people}),
    ):
        with pytest.raises(DomainError) as refused:
            call()
        assert (refused.value.field, refused.value.message) == (
            field, "緑川 葵さんは担当や副担当になれません。在任中で、入力の権限がある人を選んでください。"
        )  # fmt: skip
    goal.owner = reader
    with pytest.raises(DomainError):
        save_goal(actor=officer, goal=goal)
    assert (Goal.objects.get().owner, Indicator.objects.get().owner) == (None, officer.membership)


def test_who_owns_already_stays_until_somebody_hands_over(town, plan):
    """An older version let readers own; correcting the name of such an indicator is not held up by that."""
    officer, reader = make_actor(town), make_membership(town, Role.VIEWER)
    indicator = make_indicator(make_goal(plan, owner=reader), owner=reader)
    indicator.name = "オンライン申請率"
    change_indicator(actor=officer, indicator=indicator, series_fields={})
    save_goal(actor=officer, goal=Goal.objects.get())
    stored = Indicator.objects.get()
    assert (stored.name, stored.owner, stored.goal.owner) == ("オンライン申請率", reader, reader)
