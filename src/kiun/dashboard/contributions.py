"""Ways in to the overviews."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kiun.municipality.middleware import reader_of
from kiun.ui.navigation import NAVIGATION, NavItem


def _is_staff(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and actor.is_town_staff


def _is_staff_outside(request: Any) -> bool:
    """Staff who look at the public page need a way back; on their own pages the whole frame is one."""
    reader = reader_of(request) if getattr(request, "actor", None) is None else None
    return reader is not None and reader.is_town_staff


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="dashboard.home",
            label=_("Overview"),
            url_name="dashboard:home",
            order=10,
            icon="home",
            place="main",
            condition=_is_staff,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="dashboard.my_page",
            label=_("My page"),
            url_name="dashboard:my_page",
            order=15,
            icon="person",
            place="main",
            condition=_is_staff,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="dashboard.start",
            label=_("Pages for staff"),
            url_name="dashboard:start",
            order=5,
            icon="home",
            place="person",
            condition=_is_staff_outside,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="dashboard.search",
            label=_("Search"),
            url_name="dashboard:search",
            order=10,
            icon="search",
            place="search",
            condition=_is_staff,
        )
    )
