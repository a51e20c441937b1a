from datetime import date

import pytest

from kiun.initiatives.models import AgendaItem, Review
from kiun.initiatives.services.reviews import save_review
from kiun.municipality.models import Role
from tests.factories import TODAY, make_actor, make_plan


@pytest.fixture
def plan(town):
    return make_plan(town)


@pytest.fixture
def officer(town):
    """Of the DX office: prepares and holds reviews."""
    return make_actor(town, Role.ADMIN)


@pytest.fixture
def mayor(town):
    return make_actor(town, Role.EXECUTIVE)


@pytest.fixture
def head(town, department):
    return make_actor(town, Role.HEAD, department)


@pytest.fixture
def review(officer, mayor, head):
    return plan_review(officer, mayor, [mayor, head])


def plan_review(officer, mayor, people, quarter=3, held_on=TODAY):
    review = Review(year=2026, quarter=quarter, held_on=held_on, decider=mayor.membership)
    return save_review(actor=officer, review=review, participants=[one.membership for one in people])


def add_item(review, title="窓口の体制", **fields):
    item = AgendaItem(review=review, municipality=review.municipality, title=title, **{"order": 900, **fields})
    item.save()
    return item


SOON = date(2026, 12, 20)
