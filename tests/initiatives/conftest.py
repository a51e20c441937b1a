import pytest
from django_scopes import scope

from tests.factories import TODAY, make_department, make_goal, make_initiative, make_plan, make_town


@pytest.fixture
def town(db):
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def department(town):
    return make_department(town, "市民課")


@pytest.fixture
def goal(town, department):
    return make_goal(make_plan(town), department=department)


@pytest.fixture
def initiative(goal):
    return make_initiative(goal)


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
