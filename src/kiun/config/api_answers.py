"""What surrounds every operation: a change is written with its answer or not at all, and as long as nothing in the town
has changed, a program that asks again gets a 304.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseNotModified

from kiun.activity.queries import town_version
from kiun.goals.queries import last_judged_on
from kiun.municipality.api_access import ApiRequest

Run = Callable[..., HttpResponse]
FIRST_ERROR = 400


def answered_whole(run: Run) -> Run:
    @wraps(run)
    def answer(request: ApiRequest, **arguments: Any) -> HttpResponse:
        if request.method == "GET":
            return _read(request, run, arguments)
        return _write(request, run, arguments)

    return answer


def _read(request: ApiRequest, run: Run, arguments: dict[str, Any]) -> HttpResponse:
    tag = _tag(request)
    if tag in _tags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": tag})
    response = run(request, **arguments)
    if response.status_code < FIRST_ERROR:
        response.headers["ETag"] = tag
    return response


@transaction.atomic
def _write(request: ApiRequest, run: Run, arguments: dict[str, Any]) -> HttpResponse:
    response = run(request, **arguments)
    if response.status_code >= FIRST_ERROR:
        transaction.set_rollback(True)
    else:
        # The next change can be made from the answer to this one.
        response.headers["ETag"] = _tag(request)
    return response


def _tag(request: ApiRequest) -> str:
    """Begins with the version that `If-Match` gives back. A new day and a new judgement change answers, too."""
    return f'"{town_version(request.town)}-{request.actor.on:%Y%m%d}-{last_judged_on() or ""}"'


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
