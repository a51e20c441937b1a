"""What the doors of this room share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from kiun.kernel.errors import DomainError, NotAllowedError
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest

View = Callable[..., HttpResponse]


def for_the_dx_office(view: View) -> View:
    @wraps(view)
    def guarded(request: TownRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request.actor, "municipality.administer")
        return view(request, *args, **kwargs)

    return guarded


def attempt(form: forms.BaseForm, call: Callable[[], Any]) -> bool:
    """Call a service for a valid form; what it objects to stands beside the field that it names."""
    if not form.is_valid():
        return False
    try:
        call()
    except NotAllowedError:
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def tell(request: HttpRequest, words: object) -> None:
    messages.success(request, str(words))


def complain(request: HttpRequest, error: DomainError) -> None:
    """Say what stands in the way, on the page that follows. What is not allowed is no matter of form: 403."""
    if isinstance(error, NotAllowedError):
        raise error
    messages.error(request, error.message)
