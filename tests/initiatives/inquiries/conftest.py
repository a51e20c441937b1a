import pytest

from tests.initiatives.inquiries.builders import make_hall, make_open_round


@pytest.fixture
def hall(town):
    return make_hall(town)


@pytest.fixture
def round_(hall):
    return make_open_round(hall)
