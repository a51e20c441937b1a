import pytest
from django_scopes import scope

from tests.factories import make_plan, make_town


@pytest.fixture
def town(db):
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def plan(town):
    return make_plan(town)
