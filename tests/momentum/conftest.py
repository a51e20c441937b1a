import pytest
from django_scopes import scope

from tests.factories import make_department, make_town


@pytest.fixture
def town(db):
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def division(town):
    return make_department(town, "市民部")


@pytest.fixture
def department(town, division):
    return make_department(town, "市民課", division)
