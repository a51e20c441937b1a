from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kiun.activity.queries import attachments_of
from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.analysis.goal_text import Direction as ReadDirection
from kiun.analysis.goal_text import read_goal
from kiun.goals.forms import EndForm, IndicatorFilterForm, IndicatorForm, NewIndicatorForm, OwnershipForm
from kiun.goals.models import Direction, Goal, Indicator, PlanStatus, Series
from kiun.goals.queries import indicator_rows, row_of, visible_goals, visible_indicators
from kiun.goals.queries.course import course_of
from kiun.goals.queries.history import history_of
from kiun.goals.queries.outline import narrowed_indicators, sorted_indicators
from kiun.goals.queries.sources import names_of_sources
from kiun.goals.services import change_indicator, change_owner, create_indicator, end_indicator
from kiun.goals.serving import goals_without_work
from kiun.goals.wording import say_indicator, say_pace
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url

INDICATORS_ON_PAGE = 50


def indicator_list(request: TownRequest) -> HttpResponse:
    """The indicators of all plans in force."""
    filter_form = IndicatorFilterForm(request.GET)
    chosen = filter_form.filter_for(request.actor)
    in_force = visible_indicators(request.actor).filter(goal__plan__status=PlanStatus.CURRENT)
    found = sorted_indicators(narrowed_indicators(in_force, chosen, request.actor.on), filter_form.sorting)
    page = Paginator(found, INDICATORS_ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter_form": filter_form,
        "is_filtered": chosen.is_set,
        "page": page,
        "rows": indicator_rows(page.object_list, request.actor.on),  # type: ignore[arg-type]
    }
    template = "goals/indicator_list.html#results" if request.htmx else "goals/indicator_list.html"
    return render(request, template, context)


def indicator_detail(request: TownRequest, pk: int) -> HttpResponse:
    indicator = _found(request, pk)
    row = row_of(indicator, Series.objects.get(indicator=indicator, is_current=True), request.actor.on)
    has_lost_work = bool(goals_without_work([indicator.goal_id], to_residents=False))
    lead = say_indicator(row, has_lost_work=has_lost_work)
    context = {
        "indicator": indicator,
        "row": row,
        "lead": lead,
        "pace": say_pace(row),
        "course": course_of(row, str(lead), request.actor.on),
        "history": history_of(indicator),
        "may_change": may(request.actor, "goals.change_indicator", indicator),
        "may_record": may(request.actor, "goals.record_measurement", indicator) and indicator.ended_on is None,
        "source": names_of_sources([indicator.source])[indicator.source],
        "files": attachments_of(indicator).select_related("added_by__user"),
        "successors": indicator.successors.select_related("goal__plan"),
    }
    return render(request, "goals/indicator_detail.html", context)


def _found(request: TownRequest, pk: int) -> Indicator:
    """Ended ones too: their history stays readable."""
    rows = Indicator.objects.filter(goal__in=visible_goals(request.actor)).select_related(
        "goal__plan", "goal__policy", "department", "owner__user", "owner__department", "deputy__user",
        "state", "predecessor__goal__plan",
    )  # fmt: skip
    indicator: Indicator = get_object_or_404(rows, pk=pk)
    require(request.actor, "goals.see_indicator", indicator)
    return indicator


def indicator_create(request: TownRequest, pk: int) -> HttpResponse:
    """An indicator of this goal, filled in from what the sentence says."""
    goal = get_object_or_404(visible_goals(request.actor).select_related("plan", "policy", "department"), pk=pk)
    require(request.actor, "goals.change_goal", goal)
    data = request.POST if request.method == "POST" and "refresh" not in request.POST else None
    initial = request.POST.dict() if "refresh" in request.POST else _read_from(goal, request)
    form = NewIndicatorForm(data, instance=Indicator(goal=goal), actor=request.actor, initial=initial)

    def save() -> None:
        series = Series(**form.terms, started_on=form.cleaned_data["started_on"])
        create_indicator(actor=request.actor, indicator=form.instance, series=series)

    if data is not None and accepts(form, save):
        messages.success(request, _("The indicator is there. Record its first value."))
        return go_to(request, "goals:indicator_detail", form.instance.pk)
    return show_form(request, "goals/indicator_form.html", form, goal=goal, is_new=True)


def _read_from(goal: Goal, request: TownRequest) -> dict[str, Any]:
    reading = read_goal(goal.text, today=request.actor.on)
    known = {ReadDirection.INCREASE: Direction.INCREASE, ReadDirection.DECREASE: Direction.DECREASE}
    is_level = isinstance(reading.target, Decimal) and not reading.is_change
    baseline = reading.baseline if isinstance(reading.baseline, Decimal) else None
    own = request.actor.membership
    return {
        "name": reading.indicator,
        "unit": reading.unit if is_level else reading.baseline_unit,
        "direction": known.get(reading.direction, Direction.REACH),
        "baseline": baseline,
        "baseline_on": fiscal_year_of(request.actor.on).previous().end if baseline is not None else None,
        "target": reading.target if is_level else None,
        "deadline": reading.deadline,
        "department": goal.department_id,
        "owner": goal.owner_id or (own.pk if own else None),
        "started_on": fiscal_year_of(request.actor.on).start,
    }


def indicator_edit(request: TownRequest, pk: int) -> HttpResponse:
    indicator = _found(request, pk)
    require(request.actor, "goals.change_indicator", indicator)

    def save(form: IndicatorForm) -> None:
        chosen = form.cleaned_data
        change_indicator(
            actor=request.actor,
            indicator=form.instance,
            series_fields=form.terms,
            reason=chosen["reason"],
            seen=chosen["seen"],
        )

    return edit_row(
        request,
        indicator,
        make=lambda row, data: IndicatorForm(data, instance=row, actor=request.actor),
        save=save,
        done=lambda: go_to(request, "goals:indicator_detail", pk),
        template="goals/indicator_form.html",
        goal=indicator.goal,
        indicator=indicator,
    )


def indicator_owner(request: TownRequest, pk: int) -> HttpResponse:
    indicator = _found(request, pk)
    require(request.actor, "goals.change_indicator", indicator)
    shown = request.POST.dict() if "refresh" in request.POST else {}

    def save(form: OwnershipForm) -> None:
        chosen = dict(form.cleaned_data)
        chosen.pop("department")
        change_owner(actor=request.actor, indicator=indicator, **chosen)

    return edit_row(
        request,
        indicator,
        make=lambda row, data: OwnershipForm(
            None if shown else data, actor=request.actor, indicator=row, initial=shown
        ),
        save=save,
        done=lambda: go_to(request, "goals:indicator_detail", pk),
        template="goals/indicator_owner.html",
        indicator=indicator,
    )


def indicator_end(request: TownRequest, pk: int) -> HttpResponse:
    indicator = _found(request, pk)
    require(request.actor, "goals.change_indicator", indicator)
    form = EndForm(request.POST or None, initial={"on": request.actor.on})
    if request.method == "POST" and accepts(
        form, lambda: end_indicator(actor=request.actor, indicator=indicator, **form.cleaned_data)
    ):
        messages.success(request, _("The indicator has ended. Its values and its history stay."))
        return go_to(request, "goals:indicator_detail", pk)
    page: dict[str, Any] = {"title": _("End the indicator"), "note": indicator.name}
    page["back"] = town_url(request.town, "goals:indicator_detail", pk)
    return show_form(request, "goals/simple_form.html", form, plan=indicator.goal.plan, submit=_("End it"), **page)
