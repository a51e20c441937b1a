"""山崩し: tasks put one after another where they would need the same person at the same time."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import UNPROCESSABLE, accepts, go_to
from kiun.initiatives.forms.scenarios import AcceptDaysForm
from kiun.initiatives.models import Levelling
from kiun.initiatives.queries.levelling import departments_with_tasks, levelling_sheet, visible_levellings
from kiun.initiatives.services.levelling import (
    accept_levelling,
    discard_levelling,
    start_levelling,
    stop_levelling,
)
from kiun.initiatives.views.calculations import calculation_progress
from kiun.kernel.errors import ConflictError, DomainError
from kiun.kernel.keys import key_in
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.views.doors import complain
from kiun.ui.figures import figure


def _found(request: TownRequest, pk: int) -> Levelling:
    require(request.actor, "initiatives.manage_capacities")
    return get_object_or_404(visible_levellings(request.actor), pk=pk)


def levelling_list(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.manage_capacities")
    departments = departments_with_tasks(request.actor)
    if request.method == "POST":
        department = get_object_or_404(departments, pk=key_in(request.POST.get("department", "")) or 0)
        started = start_levelling(actor=request.actor, department=department)
        return go_to(request, "initiatives:levelling_detail", started.pk)
    context = {"departments": departments, "levellings": visible_levellings(request.actor)}
    return render(request, "initiatives/levelling_list.html", context)


def levelling_detail(request: TownRequest, pk: int) -> HttpResponse:
    """Accepted with a reason, below what would move: nothing is accepted that was not shown."""
    levelling = _found(request, pk)
    form = AcceptDaysForm(request.POST or None, initial={"shown": levelling.fingerprint})

    def save() -> None:
        moved = accept_levelling(actor=request.actor, levelling=levelling, **form.cleaned_data)
        said = ngettext("%(n)s task has its new days.", "%(n)s tasks have their new days.", moved)
        messages.success(request, said % {"n": figure(moved)})

    try:
        if request.method == "POST" and accepts(form, save):
            return go_to(request, "initiatives:levelling_detail", pk)
    except ConflictError as error:
        complain(request, error)
        return go_to(request, "initiatives:levelling_detail", pk)
    context = {"levelling": levelling, "sheet": levelling_sheet(levelling, request.actor), "form": form}
    status = UNPROCESSABLE if form.is_bound else HttpResponse.status_code
    return render(request, "initiatives/levelling_detail.html", context, status=status)


def levelling_progress(request: TownRequest, pk: int) -> HttpResponse:
    return calculation_progress(request, _found(request, pk), "initiatives:levelling_detail")


@require_POST
def levelling_stop(request: TownRequest, pk: int) -> HttpResponse:
    stop_levelling(actor=request.actor, levelling=_found(request, pk))
    return go_to(request, "initiatives:levelling_detail", pk)


@require_POST
def levelling_discard(request: TownRequest, pk: int) -> HttpResponse:
    try:
        discard_levelling(actor=request.actor, levelling=_found(request, pk))
    except DomainError as error:
        complain(request, error)
        return go_to(request, "initiatives:levelling_detail", pk)
    return go_to(request, "initiatives:levelling_list")
