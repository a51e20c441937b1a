"""What reviews have decided, what has come of it, and what was stopped."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.initiatives.forms.reviews import ChangeForm, ReportForm
from kiun.initiatives.models import Initiative, ReviewDecision, Verdict
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.queries.hidden import is_hidden
from kiun.initiatives.queries.ledger import visible_revisions
from kiun.initiatives.queries.reviews.decisions import (
    DecisionState,
    count_states,
    listed,
    only_stuck,
    stuck_decisions,
    with_state,
)
from kiun.initiatives.queries.reviews.visible import binding_decisions, visible_decisions
from kiun.initiatives.queries.stop_proposals import stop_proposals
from kiun.initiatives.queries.stops import by_year, stops, total_of
from kiun.initiatives.review_wording import reason_from, say_decisions, say_freed
from kiun.initiatives.services.reviews import change_as_decided, report_on_decision, tie_to_revision
from kiun.kernel.errors import NotAllowedError
from kiun.kernel.keys import key_in
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url

DECISIONS_ON_PAGE = 50
STUCK = "stuck"
REVISIONS_OFFERED = 20


def decision_list(request: TownRequest) -> HttpResponse:
    """`?state=stuck` shows what does not move, `?state=late` … one state."""
    decisions = with_state(visible_decisions(request.actor), request.actor.on)
    counts = count_states(decisions)
    stuck = only_stuck(decisions, request.actor.on).count()
    total = sum(counts.values())
    hidden = is_hidden(request.actor, seen=total, among=binding_decisions())
    wanted = request.GET.get("state", "")
    shown = listed(decisions).order_by("-decided_on", "pk")
    if wanted == STUCK:
        shown = stuck_decisions(request.actor)
    elif wanted in DecisionState.values:
        shown = shown.filter(state=wanted)
    context = {
        "page": Paginator(shown, DECISIONS_ON_PAGE).get_page(request.GET.get("page")),
        "lead": say_decisions(counts, stuck, is_hidden=hidden),
        "wanted": wanted,
        "total": total,
        "is_hidden": hidden,
        "stuck": stuck,
        "states": [(state.value, state.label, counts[state.value]) for state in DecisionState],
    }
    return render(request, "initiatives/decision_list.html", context)


def decision_detail(request: TownRequest, pk: int) -> HttpResponse:
    decision = _decision(request, pk)
    form = ReportForm(request.POST or None, initial={"report": decision.report})

    def save() -> None:
        is_done = request.POST.get("step") == "done"
        report = form.cleaned_data["report"]
        report_on_decision(actor=request.actor, decision=decision, is_done=is_done, report=report)

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("Thank you. It stands on the page of the review, too."))
        return go_to(request, "initiatives:decision_detail", pk)
    return show_form(request, "initiatives/decision_detail.html", form, **_page(request, decision))


def _page(request: TownRequest, decision: Any) -> dict[str, Any]:
    initiative = decision.initiative
    may_change = (
        bool(initiative) and initiative.is_open and may(request.actor, "initiatives.change_initiative", initiative)
    )
    return {
        "decision": decision,
        "state": DecisionState(decision.state),
        "may_report": may(request.actor, "initiatives.report_on_decision", decision) and not decision.task_id,
        "may_change": may_change and decision.verdict == Verdict.CHANGE,
        "may_tie": may(request.actor, "initiatives.hold_reviews") and decision.revision_id is None,
        "revisions": visible_revisions(request.actor).filter(on__gte=decision.decided_on)[:REVISIONS_OFFERED],
    }


def _decision(request: TownRequest, pk: int) -> Any:
    return get_object_or_404(listed(with_state(visible_decisions(request.actor), request.actor.on)), pk=pk)


def decision_change(request: TownRequest, pk: int) -> HttpResponse:
    """「変える」 in the approved plan, with the reason filled in from the review."""
    decision = _decision(request, pk)
    initiative = _changeable(request, decision)
    reason = reason_from(decision.reason.strip() or decision, decision.item.review)

    def save(form: ChangeForm) -> None:
        chosen = form.cleaned_data
        change_as_decided(
            actor=request.actor,
            decision=decision,
            initiative=form.instance,
            reason=chosen["reason"],
            seen=chosen["seen"],
        )
        messages.success(request, _("The plan is changed, and the decision leads to the entry of the ledger."))

    return edit_row(
        request,
        initiative,
        make=lambda row, data: ChangeForm(data, instance=row, initial={"reason": reason}),
        save=save,
        done=lambda: go_to(request, "initiatives:decision_detail", pk),
        template="initiatives/decision_change.html",
        decision=decision,
        initiative=initiative,
        edit_url=town_url(request.town, "initiatives:initiative_edit", initiative.pk),
    )


def _changeable(request: TownRequest, decision: ReviewDecision) -> Initiative:
    if decision.verdict != Verdict.CHANGE:
        raise Http404
    initiative = get_object_or_404(visible_initiatives(request.actor), pk=decision.initiative_id)
    require(request.actor, "initiatives.change_initiative", initiative)
    if not initiative.is_open:
        raise NotAllowedError(_("This initiative has ended and stays as it was."))
    return initiative


@require_POST
def decision_revision(request: TownRequest, pk: int) -> HttpResponse:
    """The plan was changed as decided, by another form: say which entry of the ledger it is."""
    decision = _decision(request, pk)
    require(request.actor, "initiatives.hold_reviews")
    revision = get_object_or_404(visible_revisions(request.actor), pk=key_in(request.POST.get("revision")) or 0)
    tie_to_revision(actor=request.actor, decision=decision, revision=revision)
    messages.success(request, _("The decision leads to the entry of the ledger."))
    return go_to(request, "initiatives:decision_detail", pk)


def stop_list(request: TownRequest) -> HttpResponse:
    found = stops(request.actor)
    total = total_of(found)
    may_decide = may(request.actor, "initiatives.decide_in_review")
    context = {
        "stops": found,
        "years": by_year(total),
        "lead": say_freed(total, len(found)),
        "proposals": stop_proposals(request.actor) if may_decide else [],
        "may_decide": may_decide,
    }
    return render(request, "initiatives/stop_list.html", context)
