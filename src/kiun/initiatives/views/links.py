"""What is tied to an initiative: what comes before it, which partners see it, its files."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.services import add_attachment
from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.initiatives.forms.links import FileForm, LinkForm, ShareForm
from kiun.initiatives.forms.phases import PlanReasonForm
from kiun.initiatives.models import Initiative, InitiativeLink, SharedInitiative
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.services.links import link_initiatives, unlink_initiatives
from kiun.initiatives.services.shares import end_sharing, share_initiative
from kiun.initiatives.views.initiatives import found_initiative
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest


def link_create(request: TownRequest, pk: int) -> HttpResponse:
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.change_initiative", initiative)
    form = LinkForm(request.POST or None, actor=request.actor, initiative=initiative)
    if request.method == "POST" and accepts(
        form, lambda: link_initiatives(actor=request.actor, link=form.link(), reason=form.said_reason)
    ):
        messages.success(request, _("Saved."))
        return go_to(request, "initiatives:initiative_detail", pk)
    return show_form(
        request,
        "initiatives/decision_form.html",
        form,
        initiative=initiative,
        title=_("What comes before"),
        submit=_("Save the order"),
        explanation=_("This initiative begins only when the other one has ended or begun."),
    )


def link_remove(request: TownRequest, pk: int) -> HttpResponse:
    links = InitiativeLink.objects.filter(after__in=visible_initiatives(request.actor))
    link = get_object_or_404(links.select_related("before", "after__department"), pk=pk)
    require(request.actor, "initiatives.change_initiative", link.after)
    form = PlanReasonForm(request.POST if request.method == "POST" else None, initiative=link.after)
    if request.method == "POST" and accepts(
        form, lambda: unlink_initiatives(actor=request.actor, link=link, reason=form.said_reason)
    ):
        messages.success(request, _("Removed."))
        return go_to(request, "initiatives:initiative_detail", link.after_id)
    return show_form(
        request,
        "initiatives/decision_form.html",
        form,
        initiative=link.after,
        title=_("No longer wait for “%(name)s”") % {"name": link.before},
        submit=_("Remove it"),
    )


def share_create(request: TownRequest, pk: int) -> HttpResponse:
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.share_initiative", initiative)
    form = ShareForm(request.POST or None, actor=request.actor, initiative=initiative)
    if request.method == "POST" and accepts(
        form,
        lambda: share_initiative(actor=request.actor, initiative=initiative, partner=form.cleaned_data["partner"]),
    ):
        messages.success(request, _("Shared. The partner was told."))
        return go_to(request, "initiatives:initiative_detail", pk)
    return show_form(
        request,
        "initiatives/decision_form.html",
        form,
        initiative=initiative,
        title=_("Share with a partner"),
        submit=_("Share it"),
        explanation=_(
            "The partner sees what is done for whom, the phases, the milestones and how far the tasks are, and may "
            "comment. Money, people, files, colleagues' comments and the history stay inside the town hall."
        ),
    )


def file_add(request: TownRequest, pk: int) -> HttpResponse:
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.plan_tasks", initiative)
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))

    def save() -> None:
        label, upload = Initiative._meta.label_lower, form.cleaned_data["file"]
        add_attachment(actor=request.actor, object_type=label, object_id=pk, upload=upload)

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("The file was added."))
        return go_to(request, "initiatives:initiative_detail", pk)
    return show_form(
        request,
        "initiatives/decision_form.html",
        form,
        initiative=initiative,
        title=_("Add a file"),
        submit=_("Add the file"),
        explanation=_("Everybody in the town hall who sees the initiative can open it; partners cannot."),
    )


@require_POST
def share_end(request: TownRequest, pk: int) -> HttpResponse:
    shares = SharedInitiative.objects.filter(initiative__in=visible_initiatives(request.actor))
    shared = get_object_or_404(shares.select_related("initiative__department", "partner__user"), pk=pk)
    end_sharing(actor=request.actor, shared=shared)
    messages.success(request, _("%(name)s no longer sees it.") % {"name": shared.partner})
    return go_to(request, "initiatives:initiative_detail", shared.initiative_id)
