from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.kernel.errors import DomainError
from kiun.municipality.actors import require
from kiun.municipality.forms import CorrectPostForm, DeputyForm, EndPostForm, HandOverForm, PostForm
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import Deputyship, Membership
from kiun.municipality.queries import holdings_of, visible_posts
from kiun.municipality.queries.people import name_and_office, successors_for
from kiun.municipality.services import add_post, appoint_deputy, change_post, end_deputyship, end_post, hand_over
from kiun.municipality.views.doors import attempt, complain, for_the_dx_office, tell
from kiun.ui.links import town_url


def _post(request: TownRequest, pk: int) -> Membership:
    return get_object_or_404(visible_posts(request.actor), pk=pk)


def _to_person(request: TownRequest, pk: int) -> HttpResponse:
    return redirect(town_url(request.town, "municipality:person_detail", pk))


@for_the_dx_office
def post_add(request: TownRequest, pk: int) -> HttpResponse:
    known = get_object_or_404(visible_posts(request.actor).filter(user__pk=pk).order_by("-valid_from", "-pk")[:1])
    form = PostForm(request.POST or None, actor=request.actor, initial={"staff_number": known.staff_number})
    if request.method == "POST" and attempt(
        form,
        lambda: add_post(
            actor=request.actor, person=known.user, details=form.details(), reason=form.cleaned_data["reason"]
        ),
    ):
        tell(request, _("The post was added."))
        return _to_person(request, pk)
    return render(request, "municipality/post_form.html", {"form": form, "person": known.user, "post": None})


@for_the_dx_office
def post_edit(request: TownRequest, pk: int) -> HttpResponse:
    post = _post(request, pk)
    form = CorrectPostForm(request.POST or None, actor=request.actor, initial=CorrectPostForm.initial_of_post(post))
    if request.method == "POST" and attempt(
        form,
        lambda: change_post(
            actor=request.actor,
            post=post,
            details=form.details(),
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
        ),
    ):
        tell(request, _("The changes are saved."))
        return _to_person(request, post.user_id)
    return render(request, "municipality/post_form.html", {"form": form, "person": post.user, "post": post})


@for_the_dx_office
def post_end(request: TownRequest, pk: int) -> HttpResponse:
    """The last day of a post; one that owns something leads to handing over first."""
    post = _post(request, pk)
    holdings = [holding for holding in holdings_of([post.pk]) if holding.ownable.is_binding]
    form = EndPostForm(request.POST or None)
    if request.method == "POST" and attempt(
        form,
        lambda: end_post(
            actor=request.actor, post=post, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"]
        ),
    ):
        tell(request, _("The post ends on that day."))
        return _to_person(request, post.user_id)
    return render(request, "municipality/post_end.html", {"form": form, "post": post, "holdings": holdings})


def hand_over_post(request: TownRequest, pk: int) -> HttpResponse:
    post = _post(request, pk)
    require(request.actor, "municipality.hand_over", post.department)
    holdings = holdings_of([post.pk])
    form = HandOverForm(
        request.POST or None,
        actor=request.actor,
        posts=successors_for(request.actor, request.actor.on).exclude(pk=post.pk),
        holdings=holdings,
    )
    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        if not form.is_confirmed():
            return _confirm_hand_over(request, post, form)
        if attempt(form, lambda: _hand_over(request, post, form)):
            tell(request, _handed_over(form))
            return _to_person(request, post.user_id)
    context = {"form": form, "post": post, "holdings": holdings, "groups": form.groups()}
    return render(request, "municipality/handover_form.html", context)


def _confirm_hand_over(request: TownRequest, post: Membership, form: HandOverForm) -> HttpResponse:
    context = {"form": form, "post": post, "received": form.received(), "outcome": form.outcome()}
    return render(request, "municipality/handover_confirm.html", context)


def _handed_over(form: HandOverForm) -> str:
    parts = [
        _("%(number)s to %(name)s") % {"number": len(rows), "name": name_and_office(to)} for to, rows in form.received()
    ]
    return _("Handed over: %(parts)s.") % {"parts": "、".join(parts)} if parts else _("The post ends on that day.")


def _hand_over(request: TownRequest, post: Membership, form: HandOverForm) -> None:
    hand_over(
        actor=request.actor,
        posts=[post],
        assignments=form.assignments(),
        reason=form.cleaned_data["reason"],
        end_on=form.cleaned_data["end_on"],
    )


def deputy_add(request: TownRequest, pk: int) -> HttpResponse:
    post = _post(request, pk)
    require(request.actor, "municipality.appoint_deputy", post)
    form = DeputyForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and attempt(
        form, lambda: appoint_deputy(actor=request.actor, principal=post, **form.cleaned_data)
    ):
        tell(request, _("%(name)s is named as stand-in.") % {"name": name_and_office(form.cleaned_data["deputy"])})
        return _to_person(request, post.user_id)
    return render(request, "municipality/deputy_form.html", {"form": form, "post": post})


@require_POST
def deputy_end(request: TownRequest, pk: int) -> HttpResponse:
    deputyship = get_object_or_404(
        Deputyship.objects.filter(principal__in=visible_posts(request.actor)).select_related(
            "principal__user", "principal__department", "deputy__user"
        ),
        pk=pk,
    )
    require(request.actor, "municipality.appoint_deputy", deputyship.principal)
    person = deputyship.principal.user_id
    try:
        end_deputyship(actor=request.actor, deputyship=deputyship, on=request.actor.on)
        tell(request, _("The deputyship ends today."))
    except DomainError as error:
        complain(request, error)
    return _to_person(request, person)
