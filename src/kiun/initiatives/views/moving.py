"""Moving an initiative on the roadmap: first what it would do, then, with a reason, the move itself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from kiun.activity.history import history_entries
from kiun.activity.services.conflicts import ensure_unchanged
from kiun.activity.views.saving import CONFLICT, UNPROCESSABLE, accepts, show_form
from kiun.initiatives.forms.moving import MoveForm
from kiun.initiatives.models import Initiative
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.queries.moving import Effect, Move, effect_of
from kiun.initiatives.roadmap.wording import say_move
from kiun.initiatives.services import move_initiative
from kiun.initiatives.services.moving import check_move
from kiun.kernel.errors import ConflictError
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url


def roadmap_move(request: TownRequest, pk: int) -> HttpResponse:
    initiative = get_object_or_404(visible_initiatives(request.actor).select_related("department"), pk=pk)
    require(request.actor, "initiatives.change_initiative", initiative)
    form = MoveForm(request.POST or None, initiative=initiative)
    if request.method != "POST":
        return _show(request, initiative, form)
    is_final = request.POST.get("step") == "save"
    try:
        is_accepted = accepts(form, lambda: _save(request, initiative, form) if is_final else _look(initiative, form))
    except ConflictError:
        return _show_conflict(request, initiative, form)
    if is_accepted and is_final:
        return _to_the_roadmap(request, initiative)
    return _show(request, initiative, form, _effect(request, initiative, form.move))


def _look(initiative: Initiative, form: MoveForm) -> None:
    ensure_unchanged(initiative, form.cleaned_data["seen"])
    check_move(initiative, _move(form))


def _save(request: TownRequest, initiative: Initiative, form: MoveForm) -> None:
    effect = move_initiative(
        actor=request.actor,
        initiative=initiative,
        move=_move(form),
        reason=form.cleaned_data["reason"],
        seen=form.cleaned_data["seen"],
        shown=request.POST.get("shown", ""),
    )
    messages.success(request, _("Moved: %(what)s") % {"what": say_move(effect)})


def _move(form: MoveForm) -> Move:
    assert form.move is not None
    return form.move


def _effect(request: TownRequest, initiative: Initiative, move: Move | None) -> Effect | None:
    is_possible = move is not None and move.starts_on <= move.ends_on and initiative.is_open
    if move is None or not is_possible or (move.starts_on, move.ends_on) == (initiative.starts_on, initiative.ends_on):
        return None
    return effect_of(request.actor, initiative, move)


def _show(request: TownRequest, initiative: Initiative, form: MoveForm, effect: Effect | None = None) -> HttpResponse:
    lead = say_move(effect) if effect else ""
    form.ask_for_reason()
    return show_form(request, _template(request), form, initiative=initiative, effect=effect, lead=lead)


def _show_conflict(request: TownRequest, initiative: Initiative, form: MoveForm) -> HttpResponse:
    stored = Initiative.objects.get(pk=initiative.pk)
    merge = form.merge(stored)
    conflict = {"entries": history_entries(merge.entries), "contested": merge.contested}
    merged = MoveForm(merge.data, initiative=stored)
    # In the dialog of the roadmap only forms that were refused are shown (422).
    status = UNPROCESSABLE if request.htmx else CONFLICT
    return show_form(request, _template(request), merged, status=status, initiative=stored, conflict=conflict)


def _template(request: TownRequest) -> str:
    page = "initiatives/roadmap_move.html"
    return f"{page}#move" if request.htmx else page


def _to_the_roadmap(request: TownRequest, initiative: Initiative) -> HttpResponse:
    """Back to where it was dragged, with the same rows on the same scale."""
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{town_url(request.town, 'initiatives:roadmap')}{query}#i{initiative.pk}")
