"""The way in to people and money."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.municipality.actors import may
from kiun.ui.navigation import NAVIGATION, NavItem


def _sees_resources(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and may(actor, "initiatives.see_resources")


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="initiatives.resources",
            label=pgettext_lazy("navigation", "People and money"),
            url_name="initiatives:strain",
            order=36,
            icon="people",
            place="more",
            condition=_sees_resources,
        )
    )
