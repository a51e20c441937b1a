"""The ways in to the work."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.municipality.middleware import reader_of
from kiun.municipality.models import Role
from kiun.ui.navigation import NAVIGATION, NavItem, Place


def is_staff(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.is_town_staff)


def _is_partner(request: Any) -> bool:
    """On pages for everybody the person stands in the frame alone: see `reader_of`."""
    actor = reader_of(request)
    return actor is not None and Role.PARTNER in actor.roles


def _shared(place: Place) -> NavItem:
    return NavItem(
        id=f"initiatives.shared_{place}",
        label=pgettext_lazy("navigation", "Shared initiatives"),
        url_name="initiatives:shared_list",
        order=36,
        icon="share",
        place=place,
        condition=_is_partner,
    )


def register() -> None:
    NAVIGATION.register(_shared("main"))
    NAVIGATION.register(_shared("person"))
    NAVIGATION.register(
        NavItem(
            id="initiatives.initiatives",
            label=pgettext_lazy("navigation", "Initiatives"),
            url_name="initiatives:initiative_list",
            order=35,
            icon="list",
            condition=is_staff,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="initiatives.roadmap",
            label=_("Roadmap"),
            url_name="initiatives:roadmap",
            order=10,
            icon="plan",
            place="more",
            condition=is_staff,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="initiatives.shared_roadmap",
            label=_("Roadmap"),
            url_name="initiatives:roadmap",
            order=10,
            icon="plan",
            condition=_is_partner,
        )
    )
