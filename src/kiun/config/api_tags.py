"""Conditional requests: as long as nothing in the town has changed, a program that asks again gets a 304."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Max
from django.http import HttpResponse, HttpResponseNotModified

from kiun.activity.queries import town_version
from kiun.goals.models import IndicatorState
from kiun.municipality.api_access import ApiRequest

Run = Callable[..., HttpResponse]


def tagged(run: Run) -> Run:
    @wraps(run)
    def answer(request: ApiRequest, **arguments: Any) -> HttpResponse:
        if request.method != "GET":
            return _with_tag(request, run(request, **arguments))
        tag = _tag(request)
        if tag in _tags(request.headers.get("If-None-Match", "")):
            return HttpResponseNotModified(headers={"ETag": tag})
        response = run(request, **arguments)
        if response.status_code == 200:  # noqa: PLR2004
            response.headers["ETag"] = tag
        return response

    return answer


def _with_tag(request: ApiRequest, response: HttpResponse) -> HttpResponse:
    """The next change can be made from the answer to this one."""
    if response.status_code < 300:  # noqa: PLR2004
        response.headers["ETag"] = _tag(request)
    return response


def _tag(request: ApiRequest) -> str:
    """Begins with the version that `If-Match` gives back. A new day and a new judgement change answers, too."""
    judged = IndicatorState.objects.aggregate(newest=Max("computed_on"))["newest"]
    return f'"{town_version(request.town)}-{request.actor.on:%Y%m%d}-{judged or ""}"'


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
