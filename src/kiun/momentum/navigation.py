"""The way in to momentum."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.ui.navigation import NAVIGATION, NavItem


def _is_staff(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.is_town_staff)


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="momentum.home",
            label=pgettext_lazy("navigation", "Momentum"),
            url_name="momentum:home",
            order=38,
            icon="voice",
            place="main",
            condition=_is_staff,
        )
    )
