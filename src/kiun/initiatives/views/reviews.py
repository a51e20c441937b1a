"""Reviews: planning, preparing, holding and closing one, and what is taken along from it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kiun.activity.queries import town_version
from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.initiatives.forms.reviews import CloseForm, PutOffForm, ReviewForm, quarter_in
from kiun.initiatives.models import Review
from kiun.initiatives.queries.hidden import is_hidden
from kiun.initiatives.queries.needed_first import needed_to_look_at_plan
from kiun.initiatives.queries.reviews.decisions import count_states, stuck_decisions, with_state
from kiun.initiatives.queries.reviews.page import (
    SHOWN,
    agenda_of,
    is_expected_to_state,
    minor_items,
    reviews_with_counts,
    sits_at_the_table,
    stuck_by_review,
)
from kiun.initiatives.queries.reviews.people import offered_participants
from kiun.initiatives.queries.reviews.readiness import lacks_of, stopped_initiative
from kiun.initiatives.queries.reviews.visible import binding_decisions, visible_decisions
from kiun.initiatives.review_wording import say_agenda, say_decisions
from kiun.initiatives.services.reviews import (
    begin_review,
    close_review,
    discard_review,
    gather,
    put_off_minor,
    save_review,
)
from kiun.kernel.fiscal_year import Period, Quarter, quarter_of
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest


def review_list(request: TownRequest) -> HttpResponse:
    stuck = stuck_decisions(request.actor)
    counts = count_states(with_state(visible_decisions(request.actor), request.actor.on))
    slow = stuck_by_review(request.actor)
    hidden = is_hidden(request.actor, seen=sum(counts.values()), among=binding_decisions())
    quarter, planned = _to_hold(quarter_of(request.actor.on))
    context = {
        "rows": [(review, slow.get(review.pk, 0)) for review in reviews_with_counts(request.actor)],
        "lead": say_decisions(counts, sum(slow.values()), is_hidden=hidden),
        "sees_all": request.actor.sees_all,
        "stuck": stuck[:SHOWN],
        "others": max(sum(slow.values()) - SHOWN, 0),
        "quarter": quarter,
        "quarter_key": Period.of_quarter(quarter).key,
        "planned": planned,
        "may_hold": may(request.actor, "initiatives.hold_reviews"),
        "needed": needed_to_look_at_plan(request.actor),
    }
    return render(request, "initiatives/review_list.html", context)


def _to_hold(quarter: Quarter) -> tuple[Quarter, Review | None]:
    """Of this quarter; where that one is closed, of the next. With what is planned of it."""
    planned = _review_of(quarter)
    if planned and planned.is_closed:
        quarter = quarter.next()
        planned = _review_of(quarter)
    return quarter, planned


def _review_of(quarter: Quarter) -> Review | None:
    return Review.objects.filter(year=quarter.fiscal_year.year, quarter=quarter.number).first()


def review_create(request: TownRequest) -> HttpResponse:
    """`?quarter=FY2026Q3` says which one."""
    require(request.actor, "initiatives.hold_reviews")
    if needed := needed_to_look_at_plan(request.actor):
        return render(request, "initiatives/needed_page.html", {"title": _("Plan a review"), "needed": needed})
    quarter = quarter_in(request.GET.get("quarter")) or quarter_of(request.actor.on)
    initial = {
        "quarter_key": Period.of_quarter(quarter).key,
        "held_on": quarter.end,
        "participants": list(offered_participants(request.actor, []).values_list("pk", flat=True)),
    }
    form = ReviewForm(request.POST or None, instance=Review(), actor=request.actor, initial=initial)
    if request.method == "POST" and accepts(form, lambda: _save(request, form)):
        messages.success(request, _("The review is planned. Its agenda has made itself."))
        return go_to(request, "initiatives:review_detail", form.instance.pk)
    return show_form(request, "initiatives/review_form.html", form)


def _save(request: TownRequest, form: Any) -> None:
    save_review(
        actor=request.actor,
        review=form.instance,
        participants=list(form.cleaned_data["participants"]),
        seen=form.cleaned_data["seen"],
    )


def review_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "initiatives.hold_reviews")
    review = _review(pk)
    return edit_row(
        request,
        review,
        make=lambda row, data: ReviewForm(data, instance=row, actor=request.actor),
        save=lambda form: _save(request, form),
        done=lambda: go_to(request, "initiatives:review_detail", pk),
        template="initiatives/review_form.html",
        review=review,
    )


def review_detail(request: TownRequest, pk: int) -> HttpResponse:
    review = _review(pk)
    agenda = agenda_of(review, request.actor)
    context = {
        "review": review,
        "agenda": agenda,
        "lead": say_agenda(agenda, concerns_all=request.actor.sees_all),
        "participants": review.participants.select_related("post__user", "post__department"),
        "version": _version(request, review),
        "may_hold": may(request.actor, "initiatives.hold_reviews"),
        "may_decide": may(request.actor, "initiatives.decide_in_review"),
        "is_asked": is_expected_to_state(request.actor, review),
        "at_the_table": sits_at_the_table(request.actor, review),
        "begins_on_another_day": review.held_on != request.actor.on,
    }
    return render(request, "initiatives/review_detail.html", context)


def _review(pk: int) -> Review:
    return get_object_or_404(Review.objects.select_related("decider__user", "current"), pk=pk)


def _version(request: TownRequest, review: Review) -> str:
    """Differs when anything in the town has changed, or when the agenda was brought up to date."""
    return (
        f"{town_version(request.town)}-{review.gathered_at:%s}"
        if review.gathered_at
        else str(town_version(request.town))
    )


def review_version(request: TownRequest, pk: int) -> HttpResponse:
    return JsonResponse({"version": _version(request, _review(pk))})


@require_POST
def review_gather(request: TownRequest, pk: int) -> HttpResponse:
    gather(actor=request.actor, review=_review(pk))
    messages.success(request, _("The agenda is up to date."))
    return go_to(request, "initiatives:review_detail", pk)


@require_POST
def review_discard(request: TownRequest, pk: int) -> HttpResponse:
    discard_review(actor=request.actor, review=_review(pk))
    messages.success(request, _("The review was discarded."))
    return go_to(request, "initiatives:review_list")


def review_put_off_minor(request: TownRequest, pk: int) -> HttpResponse:
    """What is not urgent, with one reason."""
    require(request.actor, "initiatives.hold_reviews")
    review = _review(pk)
    form = PutOffForm(request.POST or None)

    def save() -> None:
        reason = form.cleaned_data["put_off_reason"]
        number = put_off_minor(actor=request.actor, review=review, reason=reason)
        said = ngettext("%(n)s item was put off.", "%(n)s items were put off.", number)
        messages.success(request, said % {"n": number})

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:review_detail", pk)
    note = "、".join(item.title for item in minor_items(review)) or _("None is left.")
    page: dict[str, Any] = {"title": _("Put off what is not urgent"), "submit": _("Put them off"), "note": note}
    return show_form(request, "initiatives/item_form.html", form, review=review, **page)


@require_POST
def review_begin(request: TownRequest, pk: int) -> HttpResponse:
    review = begin_review(actor=request.actor, review=_review(pk))
    return go_to(request, "initiatives:item_detail", review.current_id)


def review_close(request: TownRequest, pk: int) -> HttpResponse:
    """What will happen, what is still lacking, and the button that makes it happen."""
    require(request.actor, "initiatives.hold_reviews")
    review = _review(pk)
    agenda = agenda_of(review, request.actor)
    form = CloseForm(request.POST or None, review=review, has_rest=bool(agenda.open))

    def save() -> None:
        close_review(
            actor=request.actor,
            review=review,
            present=list(form.cleaned_data["attended"]),
            rest_reason=form.cleaned_data.get("rest_reason", ""),
            summary=form.cleaned_data["summary"],
        )

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("The review is closed. What was decided is on its way."))
        return go_to(request, "initiatives:review_detail", pk)
    return show_form(request, "initiatives/review_close.html", form, review=review, agenda=agenda, **_effects(agenda))


def _effects(agenda: Any) -> dict[str, Any]:
    """What the closing lacks, and what it does: tasks, errands, and initiatives that end."""
    decided = [row.decision for row in agenda.on_the_table if row.decision and row.decision.verdict]
    return {
        "lacks": lacks_of(agenda.on_the_table),
        "stopping": [decision for decision in decided if stopped_initiative(decision)],
        "errands": [decision for decision in decided if decision.person_id],
    }


def review_today(request: TownRequest, pk: int) -> HttpResponse:
    """本日決めること: for the leadership, on a phone."""
    require(request.actor, "initiatives.decide_in_review")
    review = _review(pk)
    context = {
        "review": review,
        "agenda": agenda_of(review, request.actor),
        "version": _version(request, review),
    }
    return render(request, "initiatives/review_today.html", context)


def review_minutes(request: TownRequest, pk: int) -> HttpResponse:
    review = _review(pk)
    context = {
        "review": review,
        "agenda": agenda_of(review, request.actor),
        "participants": review.participants.select_related("post__user", "post__department"),
        "knows_who_was_there": review.is_closed and not review.participants.filter(attended=None).exists(),
        "sees_all": request.actor.sees_all,
        "at_the_table": sits_at_the_table(request.actor, review),
    }
    return render(request, "initiatives/review_minutes.html", context)
