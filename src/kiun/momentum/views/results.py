"""What the latest wave says: of the whole town for those who answer for it, and of single units."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from kiun.activity.views.saving import go_to
from kiun.kernel.keys import key_in
from kiun.momentum.dimensions import Dimension
from kiun.momentum.gap_lines import changes_of_same_people, lines_of_items, lines_of_sides, say_missing_sides
from kiun.momentum.gap_map import gap_map
from kiun.momentum.measured import measured
from kiun.momentum.next_week import NEXT_WEEK
from kiun.momentum.queries.course import course_of, courses
from kiun.momentum.queries.interventions import recent
from kiun.momentum.queries.items import wordings_of
from kiun.momentum.queries.needed_first import lacks_staff
from kiun.momentum.queries.outside import profiles_outside
from kiun.momentum.queries.published import next_wave
from kiun.momentum.queries.results import UnitResult, WaveResults, uppermost
from kiun.momentum.queries.year import running_rows
from kiun.momentum.reliability import reliability_of
from kiun.momentum.reliability_lines import conclusions, reliability_lines, say_between, say_within
from kiun.momentum.signals import signal_counts
from kiun.momentum.unit_lines import dimension_lines, mark, some_within_chance, unit_lines
from kiun.momentum.views.chosen import ChosenWave, chosen_wave
from kiun.momentum.wording import (
    chart_of,
    name_of_audience,
    say_as_of,
    say_gap,
    say_interval,
    say_response,
    say_running,
    say_steps,
    say_town,
    say_unit,
)
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import Department
from kiun.surveys.models import Grade, RoleGroup

UNITS_ON_PAGE = 50


def home(request: TownRequest) -> HttpResponse:
    """The whole for those who answer for it, the own unit for heads, and for everybody else what became of answers."""
    require(request.actor, "momentum.see")
    chosen = chosen_wave(request)
    if not may(request.actor, "momentum.see_all_units"):
        own = own_units(request, chosen.results) if chosen else []
        return go_to(request, "momentum:unit", own[0].key) if own else go_to(request, "momentum:answered")
    running = _running(request)
    if chosen is None:
        return render(request, "momentum/nothing_yet.html", {"running": running, **_beginning(request)})
    results = chosen.results
    level = key_in(request.GET.get("level")) or 1
    units = [unit for unit in results.units if unit.depth == level]
    page = Paginator(units, UNITS_ON_PAGE).get_page(request.GET.get("page"))
    context = {
        **_told(chosen),
        "lead": say_town(results.town, has_earlier=chosen.has_earlier),
        "whole": results.town,
        "dimensions": dimension_lines(results.town, results.town, has_earlier=chosen.has_earlier),
        "change": mark(results.town.change, has_earlier=chosen.has_earlier),
        "courses": courses(),
        "page": page,
        "lines": unit_lines(list(page.object_list), has_earlier=chosen.has_earlier),
        "level": level,
        "levels": [(one, one == level) for one in results.levels],
        "running": running,
        "response": say_response(results.town),
        "interval": say_interval(results.town.index) if results.town.index else "",
        "signals": signal_counts("", request.actor.on),
        "tried": recent(request.actor),
    }
    context["chart"] = chart_of(context["courses"])
    context["within_chance"] = some_within_chance(context["lines"])
    context["profile_within_chance"] = some_within_chance(context["dimensions"])
    template = "momentum/home.html#results" if request.htmx else "momentum/home.html"
    return render(request, template, context)


def _told(chosen: ChosenWave) -> dict[str, Any]:
    return {"chosen": chosen, "wave": chosen.wave, "as_of": say_as_of(chosen.wave)}


def _beginning(request: TownRequest) -> dict[str, Any]:
    return {
        "needed": lacks_staff(request.actor),
        "may_plan": may(request.actor, "momentum.plan_waves"),
        "next_wave": next_wave(request.actor.on),
    }


def _running(request: TownRequest) -> list[tuple[Any, str]]:
    return [
        (row.wave, say_running(row.survey, row.counts, request.actor.on))
        for row in running_rows()
        if row.survey and row.counts
    ]


def own_units(request: TownRequest, results: WaveResults) -> list[UnitResult]:
    return uppermost(results.below(request.actor.headed_paths)) if request.actor.headed_paths else []


def unit(request: TownRequest, pk: int) -> HttpResponse:
    """For a head the own units alone."""
    require(request.actor, "momentum.see")
    department = get_object_or_404(Department, pk=pk)
    if not may(request.actor, "momentum.see_unit", department):
        raise Http404
    chosen = chosen_wave(request)
    found = chosen.results.unit(pk) if chosen else None
    if chosen is None or found is None:
        return render(request, "momentum/unit_not_measured.html", {"department": department})
    sees_all = may(request.actor, "momentum.see_all_units")
    results = chosen.results
    course = course_of(chosen.waves, key=found.key)
    context = {
        **_told(chosen),
        "unit": found,
        "lead": say_unit(found, has_earlier=chosen.has_earlier),
        "dimensions": dimension_lines(found, results.town, has_earlier=chosen.has_earlier),
        "line": unit_lines([found], has_earlier=chosen.has_earlier)[0],
        "whole": results.town,
        "parents": [one for one in results.parents(found) if sees_all or _heads(request, one)],
        "children": unit_lines(results.children(found), has_earlier=chosen.has_earlier),
        "own": [(one, one.key == found.key) for one in own_units(request, results)],
        "chart": chart_of([course]) if found.is_shown else None,
        "course": course,
        "signals": signal_counts(found.path, request.actor.on),
        "sees_all": sees_all,
        **_next_week(found),
    }
    context["children_within_chance"] = some_within_chance(context["children"])
    context["profile_within_chance"] = some_within_chance(context["dimensions"])
    return render(request, "momentum/unit.html", context)


def _next_week(found: UnitResult) -> dict[str, Any]:
    """Against what is lowest; empty for a unit that may not be shown."""
    if found.bottleneck is None:
        return {}
    lowest = Dimension(found.bottleneck.lowest)
    return {"steps": NEXT_WEEK[lowest], "steps_note": say_steps(found.bottleneck), "barriers": found.bottleneck.named}


def _heads(request: TownRequest, found: UnitResult) -> bool:
    return bool(request.actor.headed_paths) and found.path.startswith(request.actor.headed_paths)


def gaps(request: TownRequest) -> HttpResponse:
    """Where the DX office, the management and the staff see the same thing differently, and those outside."""
    require(request.actor, "momentum.see_all_units")
    chosen = chosen_wave(request)
    if chosen is None:
        return go_to(request, "momentum:home")
    found = gap_map(measured(chosen.answers))
    asked = profiles_outside()
    sides = [side for side in asked if side.result.is_shown]
    texts, results = wordings_of(chosen.wave), chosen.results
    context = {
        **_told(chosen),
        "lead": say_gap(found, texts.get(found.widest.key, "") if found.widest else ""),
        "map": found,
        "item_rows": lines_of_items(found, texts),
        "role_names": [role.label for role in RoleGroup],
        "legend_names": [RoleGroup(one.key).label if one.is_shown else "" for one in results.roles],
        "outside_rows": lines_of_sides(sides) if len(sides) > 1 else [],
        "side_names": [name_of_audience(side.audience) for side in sides],
        "sides_missing": say_missing_sides(asked),
        "same_people": changes_of_same_people(sides),
        "groups": [
            *((RoleGroup(one.key).label, one) for one in results.roles),
            *((Grade(one.key).label, one) for one in results.grades),
        ],
        "dimension_names": [dimension.label for dimension in Dimension],
    }
    return render(request, "momentum/gaps.html", context)


def reliability(request: TownRequest) -> HttpResponse:
    require(request.actor, "momentum.see_all_units")
    chosen = chosen_wave(request)
    if chosen is None:
        return go_to(request, "momentum:home")
    found = reliability_of(measured(chosen.answers))
    context = {
        **_told(chosen),
        "reliability": found,
        "conclusions": conclusions(found, chosen.results.town),
        "rows": reliability_lines(found),
        "between": say_between(found.between),
        "within": say_within(found.within),
    }
    return render(request, "momentum/reliability.html", context)
