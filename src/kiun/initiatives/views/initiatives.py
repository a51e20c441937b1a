from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kiun.activity.history import history_entries
from kiun.activity.queries import attachments_of
from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.goals.models import Goal
from kiun.goals.queries import visible_goals
from kiun.initiatives.forms.comments import CommentForm
from kiun.initiatives.forms.filters import InitiativeFilterForm
from kiun.initiatives.forms.initiatives import InitiativeForm, OwnerForm
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.queries.comments import comments_on
from kiun.initiatives.queries.hidden import is_hidden
from kiun.initiatives.queries.history import history_of_initiative
from kiun.initiatives.queries.listing import initiative_rows, listed_initiatives, sorted_initiatives
from kiun.initiatives.queries.needed_first import needed_to_propose
from kiun.initiatives.queries.reviews.page import decisions_of_initiative
from kiun.initiatives.queries.sheet import sheet_of
from kiun.initiatives.queries.standing import standing_counts
from kiun.initiatives.services import save_initiative
from kiun.initiatives.views.tasks import version_of_work
from kiun.initiatives.wording import say_initiative, say_initiatives
from kiun.kernel.changes import Verb
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.kernel.keys import key_in
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.history import HistoryEntry

INITIATIVES_ON_PAGE = 50
LATEST = 30


def initiative_list(request: TownRequest) -> HttpResponse:
    filter_form = InitiativeFilterForm(request.GET, actor=request.actor)
    chosen = filter_form.filter_for(request.actor)
    found = chosen.narrow(listed_initiatives(request.actor), request.actor.on)
    page = Paginator(sorted_initiatives(found, filter_form.sorting), INITIATIVES_ON_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "filter_form": filter_form,
        "is_filtered": chosen.is_set,
        "goal": visible_goals(request.actor).filter(pk=chosen.goal).first() if chosen.goal else None,
        "page": page,
        "rows": initiative_rows(page.object_list, request.actor.on),
        "version": version_of_work(request),
    }
    if request.htmx:
        return render(request, "initiatives/initiative_list.html#results", context)
    return render(request, "initiatives/initiative_list.html", context | _overview(request))


def _overview(request: TownRequest) -> dict[str, object]:
    counts = standing_counts(visible_initiatives(request.actor), request.actor.on)
    approved = Initiative.objects.filter(status=InitiativeStatus.APPROVED)
    return {
        "counts": counts,
        "lead": say_initiatives(counts, is_hidden=is_hidden(request.actor, seen=counts.counted, among=approved)),
        "is_hidden": is_hidden(request.actor, seen=counts.total, among=Initiative.objects.all()),
        "may_propose": may(request.actor, "initiatives.propose_initiative"),
        "needed": needed_to_propose(request.actor),
        "may_see_resources": may(request.actor, "initiatives.see_resources"),
    }


def initiative_detail(request: TownRequest, pk: int) -> HttpResponse:
    initiative = found_initiative(request, pk)
    sheet = sheet_of(initiative, request.actor)
    context = {
        "initiative": initiative,
        "sheet": sheet,
        "lead": say_initiative(sheet),
        "version": version_of_work(request),
        "comments": comments_on(initiative, request.actor),
        "comment_form": CommentForm(),
        "decisions": decisions_of_initiative(request.actor, initiative),
        "files": attachments_of(initiative).select_related("added_by__user"),
        "history": _history(initiative),
        **_rights(request, initiative),
    }
    return render(request, "initiatives/initiative_detail.html", context)


def _history(initiative: Initiative) -> list[HistoryEntry]:
    """What it was written with stands on the page already."""
    records = list(history_of_initiative(initiative)[:LATEST])
    return [
        replace(entry, changes=()) if record.verb == Verb.CREATED else entry
        for record, entry in zip(records, history_entries(records), strict=True)
    ]


def _rights(request: TownRequest, initiative: Initiative) -> dict[str, bool]:
    names = ("change_initiative", "approve_initiative", "end_initiative", "share_initiative", "plan_tasks", "comment")
    rights = {f"may_{name.partition('_')[0]}": may(request.actor, f"initiatives.{name}", initiative) for name in names}
    return rights | {"may_change": rights["may_change"] and initiative.is_open}


def found_initiative(request: TownRequest, pk: int) -> Initiative:
    rows: QuerySet[Initiative] = visible_initiatives(request.actor).select_related(
        "plan", "policy", "department", "owner__user", "owner__department"
    )
    return get_object_or_404(rows, pk=pk)


def initiative_create(request: TownRequest) -> HttpResponse:
    """A proposal; `?goal=` says what it is to serve."""
    require(request.actor, "initiatives.propose_initiative")
    if needed := needed_to_propose(request.actor):
        return render(request, "initiatives/needed_page.html", {"title": _("Propose an initiative"), "needed": needed})
    goal = visible_goals(request.actor).filter(pk=key_in(request.GET.get("goal")) or 0).first()
    form = InitiativeForm(_sent(request), instance=Initiative(), actor=request.actor, initial=_proposal(request, goal))
    if form.is_bound and accepts(form, lambda: _save(request, form)):
        messages.success(request, _("Proposed. The plan counts with it once it is approved."))
        return go_to(request, "initiatives:initiative_detail", form.instance.pk)
    return show_form(request, "initiatives/initiative_form.html", form, goal=goal, alternatives=_alternatives(request))


def _sent(request: TownRequest) -> Any:
    """None as long as only the list of people is asked for (the way without a script)."""
    return request.POST if request.method == "POST" and "refresh" not in request.POST else None


def _proposal(request: TownRequest, goal: Goal | None) -> dict[str, Any]:
    if "refresh" in request.POST:
        return request.POST.dict() | {"goals": request.POST.getlist("goals")}
    coming, own = fiscal_year_of(request.actor.on).next(), request.actor.membership
    department = own.department_id if own and own.department_id else goal.department_id if goal else None
    return {
        "goal": goal.pk if goal else None,
        "department": department,
        "owner": own.pk if own else None,
        "starts_on": coming.start,
        "ends_on": coming.end,
    }


def _save(request: TownRequest, form: InitiativeForm) -> None:
    chosen = form.cleaned_data
    save_initiative(
        actor=request.actor,
        initiative=form.instance,
        goals=form.chosen_goals,
        reason=chosen.get("reason", ""),
        seen=chosen["seen"],
    )


def _alternatives(request: TownRequest) -> list[str]:
    named = visible_initiatives(request.actor).exclude(alternative_to="").order_by("alternative_to")
    return list(named.values_list("alternative_to", flat=True).distinct())


def initiative_edit(request: TownRequest, pk: int) -> HttpResponse:
    initiative = found_initiative(request, pk)
    require(request.actor, "initiatives.change_initiative", initiative)
    shown = _proposal(request, None) if "refresh" in request.POST else {}

    def save(form: InitiativeForm) -> None:
        _save(request, form)
        messages.success(request, _("Saved."))

    return edit_row(
        request,
        initiative,
        make=lambda row, data: InitiativeForm(
            None if shown else data, instance=row, actor=request.actor, initial=shown
        ),
        save=save,
        done=lambda: go_to(request, "initiatives:initiative_detail", pk),
        template="initiatives/initiative_form.html",
        initiative=initiative,
        alternatives=_alternatives(request),
    )


def people(request: TownRequest) -> HttpResponse:
    """The people of the department that was just chosen, for the owner field of the form."""
    return render(request, "initiatives/people.html", {"form": OwnerForm(request.GET, actor=request.actor)})
