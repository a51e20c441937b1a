"""Approving, ending and taking up again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.initiatives.forms.initiatives import EndForm, ReasonForm
from kiun.initiatives.models import UNFINISHED, Initiative, InitiativeStatus, Revision
from kiun.initiatives.queries.blockers import waiting_blockers_of
from kiun.initiatives.services import approve_initiative, end_initiative, reopen_initiative
from kiun.initiatives.views.initiatives import found_initiative
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest


def initiative_approve(request: TownRequest, pk: int) -> HttpResponse:
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.approve_initiative", initiative)
    form = ReasonForm(request.POST or None)

    def save() -> None:
        revision = approve_initiative(actor=request.actor, initiative=initiative, **form.cleaned_data)
        messages.success(request, _say_decided(_("Approved. The plan counts with it from now on."), revision))

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:initiative_detail", pk)
    page = {"title": _("Approve the initiative"), "submit": _("Approve it")}
    note = _("From now on the plan counts with it: changes need a reason, and residents see it if it is public.")
    return _page(request, form, initiative, **page, explanation=note)


def initiative_end(request: TownRequest, pk: int) -> HttpResponse:
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.end_initiative", initiative)
    form = EndForm(request.POST or None, initial={"on": request.actor.on}, initiative=initiative)

    def save() -> None:
        revision = end_initiative(actor=request.actor, initiative=initiative, **form.cleaned_data)
        messages.success(request, _say_decided(_("It has ended. Its history stays."), revision))

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:initiative_detail", pk)
    is_proposal = initiative.status == InitiativeStatus.PROPOSED
    title = _("Drop the proposal") if is_proposal else _("End the initiative")
    return _page(
        request,
        form,
        initiative,
        title=title,
        submit=_("Drop it") if is_proposal else _("End it"),
        unfinished=initiative.tasks.filter(status__in=UNFINISHED).count(),
        waiting=waiting_blockers_of(initiative),
    )


def initiative_reopen(request: TownRequest, pk: int) -> HttpResponse:
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.approve_initiative", initiative)
    form = ReasonForm(request.POST or None)

    def save() -> None:
        revision = reopen_initiative(actor=request.actor, initiative=initiative, **form.cleaned_data)
        messages.success(request, _say_decided(_("It goes on."), revision))

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:initiative_detail", pk)
    return _page(request, form, initiative, title=_("Take the initiative up again"), submit=_("Take it up again"))


def _say_decided(done: str, revision: Revision | None) -> str:
    if revision is None:
        return done
    entered = _("It stands in the ledger as change no. %(number)s of the plan.") % {"number": revision.number}
    return f"{done} {entered}"


def _page(request: TownRequest, form: Any, initiative: Initiative, **page: Any) -> HttpResponse:
    return show_form(request, "initiatives/decision_form.html", form, initiative=initiative, **page)
