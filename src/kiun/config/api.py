"""`/api/v1/`: the rooms' doors for programs, and the one place where errors become problem+json."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from kiun.config.api_answers import answered_whole
from kiun.goals.api import router as goals
from kiun.kernel.errors import ConflictError, DomainError, MissingVersionError, NotAllowedError
from kiun.kernel.problems import PROBLEM_TYPE, problem_response
from kiun.momentum.api import router as momentum
from kiun.municipality.api import router as municipality
from kiun.surveys.api import router as surveys

logger = logging.getLogger(__name__)

STATUS: dict[type[DomainError], int] = {NotAllowedError: 403, ConflictError: 409, MissingVersionError: 428}
FIRST_ERROR = 400


class PlainJSON(JSONRenderer):
    """Japanese as it is written: people look at answers, too."""

    json_dumps_params = {"ensure_ascii": False}


class KiunAPI(NinjaAPI):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._descriptions: dict[str | None, OpenAPISchema] = {}

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Made once for each language: it takes a while, and anybody may ask for it as often as they like."""
        language = get_language()
        if language not in self._descriptions:
            self._descriptions[language] = self._describe(**kwargs)
        return self._descriptions[language]

    def _describe(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                _describe_problems(operation)
        return schema

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The function's name: short, and stable when modules are cut anew."""
        return str(operation.view_func.__name__)


def _describe_problems(operation: dict[str, Any]) -> None:
    """Ninja describes every answer with one type; errors have their own."""
    for status, answer in operation["responses"].items():
        if int(status) >= FIRST_ERROR and "content" in answer:
            answer["content"] = {PROBLEM_TYPE: next(iter(answer["content"].values()))}


api = KiunAPI(
    title="Kiun",
    version="1",
    description=(
        "Plans, goals, indicators and values of one municipality: the one whose access key is shown. "
        "Figures are exact decimals in strings, days are ISO dates. docs/api.md has examples."
    ),
    renderer=PlainJSON(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_decorator(answered_whole, mode="view")
api.add_router("", municipality)
api.add_router("", goals)
api.add_router("", momentum)
api.add_router("", surveys)


@api.exception_handler(DomainError)
def _domain_error(_request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem_response(STATUS.get(type(error), 400), error.message, field=error.field)


@api.exception_handler(ModelValidationError)
def _model_error(_request: HttpRequest, error: ModelValidationError) -> HttpResponse:
    """A row that its model refuses; constraints of the whole row name no field."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    errors = [
        {"field": "" if field == "__all__" else field, "message": " ".join(messages)}
        for field, messages in by_field.items()
    ]
    return problem_response(400, errors[0]["message"], field=errors[0]["field"] or None, errors=errors)


@api.exception_handler(ValidationError)
def _not_understood(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": _field_of(item), "message": _sentence_of(item)} for item in error.errors]
    detail = _("The request does not fit the description of the interface; see “errors”.")
    return problem_response(422, detail, field=errors[0]["field"] if errors else None, errors=errors)


def _field_of(item: dict[str, Any]) -> str:
    """Without the place (body, query, path) and the name of the argument: "readings.3.on"."""
    parts = [str(part) for part in item["loc"]]
    is_body = parts[0] == "body"
    return ".".join(parts[2:] if is_body and len(parts) > 2 else parts[1:])  # noqa: PLR2004


def _sentence_of(item: dict[str, Any]) -> str:
    sentences = {
        "missing": _("This field is required."),
        "extra_forbidden": _("There is no such field."),
        "string_too_long": _("This text is too long."),
        "string_too_short": _("This text is too short."),
        "string_pattern_mismatch": _("This text has characters that cannot stand here."),
        "enum": _("This value is not one of the choices."),
        "literal_error": _("This value is not one of the choices."),
        "date_from_datetime_parsing": _("Write the day like 2026-11-23."),
        "date_parsing": _("Write the day like 2026-11-23."),
        "decimal_parsing": _('Write the figure like "45.2".'),
        "decimal_max_places": _("A figure has at most four decimal places."),
    }
    if item["type"] == "value_error":  # a sentence of our own
        return str(item["ctx"]["error"])
    return sentences.get(item["type"]) or str(item["msg"])


@api.exception_handler(Http404)
def _not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem_response(404, _("This was not found in your municipality."))


@api.exception_handler(PermissionDenied)
def _not_permitted(_request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    """Among them CrossTownError, the last guard: what belongs to another town is not there."""
    return problem_response(404, _("This was not found in your municipality."))


@api.exception_handler(IntegrityError)
def _already_there(_request: HttpRequest, _error: IntegrityError) -> HttpResponse:
    return problem_response(409, _("The same thing is already there."))


@api.exception_handler(HttpError)
def _not_readable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(error.status_code, _("The body of the request is not readable JSON."))


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem_response(500, _("Something went wrong in Kiun itself. Nothing has been changed."))
