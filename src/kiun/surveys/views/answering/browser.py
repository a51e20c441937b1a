"""What the browser of somebody who answers keeps: secrets and marks that stand nowhere else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kiun.surveys.models import Survey

DAY = 24 * 60 * 60
# Browsers keep nothing for longer.
LONGEST = 400 * DAY
# An open survey may be closed later than its last day says.
AFTER_THE_LAST_DAY = timedelta(days=7)


@dataclass(frozen=True)
class Kept:
    """A cookie of one survey, one questionnaire or one page."""

    name: str
    path: str = "/"

    def read(self, request: HttpRequest) -> str:
        return request.COOKIES.get(self.name, "")

    def write(self, response: HttpResponse, value: str, seconds: int) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=seconds,
            path=self.path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )

    def forget(self, response: HttpResponse) -> None:
        response.delete_cookie(self.name, path=self.path, samesite="Lax")


def kept_draft(survey: Survey, path: str) -> Kept:
    """The secret of answers begun, sent to their own page only."""
    return Kept(f"draft-{survey.pk}", path)


def kept_mark(survey: Survey, path: str) -> Kept:
    """That this browser has answered by the address for everybody."""
    return Kept(f"answered-{survey.pk}", path)


def kept_pair(survey: Survey) -> Kept:
    """The secret that ties answers over time: whoever comes by a link today may sign in the next time."""
    return Kept(f"pair-{survey.questionnaire.family.hex}")


def until_it_closes(survey: Survey) -> int:
    left = (survey.closes_on + AFTER_THE_LAST_DAY - timezone.localdate()).days
    return min(max(left, 1) * DAY, LONGEST)


def unkept(response: Any) -> Any:
    """Neither the browser nor anything between keeps the page, and no other page learns its address."""
    response["Cache-Control"] = "no-store, private"
    # Not "no-referrer": browsers would send a form without its origin then, which is refused as a forgery.
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
