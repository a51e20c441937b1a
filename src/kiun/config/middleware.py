"""Maps a DomainError to a page, once for the whole application."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError

STATUS = {NotAllowedError: 403, ConflictError: 409}


class DomainErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        status = STATUS.get(type(exception), 400)
        return render(request, "ui/domain_error.html", {"error": exception}, status=status)
