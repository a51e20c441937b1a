"""What people write is text on every page, whatever it looks like."""

import pytest
from django.test import Client

from tests.architecture.urls import town_addresses
from tests.world import build_world

MARKUP = "<i>壱"


# With how many pages that show such a name; fewer would mean that the test looks at nothing.
@pytest.mark.parametrize(("role", "least"), [("admin", 190), ("partner", 12), (None, 8)])
def test_no_name_becomes_markup(db: None, role: str | None, least: int):
    world = build_world("hinata", "ひなた市", MARKUP)
    client = Client()
    if role:
        client.force_login(world.posts[role].user)
    shown, broken = 0, []
    for address in town_addresses():
        answer = client.get(address.url(world, world, role or "resident"))
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            page = answer.content.decode()
            shown += "&lt;i&gt;壱" in page
            broken += [address.name] * (MARKUP in page)
    assert broken == []
    assert shown >= least
