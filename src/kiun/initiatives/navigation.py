"""The ways in to the work."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.ui.navigation import NAVIGATION, NavItem


def _is_staff(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.is_town_staff)


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="initiatives.initiatives",
            label=pgettext_lazy("navigation", "Initiatives"),
            url_name="initiatives:initiative_list",
            order=35,
            icon="list",
            condition=_is_staff,
        )
    )
