from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from kiun.kernel.registries import Registry
from kiun.ui.navigation import Navigation, NavItem

ADDRESSES = {
    "whole": "/t/hinata/",
    "goals": "/t/hinata/goals/",
    "lint": "/t/hinata/goals/vague/",
    "data": "/t/hinata/data/",
}


class Ways(Navigation):
    def _url(self, item):
        return ADDRESSES[item.url_name]


@pytest.fixture
def ways():
    registry = Registry()
    for item in (
        NavItem(id="goals", label="目標", url_name="goals", order=20),
        NavItem(id="whole", label="全体", url_name="whole", order=10),
        NavItem(id="lint", label="曖昧", url_name="lint", order=30, place="more"),
        NavItem(id="data", label="データ", url_name="data", order=40, condition=lambda request: request.may_see_data),
        NavItem(id="bell", label="お知らせ", url_name="data", order=1, place="notices", count=lambda _request: 3),
    ):
        registry.register(item)

    def at(path, *, town=True, may_see_data=False):
        request = RequestFactory().get(path)
        request.town = SimpleNamespace(slug="hinata") if town else None
        request.may_see_data = may_see_data
        return Ways(request, registry)

    return at


def test_items_stand_in_their_order_and_only_for_whom_they_are(ways):
    assert [link.label for link in ways("/t/hinata/").main] == ["全体", "目標"]
    assert [link.label for link in ways("/t/hinata/", may_see_data=True).main] == ["全体", "目標", "データ"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/t/hinata/", ["whole"]),
        ("/t/hinata/goals/", ["goals"]),
        ("/t/hinata/goals/vague/", ["lint"]),
        ("/t/hinata/goals/vague/7/", ["lint"]),
        ("/t/hinata/people/", []),
    ],
)
def test_the_current_item_is_the_longest_address_that_leads_here(ways, path, current):
    here = ways(path)
    assert [link.id for link in (*here.main, *here.more) if link.is_current] == current


def test_nothing_is_offered_outside_a_town(ways):
    here = ways("/", town=False)
    assert (here.main, here.more, here.notices, here.search_url, here.unread) == ([], [], None, "", 0)


def test_unread_is_counted_by_the_room_that_brings_the_bell(ways):
    assert ways("/t/hinata/").unread == 3
