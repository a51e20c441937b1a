"""Phases and milestones: added together, changed and removed one by one, ticked when they are reached."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.initiatives.forms.phases import MilestoneForm, NewParts, PhaseForm, PlanReasonForm
from kiun.initiatives.models import Milestone, Phase
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.services.phases import mark_reached, remove_part, save_parts
from kiun.initiatives.views.initiatives import found_initiative
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest

Kind = type[Phase | Milestone]
PLAN = "#phases"


def phase_create(request: TownRequest, pk: int) -> HttpResponse:
    return _create(request, pk, Phase)


def milestone_create(request: TownRequest, pk: int) -> HttpResponse:
    return _create(request, pk, Milestone)


def _create(request: TownRequest, pk: int, kind: Kind) -> HttpResponse:
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.change_initiative", initiative)
    form = NewParts(request.POST or None, initiative=initiative, kind=kind)
    if request.method == "POST" and accepts(
        form,
        lambda: save_parts(actor=request.actor, initiative=initiative, parts=form.parts, reason=form.said_reason),
    ):
        messages.success(request, _("Saved."))
        return go_to(request, "initiatives:initiative_detail", pk)
    return show_form(request, "initiatives/parts_form.html", form, initiative=initiative, is_phase=kind is Phase)


def phase_edit(request: TownRequest, pk: int) -> HttpResponse:
    return _edit(request, _found(request, Phase, pk), PhaseForm)


def milestone_edit(request: TownRequest, pk: int) -> HttpResponse:
    return _edit(request, _found(request, Milestone, pk), MilestoneForm)


def _edit(request: TownRequest, part: Any, form_class: Callable[..., Any]) -> HttpResponse:
    require(request.actor, "initiatives.change_initiative", part.initiative)

    def save(form: Any) -> None:
        save_parts(
            actor=request.actor,
            initiative=part.initiative,
            parts=[form.instance],
            reason=form.said_reason,
            seen=form.cleaned_data["seen"],
        )
        messages.success(request, _("Saved."))

    return edit_row(
        request,
        part,
        make=lambda row, data: form_class(data, instance=row, initiative=part.initiative),
        save=save,
        done=lambda: go_to(request, "initiatives:initiative_detail", part.initiative_id),
        template="initiatives/part_form.html",
        initiative=part.initiative,
        is_phase=isinstance(part, Phase),
    )


def phase_remove(request: TownRequest, pk: int) -> HttpResponse:
    return _remove(request, _found(request, Phase, pk))


def milestone_remove(request: TownRequest, pk: int) -> HttpResponse:
    return _remove(request, _found(request, Milestone, pk))


def _remove(request: TownRequest, part: Any) -> HttpResponse:
    """A page, because what was approved goes with a reason only."""
    require(request.actor, "initiatives.change_initiative", part.initiative)
    form = PlanReasonForm(request.POST if request.method == "POST" else None, initiative=part.initiative)
    if request.method == "POST" and accepts(
        form, lambda: remove_part(actor=request.actor, part=part, reason=form.said_reason)
    ):
        messages.success(request, _("Removed."))
        return go_to(request, "initiatives:initiative_detail", part.initiative_id)
    page: dict[str, Any] = {"title": _("Remove “%(part)s”") % {"part": part}, "submit": _("Remove it")}
    note = _("Its tasks stay, outside the phases.") if isinstance(part, Phase) else ""
    return show_form(
        request, "initiatives/decision_form.html", form, initiative=part.initiative, explanation=note, **page
    )


@require_POST
def phase_reach(request: TownRequest, pk: int) -> HttpResponse:
    return _reach(request, _found(request, Phase, pk))


@require_POST
def milestone_reach(request: TownRequest, pk: int) -> HttpResponse:
    return _reach(request, _found(request, Milestone, pk))


def _reach(request: TownRequest, part: Any) -> HttpResponse:
    """Reached today, or not after all."""
    is_reached = request.POST.get("reached") == "yes"
    mark_reached(actor=request.actor, part=part, on=request.actor.on if is_reached else None)
    said = _("“%(part)s” is reached. Thank you.") if is_reached else _("“%(part)s” is open again.")
    messages.success(request, said % {"part": part})
    return go_to(request, "initiatives:initiative_detail", part.initiative_id)


def _found(request: TownRequest, kind: Kind, pk: int) -> Any:
    seen = visible_initiatives(request.actor)
    rows: QuerySet[Any] = kind.objects.filter(initiative__in=seen).select_related("initiative__department")
    return get_object_or_404(rows, pk=pk)
