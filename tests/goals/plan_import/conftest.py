from datetime import date

import pytest
from django.utils import translation
from django_scopes import scope

from kiun.goals.plan_files import Choices, read_plan
from kiun.goals.services.plan_import import Provenance, import_reading, review_reading
from kiun.kernel.tabular import read_workbook
from tests.factories import make_actor, make_town

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _japanese():
    with translation.override("ja"):
        yield


@pytest.fixture
def town(db):
    town = make_town()
    with scope(municipality=town):
        yield town


@pytest.fixture
def actor(town):
    return make_actor(town)


def read(content, name="plan.xlsx", choices=None, today=TODAY):
    return read_plan(read_workbook(content, name=name), choices or Choices(), today)


def bring_in(actor, content, name="plan.xlsx", plan=None, choices=None):
    """The plan after the import of a file."""
    choices = choices or Choices()
    reading = read(content, name, choices, actor.on)
    return import_reading(
        actor=actor, reading=reading, choices=choices, plan=plan, provenance=Provenance(name, "0" * 64)
    ).plan


def differences(actor, content, plan=None, name="plan.xlsx", choices=None):
    choices = choices or Choices()
    return review_reading(actor, read(content, name, choices, actor.on), choices, plan).difference
