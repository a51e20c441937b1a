"""Momentum for residents: the whole town, nothing by department."""

import pytest
from django.core.cache import caches
from django_scopes import scope

from kiun.surveys.models import Audience
from tests.factories import make_department, make_town
from tests.momentum.builders import publish, sheets


@pytest.fixture
def town(db):
    caches["pages"].clear()
    town = make_town("hinata", "ひなた市")
    with scope(municipality=town):
        yield town
    caches["pages"].clear()


def test_staff_and_residents_stand_side_by_side_and_no_department_does(client, town):
    department = make_department(town, "税務課")
    publish(town, points={department: sheets(*[4] * 8)})
    publish(
        town,
        2,
        audience=Audience.RESIDENTS,
        points={None: sheets(*[2] * 6)},
        items=("W1", "A1", "E1", "P1", "V1", "T1"),
    )
    text = client.get("/p/hinata/momentum/").content.decode()
    assert "職員の機運は75点です（全員が回答）。" in text
    assert "住民" in text
    assert "25.0" in text
    assert "税務課" not in text


def test_before_the_first_wave_the_page_says_what_will_stand_there(client, town):
    response = client.get("/p/hinata/momentum/")
    assert response.status_code == 200
    assert "ここに機運を示します" in response.content.decode()
    assert "まちの機運" not in client.get("/p/hinata/").content.decode()


def test_what_may_not_be_shown_is_not_shown_outside_either(client, town):
    department = make_department(town, "税務課")
    publish(town, points={department: sheets(*[4] * 8, number=4)}, hidden=[None, department])
    text = client.get("/p/hinata/momentum/").content.decode()
    assert "職員の機運は示していません。" in text
    assert "75" not in text
