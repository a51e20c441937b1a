"""働きかけ: what can be tried, what is registered, and what came of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, attempt, edit_row, go_to, show_form
from kiun.kernel.errors import DomainError
from kiun.kernel.keys import key_in
from kiun.momentum.dimensions import Dimension
from kiun.momentum.forms.interventions import InterventionForm, LinkForm, ReasonForm, WordsForm
from kiun.momentum.interventions_wording import (
    cautions_of,
    chart_of,
    figures_of,
    say_chance,
    say_intervention,
    say_outcome_to_come,
)
from kiun.momentum.models import Intervention, InterventionLink, InterventionState, Wave
from kiun.momentum.queries.foresight import foresight_of
from kiun.momentum.queries.interventions import (
    InterventionLine,
    all_remedies,
    evidence_before_and_after,
    lines,
    measurable_departments,
    proposed_against,
    visible_interventions,
)
from kiun.momentum.queries.linkable import linkable_things
from kiun.momentum.remedies import BY_KEY, Remedy
from kiun.momentum.services.interventions import (
    add_words,
    draw_order,
    link_to,
    register_intervention,
    remove_draft,
    save_intervention,
    unlink,
    why_not_ready,
    withdraw_intervention,
)
from kiun.momentum.wording import names_of_dimensions
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.views.doors import complain

OPEN_STATES = (InterventionState.REGISTERED, InterventionState.RUNNING)


def _found(request: TownRequest, pk: int) -> Intervention:
    require(request.actor, "momentum.see")
    return get_object_or_404(visible_interventions(request.actor), pk=pk)


def intervention_list(request: TownRequest) -> HttpResponse:
    require(request.actor, "momentum.see")
    rows = lines(list(visible_interventions(request.actor)))
    context = {
        "drafts": [row for row in rows if row.intervention.is_draft],
        "running": [row for row in rows if row.intervention.state in OPEN_STATES],
        "judged": [row for row in rows if row.intervention.state == InterventionState.EVALUATED],
        "withdrawn": [row for row in rows if row.intervention.state == InterventionState.WITHDRAWN],
        "may_make": may(request.actor, "momentum.make_intervention"),
        "is_measured": measurable_departments().exists(),
        "sees_all": may(request.actor, "momentum.see_all_units"),
    }
    return render(request, "momentum/intervention_list.html", context)


def remedy_list(request: TownRequest) -> HttpResponse:
    """Against the barriers (`?barrier=T`, twice where two are about as low), or all that can be tried, with what is
    known of it.
    """
    require(request.actor, "momentum.see")
    wanted = dict.fromkeys(request.GET.getlist("barrier"))
    barriers = [Dimension(one) for one in wanted if one in Dimension.values]
    context = {
        "groups": proposed_against(barriers) if barriers else all_remedies(),
        "unit": key_in(request.GET.get("unit")),
        "barriers": names_of_dimensions(barriers),
        "is_swamped": Dimension.SLACK in barriers,
        "may_make": may(request.actor, "momentum.make_intervention"),
    }
    return render(request, "momentum/remedy_list.html", context)


def intervention_create(request: TownRequest, remedy: str) -> HttpResponse:
    require(request.actor, "momentum.make_intervention")
    chosen = _remedy(remedy)
    row = Intervention(
        remedy=chosen.key,
        dimension=chosen.dimension,
        owner=request.actor.membership,
        department=_department_in_charge(request),
    )
    unit = key_in(request.GET.get("unit"))
    form = InterventionForm(row, request.POST or None, actor=request.actor, remedy=chosen, unit=unit)
    if request.method == "POST" and accepts(form, lambda: _save(request, form)):
        return go_to(request, "momentum:intervention_detail", row.pk)
    return show_form(request, "momentum/intervention_form.html", form, remedy=chosen)


def _remedy(key: str) -> Remedy:
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]


def _department_in_charge(request: TownRequest) -> Any:
    """Of a head the own one; what the DX office makes is the whole town's."""
    headed = [post.department for post in request.actor.own if post.department and not request.actor.is_admin]
    return headed[0] if headed else None


def _save(request: TownRequest, form: InterventionForm) -> None:
    save_intervention(
        actor=request.actor,
        intervention=form.fill(),
        treated=form.chosen_units(),
        compared=form.chosen_others(),
        seen=form.cleaned_data["seen"] if form.row.pk else None,
    )


