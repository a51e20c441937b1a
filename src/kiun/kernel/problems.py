"""What a program is told when something is wrong: problem+json (RFC 9457) with a sentence for the person behind it."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

PROBLEM_TYPE = "application/problem+json"


def problem_response(
    status: int,
    detail: object,
    *,
    field: str | None = None,
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """`errors` names several fields at once: [{"field": "on", "message": "…"}, …]."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body["detail"] = str(detail)
    if field:
        body["field"] = field
    if listed := list(errors):
        body["errors"] = listed
    return JsonResponse(
        body,
        status=status,
        content_type=PROBLEM_TYPE,
        headers=dict(headers or {}),
        json_dumps_params={"ensure_ascii": False},
    )
