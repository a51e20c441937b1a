"""The same number of queries at one row and at thirty."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.goals.models import Challenge, Goal, Indicator, Measurement, Plan, Series
from tests.factories import (
    make_department,
    make_goal,
    make_indicator,
    make_membership,
    make_plan,
    make_policy,
)
from tests.goals.pages import url

pytestmark = pytest.mark.usefixtures("today")


class TestQueryCounts:
    """The same number of queries at one row and at thirty."""

    @pytest.mark.parametrize(
        "name", ["plan_list", "goal_list", "goal_vague", "indicator_list", "measurement_entry", "scorecard"]
    )
    def test_lists(self, client, town, plan, officer, django_assert_max_num_queries, name):
        self.compare(client, town, plan, lambda: url(town, name))

    @pytest.mark.parametrize("name", ["plan_detail", "policy_list", "challenge_list"])
    def test_pages_of_a_plan(self, client, town, plan, officer, name):
        self.compare(client, town, plan, lambda: url(town, name, plan.pk))

    def test_goal_and_indicator(self, client, town, plan, officer):
        self.compare(client, town, plan, lambda: url(town, "goal_detail", Goal.objects.first().pk))
        self.compare(client, town, plan, lambda: url(town, "indicator_detail", Indicator.objects.first().pk))

    def compare(self, client, town, plan, where):
        def queries():
            client.get(where())
            with CaptureQueriesContext(connection) as captured:
                assert client.get(where()).status_code == 200
            return len(captured)

        self.fill(town, plan, 1)
        at_one = queries()
        self.fill(town, plan, 30)
        assert queries() == at_one

    def fill(self, town, plan, amount):
        goal = Goal.objects.first() or make_goal(plan)
        for number in range(amount):
            policy = make_policy(plan, f"施策{number}")
            challenge = Challenge(municipality=town, plan=plan, policy=policy, text="課題")
            challenge.save()
            department = make_department(town, f"課{number}")
            other = make_goal(plan, policy=policy, challenge=challenge, department=department, is_vague=True)
            for one in (goal, other):
                make_indicator(
                    one, readings={"2025-03-31": number}, department=department, deputy=make_membership(town)
                )
            series = Series.objects.order_by("pk").first()
            Measurement(
                municipality=town, series=series, on=date.fromordinal(730_000 + Measurement.objects.count()),
                value=Decimal(number),
            ).save()  # fmt: skip
            make_plan(town, name=f"計画{Plan.objects.count()}")
