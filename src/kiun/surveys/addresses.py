"""Where people answer. Whole addresses, as they stand in mails and on paper."""

from django.conf import settings
from django.urls import reverse

from kiun.surveys.models import Survey

GROUP = 4


def answer_path(survey: Survey) -> str:
    """For people who sign in."""
    return reverse("surveys:answer", args=(survey.municipality.slug, survey.pk))


def open_link(survey: Survey) -> str:
    return _whole(reverse("surveys_public:open", args=(survey.municipality.slug, survey.code)))


def personal_link(survey: Survey, secret: str) -> str:
    return _whole(reverse("surveys_public:ticket", args=(survey.municipality.slug, secret)))


def page_for_codes(survey: Survey) -> str:
    """Where the code of a card is typed."""
    return _whole(reverse("surveys_public:enter", args=(survey.municipality.slug,)))


def _whole(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def grouped(secret: str) -> str:
    """As it is read from paper: abcd-efgh-jkmn-pqrs"""
    return "-".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))
