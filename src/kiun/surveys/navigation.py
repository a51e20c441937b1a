"""The ways in to surveys."""

from django.utils.translation import pgettext_lazy

from kiun.municipality.middleware import is_staff_page
from kiun.ui.navigation import NAVIGATION, NavItem


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="surveys.surveys",
            label=pgettext_lazy("navigation", "Surveys"),
            url_name="surveys:survey_list",
            order=46,
            icon="voice",
            place="more",
            condition=is_staff_page,
        )
    )
    NAVIGATION.register(
        NavItem(
            id="surveys.questionnaires",
            label=pgettext_lazy("navigation", "Questionnaires"),
            url_name="surveys:questionnaire_list",
            order=47,
            icon="list",
            place="more",
            condition=is_staff_page,
        )
    )