def intervention_edit(request: TownRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    require(request.actor, "momentum.change_intervention", row)
    remedy = _remedy(row.remedy)
    return edit_row(
        request,
        row,
        make=lambda found, data: InterventionForm(found, data, actor=request.actor, remedy=remedy),
        save=lambda form: _save(request, form),
        done=lambda: go_to(request, "momentum:intervention_detail", pk),
        template="momentum/intervention_form.html",
        remedy=remedy,
        intervention=row,
    )


def intervention_detail(request: TownRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    [line] = lines([row])
    context = {
        "line": line,
        "intervention": row,
        "lead": say_intervention(line),
        "linked": {
            unit.department_id for unit in line.treated if may(request.actor, "momentum.see_unit", unit.department)
        },
        "links": row.links.all(),
        "words_form": WordsForm(initial={"words": row.words}),
        "may_change": may(request.actor, "momentum.change_intervention", row),
        **_judged(line),
        **_before_registering(request, line),
    }
    return render(request, "momentum/intervention_detail.html", context)


def _before_registering(request: TownRequest, line: InterventionLine) -> dict[str, Any]:
    """What stands in the way of registering a draft, and what can come of it at best."""
    row = line.intervention
    if not row.is_draft:
        return {}
    lacks, foresight = why_not_ready(row, request.actor.on), foresight_of(line)
    to_come = say_outcome_to_come(row, foresight) if foresight and not lacks else []
    return {"lacks": lacks, "to_come": to_come, "can_be_judged": foresight is not None and foresight.can_be_judged}


def _judged(line: InterventionLine) -> dict[str, Any]:
    found = line.evaluation
    if found is None:
        return {}
    return {
        "evaluation": found,
        "figures": figures_of(line.intervention.expected_effect, found),
        "chance": say_chance(found),
        "cautions": cautions_of(found),
        "chart": chart_of(found, list(Wave.objects.filter(pk__in=found.waves).select_related("survey"))),
        "evidence": evidence_before_and_after(line),
    }


def _act(request: TownRequest, pk: int, act: Callable[[Intervention], object], said: str) -> HttpResponse:
    row = _found(request, pk)
    return attempt(request, lambda: act(row), said, "momentum:intervention_detail", pk)


@require_POST
def intervention_register(request: TownRequest, pk: int) -> HttpResponse:
    said = _("It is registered. What is expected of it does not change any more.")
    return _act(request, pk, lambda row: register_intervention(actor=request.actor, intervention=row), said)


@require_POST
def intervention_draw(request: TownRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda row: draw_order(actor=request.actor, intervention=row),
        _("The order has been drawn by lot."),
    )


@require_POST
def intervention_remove(request: TownRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    try:
        remove_draft(actor=request.actor, intervention=row)
    except DomainError as error:
        complain(request, error)
        return go_to(request, "momentum:intervention_detail", pk)
    messages.success(request, _("The draft was thrown away."))
    return go_to(request, "momentum:intervention_list")


def intervention_withdraw(request: TownRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    require(request.actor, "momentum.change_intervention", row)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and accepts(
        form, lambda: withdraw_intervention(actor=request.actor, intervention=row, **form.cleaned_data)
    ):
        return go_to(request, "momentum:intervention_detail", pk)
    return show_form(request, "momentum/intervention_withdraw.html", form, intervention=row)


@require_POST
def intervention_words(request: TownRequest, pk: int) -> HttpResponse:
    words = request.POST.get("words", "")[:2000]
    return _act(request, pk, lambda row: add_words(actor=request.actor, intervention=row, words=words), _("Saved."))


def intervention_link(request: TownRequest, pk: int) -> HttpResponse:
    """What it is carried out by is looked for by name, or given by the address of its page."""
    row = _found(request, pk)
    require(request.actor, "momentum.change_intervention", row)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and accepts(
        form, lambda: link_to(actor=request.actor, intervention=row, **form.cleaned_data)
    ):
        messages.success(request, _("It is linked."))
        return go_to(request, "momentum:intervention_detail", pk)
    query = request.GET.get("q", "")
    groups = linkable_things(request.actor, query)
    return show_form(request, "momentum/intervention_link.html", form, intervention=row, query=query, groups=groups)


@require_POST
def intervention_unlink(request: TownRequest, pk: int, link: int) -> HttpResponse:
    def remove(row: Intervention) -> None:
        unlink(actor=request.actor, link=get_object_or_404(InterventionLink, intervention=row, pk=link))

    return _act(request, pk, remove, _("The link was removed."))
