"""The ways in to goals and plans."""

from django.utils.translation import pgettext_lazy

from kiun.municipality.middleware import is_staff_page
from kiun.ui.navigation import NAVIGATION, NavItem


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="goals.goals",
            label=pgettext_lazy("navigation", "Goals"),
            url_name="goals:goal_list",
            order=20,
            icon="target",
            condition=is_staff_page,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="goals.plans",
            label=pgettext_lazy("navigation", "Plans"),
            url_name="goals:plan_list",
            order=30,
            icon="plan",
            condition=is_staff_page,
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
            condition=is_staff_page,
        )
    )
