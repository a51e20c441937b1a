"""A form, one service, and what it answers: saved, a sentence at a field, or a conflict with somebody else's change."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from kiun.activity.forms.versioned import VersionedForm
from kiun.activity.history import history_entries
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import OwnedModel
from kiun.ui.links import town_url

RowT = TypeVar("RowT", bound=OwnedModel)

UNPROCESSABLE = 422
CONFLICT = 409


def accepts(form: forms.BaseForm, save: Callable[[], object]) -> bool:
    """Whether the valid `form` could be saved; what the service refuses is said at its field."""
    if not form.is_valid():
        return False
    try:
        save()
    except (NotAllowedError, ConflictError):
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
    except ValidationError as error:
        _add_errors(form, error)
    return form.is_valid()


def _add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    for name, said in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
        for message in said:
            form.add_error(name if name in form.fields else None, message)


def go_to(request: TownRequest, name: str, *args: Any) -> HttpResponse:
    return redirect(town_url(request.town, name, *args))


def attempt(request: TownRequest, act: Callable[[], object], done: object, page: str, *args: Any) -> HttpResponse:
    """Press a button: what stands in the way is said on the page that follows."""
    try:
        act()
    except NotAllowedError:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, str(done))
    return go_to(request, page, *args)


def show_form(
    request: TownRequest, template: str, form: forms.BaseForm, *, status: int = 0, **context: Any
) -> HttpResponse:
    """A form that was refused answers 422, so that nobody takes the page for a success."""
    if not status:
        status = UNPROCESSABLE if form.is_bound and form.errors else HttpResponse.status_code
    return render(request, template, {"form": form, **context}, status=status)


def edit_row(
    request: TownRequest,
    row: RowT,
    *,
    make: Callable[[RowT, QueryDict | None], VersionedForm],
    save: Callable[[Any], object],
    done: Callable[[], HttpResponse],
    template: str,
    **page: Any,
) -> HttpResponse:
    """Edit a row with a form of its own; when somebody else was faster, show both changes and overwrite nothing."""
    form = make(row, request.POST or None)
    try:
        if request.method == "POST" and accepts(form, lambda: save(form)):
            return done()
    except ConflictError:
        stored = type(row).objects.get(pk=row.pk)
        merge = form.merge(stored)
        conflict = {"entries": history_entries(merge.entries), "contested": merge.contested}
        return show_form(request, template, make(stored, merge.data), status=CONFLICT, conflict=conflict, **page)
    return show_form(request, template, form, **page)
