import pytest

from tests.factories import make_plan


@pytest.fixture
def plan(town):
    return make_plan(town)
