"""The ways in to surveys."""

from typing import Any

from django.utils.translation import pgettext_lazy

from kiun.ui.navigation import NAVIGATION, NavItem


def _is_staff(request: Any) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.is_town_staff)


def register() -> None:
    NAVIGATION.register(
        NavItem(
            id="surveys.surveys",
            label=pgettext_lazy("navigation", "Surveys"),
            url_name="surveys:survey_list",
            order=46,
            icon="voice",
            place="more",
            condition=_is_staff,
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
            condition=_is_staff,
        )
    )
