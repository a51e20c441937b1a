"""The way in to momentum."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.momentum.queries.published import has_results
from kiun.municipality.middleware import is_staff_page
from kiun.ui.navigation import NAVIGATION, NavItem


def _is_outside(request: Any) -> bool:
    """Partners and residents who sign in read what everybody reads, as long as it is public."""
    actor = getattr(request, "actor", None)
    return actor is not None and not actor.is_town_staff and bool(request.town.is_public) and has_results()


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="momentum.home",
            label=pgettext_lazy("navigation", "Momentum"),
            url_name="momentum:home",
            order=38,
            icon="voice",
            place="main",
            condition=is_staff_page,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="momentum.outside",
            label=pgettext_lazy("navigation", "Momentum"),
            url_name="public:momentum",
            order=38,
            icon="voice",
            place="main",
            condition=_is_outside,
        )
    )
