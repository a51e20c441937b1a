"""もしも: what would happen to the plan, beside the plan."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, go_to, show_form
from kiun.initiatives.forms.scenarios import FORMS, AcceptForm
from kiun.initiatives.models import Scenario
from kiun.initiatives.queries.needed_first import needed_to_calculate
from kiun.initiatives.queries.scenarios import scenario_sheet, visible_scenarios
from kiun.initiatives.services.scenarios import (
    accept_scenario,
    add_assumption,
    calculate_scenario,
    create_scenario,
    discard_scenario,
    remove_assumption,
    stop_calculating,
)
from kiun.initiatives.views.calculations import calculation_progress
from kiun.kernel.errors import ConflictError, DomainError
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.views.doors import complain
from kiun.ui.links import town_url


def _found(request: TownRequest, pk: int) -> Scenario:
    require(request.actor, "initiatives.plan_scenarios")
    return get_object_or_404(visible_scenarios(request.actor), pk=pk)


def scenario_list(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.plan_scenarios")
    kinds = [(kind, form.title) for kind, form in FORMS.items()]
    context = {"scenarios": visible_scenarios(request.actor), "kinds": kinds, "needed": needed_to_calculate()}
    return render(request, "initiatives/scenario_list.html", context)


def scenario_create(request: TownRequest, kind: str) -> HttpResponse:
    """The first assumption makes the what-if."""
    require(request.actor, "initiatives.plan_scenarios")
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None, actor=request.actor)
    made: list[Scenario] = []
    if request.method == "POST" and accepts(
        form, lambda: made.append(create_scenario(actor=request.actor, assumptions=[form.assumption()]))
    ):
        return go_to(request, "initiatives:scenario_detail", made[0].pk)
    back = town_url(request.town, "initiatives:scenario_list")
    return show_form(request, "initiatives/scenario_form.html", form, title=form.title, back=back)


def scenario_add(request: TownRequest, pk: int, kind: str) -> HttpResponse:
    scenario = _found(request, pk)
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None, actor=request.actor)

    def save() -> None:
        add_assumption(actor=request.actor, scenario=scenario, assumption=form.assumption())

    if request.method == "POST" and accepts(form, save):
        return go_to(request, "initiatives:scenario_detail", pk)
    back = town_url(request.town, "initiatives:scenario_detail", pk)
    return show_form(request, "initiatives/scenario_form.html", form, title=form.title, back=back)


@require_POST
def scenario_remove(request: TownRequest, pk: int) -> HttpResponse:
    """Take one of the assumptions away again."""
    scenario, words = _found(request, pk), request.POST.get("words", "")
    try:
        remove_assumption(actor=request.actor, scenario=scenario, words=words)
    except DomainError as error:
        complain(request, error)
    return go_to(request, "initiatives:scenario_detail", pk)


def scenario_detail(request: TownRequest, pk: int) -> HttpResponse:
    scenario = _found(request, pk)
    context = {
        "scenario": scenario,
        "sheet": scenario_sheet(scenario),
        "kinds": [(kind, form.title) for kind, form in FORMS.items()],
    }
    return render(request, "initiatives/scenario_detail.html", context)


@require_POST
def scenario_run(request: TownRequest, pk: int) -> HttpResponse:
    try:
        calculate_scenario(actor=request.actor, scenario=_found(request, pk))
    except DomainError as error:
        complain(request, error)
    return go_to(request, "initiatives:scenario_detail", pk)


def scenario_progress(request: TownRequest, pk: int) -> HttpResponse:
    return calculation_progress(request, _found(request, pk), "initiatives:scenario_detail")


@require_POST
def scenario_stop(request: TownRequest, pk: int) -> HttpResponse:
    stop_calculating(actor=request.actor, scenario=_found(request, pk))
    return go_to(request, "initiatives:scenario_detail", pk)


def scenario_accept(request: TownRequest, pk: int) -> HttpResponse:
    """The reason is asked for below the effect: nothing is accepted that was not shown."""
    scenario = _found(request, pk)
    require(request.actor, "initiatives.revise_plan")
    form = AcceptForm(request.POST or None, initial={"shown": scenario.fingerprint})

    def save() -> None:
        revision = accept_scenario(actor=request.actor, scenario=scenario, **form.cleaned_data)
        messages.success(request, _("Accepted as change no. %(number)s of the plan.") % {"number": revision.number})

    try:
        if request.method == "POST" and accepts(form, save):
            return go_to(request, "initiatives:scenario_detail", pk)
    except ConflictError as error:
        complain(request, error)
        return go_to(request, "initiatives:scenario_detail", pk)
    sheet = scenario_sheet(scenario)
    return show_form(request, "initiatives/scenario_accept.html", form, scenario=scenario, sheet=sheet)


@require_POST
def scenario_discard(request: TownRequest, pk: int) -> HttpResponse:
    try:
        discard_scenario(actor=request.actor, scenario=_found(request, pk))
    except DomainError as error:
        complain(request, error)
        return go_to(request, "initiatives:scenario_detail", pk)
    messages.success(request, _("The what-if has been thrown away. The plan is as it was."))
    return go_to(request, "initiatives:scenario_list")
