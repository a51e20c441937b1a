"""The ways of carrying an initiative out, side by side, and what each needs."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kiun.activity.history import history_entries
from kiun.activity.queries import changes_since, version_of
from kiun.activity.views.saving import CONFLICT, UNPROCESSABLE, accepts, go_to, show_form
from kiun.initiatives.forms.modes import ChoiceReasonForm, ModeForm, NeedForms
from kiun.initiatives.models import Initiative, InitiativeStatus, Mode
from kiun.initiatives.queries.modes import compare_modes
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.initiatives.resource_wording import say_modes
from kiun.initiatives.services.modes import choose_mode, remove_mode, save_mode
from kiun.kernel.errors import ConflictError
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest

FIRST_QUARTERS, FULL_EFFECT = 4, 100


def _initiative(request: TownRequest, pk: int) -> Initiative:
    rows = visible_initiatives(request.actor).select_related("department", "plan")
    found: Initiative = get_object_or_404(rows, pk=pk)
    # Partners are shown the work, not what it costs.
    require(request.actor, "initiatives.see_needs", found)
    return found


def _mode(request: TownRequest, pk: int, mode: int) -> Mode:
    initiative = _initiative(request, pk)
    found: Mode = get_object_or_404(Mode, pk=mode, initiative=initiative)
    found.initiative = initiative
    require(request.actor, "initiatives.change_needs", initiative)
    return found


def mode_list(request: TownRequest, pk: int) -> HttpResponse:
    initiative = _initiative(request, pk)
    comparison = compare_modes(initiative)
    context = {
        "initiative": initiative,
        "comparison": comparison,
        "lead": say_modes(comparison),
        "may_change": may(request.actor, "initiatives.change_needs", initiative),
        "may_commit": may(request.actor, "initiatives.manage_budgets"),
    }
    return render(request, "initiatives/mode_list.html", context)


def mode_create(request: TownRequest, pk: int) -> HttpResponse:
    initiative = _initiative(request, pk)
    require(request.actor, "initiatives.change_needs", initiative)
    return _edit(request, Mode(initiative=initiative, quarters=FIRST_QUARTERS, effect=FULL_EFFECT))


def mode_edit(request: TownRequest, pk: int, mode: int) -> HttpResponse:
    return _edit(request, _mode(request, pk, mode))


def _edit(request: TownRequest, mode: Mode) -> HttpResponse:
    initiative = mode.initiative
    data = request.POST if request.method == "POST" else None
    form, needs = ModeForm(data, instance=mode), NeedForms(mode, data)
    page: dict[str, Any] = {"initiative": initiative, "is_new": mode.pk is None, "needs": needs}
    if data is not None and needs.grow:
        return render(request, "initiatives/mode_form.html", {"form": _unread(form), **page})

    def save() -> None:
        values = form.cleaned_data
        reason, seen = values.get("reason", ""), values["seen"] if mode.pk else None
        save_mode(actor=request.actor, mode=form.instance, needs=needs.needs(), reason=reason, seen=seen)

    try:
        if data is not None and needs.is_valid() and accepts(form, save):
            messages.success(request, _("The way of carrying it out was saved."))
            return go_to(request, "initiatives:mode_list", initiative.pk)
    except ConflictError:
        return _show_conflict(request, form, page)
    status = UNPROCESSABLE if needs.has_errors else 0
    return show_form(request, "initiatives/mode_form.html", form, status=status, **page)


def _unread(form: ModeForm) -> ModeForm:
    """As it was typed, without a word about what is still missing."""
    typed = {name: form.data.get(name, "") for name in form.fields}
    return ModeForm(initial=typed, instance=form.instance)


def _show_conflict(request: TownRequest, form: ModeForm, page: dict[str, Any]) -> HttpResponse:
    """Somebody else has changed this way, or its needs: theirs is shown, what was typed stays."""
    stored = Mode.objects.get(pk=form.instance.pk)
    entries = history_entries(changes_since(form.cleaned_data["seen"] or 0, stored))
    fresh = request.POST.copy()
    fresh["seen"] = str(version_of(stored))
    again = ModeForm(fresh, instance=form.instance)
    conflict = {"entries": entries, "contested": ()}
    return show_form(request, "initiatives/mode_form.html", again, status=CONFLICT, conflict=conflict, **page)


def mode_choose(request: TownRequest, pk: int, mode: int) -> HttpResponse:
    """What changes is shown before it is done."""
    wanted = _mode(request, pk, mode)
    is_revision = wanted.initiative.status == InitiativeStatus.APPROVED
    form = ChoiceReasonForm(request.POST or None, is_revision=is_revision)

    def save() -> None:
        choose_mode(actor=request.actor, mode=wanted, reason=form.cleaned_data["reason"])

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("From now on the plan counts with this way."))
        return go_to(request, "initiatives:mode_list", pk)
    comparison = compare_modes(wanted.initiative)
    chosen = [summary for summary in comparison.modes if summary.mode.is_chosen or summary.mode.pk == wanted.pk]
    return show_form(
        request, "initiatives/mode_choose.html", form,
        initiative=wanted.initiative, mode=wanted, comparison=comparison, summaries=chosen,
    )  # fmt: skip


def mode_remove(request: TownRequest, pk: int, mode: int) -> HttpResponse:
    unwanted = _mode(request, pk, mode)
    is_revision = unwanted.is_chosen and unwanted.initiative.status == InitiativeStatus.APPROVED
    form = ChoiceReasonForm(request.POST or None, is_revision=is_revision)

    def save() -> None:
        remove_mode(actor=request.actor, mode=unwanted, reason=form.cleaned_data["reason"])

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("The way was removed."))
        return go_to(request, "initiatives:mode_list", pk)
    return show_form(request, "initiatives/mode_remove.html", form, initiative=unwanted.initiative, mode=unwanted)
