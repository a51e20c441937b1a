"""Pages for partners, and the comments that both sides write."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.initiatives.forms.comments import CommentForm
from kiun.initiatives.models import Initiative
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.queries.comments import comments_on
from kiun.initiatives.queries.shared import shared_initiatives, shared_sheet
from kiun.initiatives.services.comments import add_comment
from kiun.initiatives.views.initiatives import found_initiative
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest, open_to_members
from kiun.surveys.queries.visible import surveys_to_answer


@open_to_members
def shared_list(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.see_shared")
    # A partner comes here first. Staff are asked on a page of their own, where nobody looks on.
    asked = [] if request.actor.is_town_staff else list(surveys_to_answer(request.actor))
    context = {"rows": shared_initiatives(request.actor), "asked": asked}
    return render(request, "initiatives/shared_list.html", context)


@open_to_members
def shared_detail(request: TownRequest, pk: int) -> HttpResponse:
    """A partner reads and comments; colleagues look at what the partner sees."""
    initiative = get_object_or_404(_shared(request), pk=pk)
    form = CommentForm(request.POST or None)
    if request.method == "POST" and accepts(form, lambda: _comment(request, initiative, form)):
        return go_to(request, "initiatives:shared_detail", pk)
    return show_form(
        request,
        "initiatives/shared_detail.html",
        form,
        initiative=initiative,
        sheet=shared_sheet(initiative, request.actor.on),
        comments=comments_on(initiative, request.actor),
        is_preview=request.actor.is_town_staff,
    )


def _shared(request: TownRequest) -> QuerySet[Initiative]:
    return visible_initiatives(request.actor).filter(shares__isnull=False).select_related("owner__user").distinct()


def comment_add(request: TownRequest, pk: int) -> HttpResponse:
    """The form on the page of the initiative; a refused comment is shown on a page of its own, with its words."""
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.comment", initiative)
    form = CommentForm(request.POST or None)
    if request.method == "POST" and accepts(form, lambda: _comment(request, initiative, form)):
        return go_to(request, "initiatives:initiative_detail", pk)
    return show_form(
        request,
        "initiatives/decision_form.html",
        form,
        initiative=initiative,
        title=_("Write a comment"),
        submit=_("Write it"),
    )


def _comment(request: TownRequest, initiative: Initiative, form: CommentForm) -> None:
    add_comment(actor=request.actor, initiative=initiative, text=form.cleaned_data["text"])
    messages.success(request, _("Your comment is there."))
