import pytest
from django_scopes import scope

from kiun.goals.models import Challenge, Measurement
from kiun.municipality.models import Role
from tests.factories import TODAY, make_department, make_goal, make_indicator, make_plan, make_policy, make_town
from tests.goals.pages import READINGS, VAGUE, sign_in


@pytest.fixture
def town(db):
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def plan(town):
    return make_plan(town)


@pytest.fixture
def today(monkeypatch):
    """A day on which the sample readings are fresh."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def officer(client, town):
    return sign_in(client, town, Role.ADMIN)


@pytest.fixture
def rows(town, plan):
    department = make_department(town)
    policy = make_policy(plan)
    challenge = Challenge(municipality=town, plan=plan, policy=policy, text="窓口で平均25分待たせている")
    challenge.save()
    goal = make_goal(plan, policy=policy, challenge=challenge, department=department)
    vague = make_goal(plan, VAGUE, is_vague=True, missing=["indicator", "target", "deadline", "baseline"])
    indicator = make_indicator(goal, readings=READINGS)
    measurement = Measurement.objects.filter(series__indicator=indicator).first()
    return {
        "plan": plan, "policy": policy, "challenge": challenge, "goal": goal, "vague": vague,
        "indicator": indicator, "measurement": measurement, "department": department,
    }  # fmt: skip
