"""What lists show is what the rules allow, for every role and every state of a plan."""

import pytest

from kiun.goals.models import Goal, Indicator, Plan, PlanStatus
from kiun.goals.queries import visible_goals, visible_indicators, visible_plans
from kiun.goals.search import find_goals, find_indicators, find_plans, find_policies
from kiun.municipality.actors import may
from kiun.municipality.models import Role
from tests.factories import make_actor, make_goal, make_indicator, make_plan, make_policy


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
    from datetime import date

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
