"""The numbers of the pages for programs, under the same rights."""

import pytest
from django_scopes import scope

from kiun.momentum.access import READ
from kiun.municipality.actors import actor_of
from kiun.municipality.models import Role
from kiun.municipality.services import create_access_key
from tests.factories import make_department, make_membership, make_town
from tests.momentum.builders import publish, sheets

EVEN = [3] * 8


@pytest.fixture
def tax(town, division):
    return make_department(town, "税務課", division)


@pytest.fixture
def wave(town, department, tax):
    publish(town, 2, points={department: sheets(*EVEN), tax: sheets(*EVEN)})
    return publish(
        town, 3, points={department: sheets(3, 3, 3, 3, 3, 2, 3, 3, number=20), tax: sheets(*EVEN)}, hidden=[tax]
    ).wave


def get(client, post, path, scopes=(READ,)):
    _key, secret = create_access_key(actor=actor_of(post.user, post.municipality), name="BI", scopes=list(scopes))
    return client.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {secret}"})


def test_the_town_over_its_waves(client, town, wave):
    answer = get(client, make_membership(town, Role.ADMIN), "momentum/waves").json()
    assert [(one["quarter"], one["audience"], one["town"]["index"]["value"]) for one in answer["items"]] == [
        (2, "staff", "50"),
        (3, "staff", "47.2"),
    ]
    assert answer["items"][1]["town"]["lowest"] == "slack"


def test_units_with_what_is_hidden_as_null(client, town, wave, department, tax):
    answer = get(client, make_membership(town, Role.ADMIN), f"momentum/waves/{wave.pk}/units").json()
    units = {one["name"]: one for one in answer["items"]}
    assert units["市民課"]["index"] == {"value": "45.8", "low": None, "high": None}
    assert units["市民課"]["change"]["verdict"] == "undecidable"
    hidden = units["税務課"]
    assert (hidden["is_shown"], hidden["answers"], hidden["index"], hidden["change"]) == (False, None, None, None)
    assert set(hidden["dimensions"].values()) == {None}


def test_a_key_needs_the_right(client, town, wave):
    assert get(client, make_membership(town, Role.ADMIN), "momentum/waves", scopes=["goals:read"]).status_code == 403


def test_a_wave_of_another_town_is_not_there(client, town, wave):
    other = make_town("minato", "みなと市")
    with scope(municipality=other):
        theirs = publish(other, points={make_department(other): sheets(*EVEN)}).wave
    assert get(client, make_membership(town, Role.ADMIN), f"momentum/waves/{theirs.pk}/units").status_code == 404
