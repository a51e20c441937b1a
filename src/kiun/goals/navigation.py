"""The ways in to goals and plans."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.ui.navigation import NAVIGATION, NavItem


def _is_staff(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.is_town_staff)


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="goals.goals",
            label=pgettext_lazy("navigation", "Goals"),
            url_name="goals:goal_list",
            order=20,
            icon="target",
            condition=_is_staff,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="goals.plans",
            label=pgettext_lazy("navigation", "Plans"),
            url_name="goals:plan_list",
            order=30,
            icon="plan",
            condition=_is_staff,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="goals.sources",
            label=pgettext_lazy("navigation", "Sources of values"),
            url_name="goals:source_list",
            order=40,
            icon="link",
            place="more",
            condition=_is_staff,
        )
    )
