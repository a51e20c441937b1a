"""Where people are short, and why."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString

from kiun.initiatives.forms.figures import month_in
from kiun.initiatives.forms.resource_filters import StrainFilterForm, first_month_in
from kiun.initiatives.heat_cells import draw_heat_cell
from kiun.initiatives.models import Skill
from kiun.initiatives.queries.allocation import ALL_SKILLS
from kiun.initiatives.queries.over_allocation import spot_of, spot_query
from kiun.initiatives.queries.person_strain import person_rows
from kiun.initiatives.queries.resource_departments import resource_departments
from kiun.initiatives.queries.strain import (
    MONTHS_SHOWN,
    Cause,
    Cell,
    Spot,
    StrainRow,
    StrainTable,
    causes_of,
    spot_cell,
    strain_table,
    uncounted_proposals,
)
from kiun.initiatives.queries.windows import Window, month_after, months_between
from kiun.initiatives.queries.workforce import workforce
from kiun.initiatives.resource_wording import (
    mark_of,
    name_of_cause,
    say_people,
    say_person,
    say_result,
    say_shortage,
    say_spot,
    say_strain,
)
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of
from kiun.kernel.keys import key_in
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.dates import fiscal_year_short, month_label
from kiun.ui.links import town_url

LINES_ON_PAGE = 40
YEARS_SHOWN = 3
SHORTAGES_SHOWN = 3
CAUSES_SHOWN = 50
CAUSES_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class RowView:
    """`cells` are drawn already."""

    row: StrainRow
    cells: list[SafeString]


def strain(request: TownRequest) -> HttpResponse:
    require(request.actor, "initiatives.see_resources")
    form = StrainFilterForm(request.GET, actor=request.actor)
    is_by_year = request.GET.get("by") == "year"
    window = _years(request.actor.on) if is_by_year else _months(request)
    table = strain_table(request.actor, window, form.wanted())
    page = Paginator(range(len(table.lines)), LINES_ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "table": table,
        "page": page,
        "rows": _year_rows(table, page) if is_by_year else _month_rows(request, table, page),
        "heads": _heads(table, is_by_year=is_by_year),
        "is_by_year": is_by_year,
        "left": _left(window),
        "lead": say_strain(table.shortages, len(table.lines)),
        "proposals": uncounted_proposals(request.actor),
        "shortages": _shortages(request, table),
        **_neighbours(window, request.actor.on),
    }
    template = "initiatives/strain.html#results" if request.htmx else "initiatives/strain.html"
    return render(request, template, context)


def _months(request: TownRequest) -> Window:
    today = request.actor.on
    first = max(first_month_in(request.GET.get("from", ""), today), today.replace(day=1))
    return Window(today=today, first=first, months=MONTHS_SHOWN)


def _years(today: date) -> Window:
    first = today.replace(day=1)
    end = FiscalYear(fiscal_year_of(today).year + YEARS_SHOWN).start
    return Window(today=today, first=first, months=months_between(first, end))


def _neighbours(window: Window, today: date) -> dict[str, Any]:
    """The twelve months before, as far as they are not past, and those after."""
    earlier = max(month_after(window.first, -MONTHS_SHOWN), today.replace(day=1))
    return {"earlier": earlier if earlier < window.first else None, "later": window.end}


def _heads(table: StrainTable, *, is_by_year: bool) -> list[str]:
    if is_by_year:
        return [fiscal_year_short(year) for year in table.years]
    return [month_label(first) for first in table.window.firsts]


def _left(window: Window) -> int | None:
    """Working days, where the first month of the window is the present one and not whole."""
    left, whole = window.days_left[0], window.days_in_months[0]
    return int(left) if left < whole else None


def _part(page: Page[int]) -> slice:
    return slice(page.start_index() - 1 if page.paginator.count else 0, page.end_index())


def _month_rows(request: TownRequest, table: StrainTable, page: Page[int]) -> list[RowView]:
    base = town_url(request.town, "initiatives:strain_causes")
    return [
        RowView(row=row, cells=[draw_heat_cell(cell, base + spot_query(_spot(row, cell))) for cell in row.cells])
        for row in table.rows(_part(page))
    ]


def _spot(row: StrainRow, cell: Cell) -> Spot:
    return Spot(department=row.department.pk, skill=row.skill.pk if row.skill else ALL_SKILLS, month=cell.first)


def _year_rows(table: StrainTable, page: Page[int]) -> list[RowView]:
    """A year leads to its months."""
    return [
        RowView(row=row, cells=[draw_heat_cell(cell, _months_query(row, cell)) for cell in row.cells])
        for row in table.year_rows(_part(page))
    ]


def _months_query(row: StrainRow, cell: Cell) -> str:
    return f"?department={row.department.pk}&from={cell.first:%Y-%m}"


def _shortages(request: TownRequest, table: StrainTable) -> list[dict[str, Any]]:
    """The worst ones, each with what causes it."""
    worst = table.shortages[:SHORTAGES_SHOWN]
    spots = [spot_of(shortage) for shortage in worst]
    base = town_url(request.town, "initiatives:strain_causes")
    return [
        {
            "sentence": say_shortage(shortage),
            "causes": list(dict.fromkeys(map(name_of_cause, causes)))[:CAUSES_NAMED],
            "url": base + spot_query(spot),
        }
        for shortage, spot, causes in zip(worst, spots, causes_of(request.actor, table.force, spots), strict=True)
    ]


def strain_causes(request: TownRequest) -> HttpResponse:
    """What takes the people of a department in a month, and what can be done about it."""
    require(request.actor, "initiatives.see_resources")
    month = month_in(request.GET.get("month", ""))
    if month is None or month < request.actor.on.replace(day=1):
        return redirect(town_url(request.town, "initiatives:strain"))
    department = get_object_or_404(resource_departments(request.actor), pk=key_in(request.GET.get("department")) or 0)
    skill = _skill(request)
    spot = Spot(department=department.pk, skill=skill.pk if skill else ALL_SKILLS, month=month)
    force = workforce(Window(today=request.actor.on, first=month, months=1))
    cell, (causes,) = spot_cell(force, spot), causes_of(request.actor, force, [spot])
    context = {
        "department": department,
        "skill": skill,
        "spot": cell,
        "lead": say_spot(department, skill, cell.cell),
        "mark": mark_of(cell.cell),
        "result": say_result(cell.cell),
        "causes": [_cause(request, cause) for cause in causes[:CAUSES_SHOWN]],
        "more": max(len(causes) - CAUSES_SHOWN, 0),
        "first": next((cause for cause in causes if cause.initiative), None),
        "may_manage": may(request.actor, "initiatives.manage_capacity", department),
        "may_ask": may(request.actor, "initiatives.plan_scenarios"),
    }
    return render(request, "initiatives/strain_causes.html", context)


def _skill(request: TownRequest) -> Skill | None:
    text = request.GET.get("skill")
    if not text:
        return None
    skill: Skill = get_object_or_404(Skill, pk=key_in(text) or 0)
    return skill


def _cause(request: TownRequest, cause: Cause) -> dict[str, Any]:
    url = town_url(request.town, "initiatives:initiative_detail", cause.initiative.pk) if cause.initiative else ""
    change = ""
    if cause.task:
        url = town_url(request.town, "initiatives:task_detail", cause.task.pk) or url
        if may(request.actor, "initiatives.change_task", cause.task):
            change = town_url(request.town, "initiatives:task_edit", cause.task.pk)
    elif cause.initiative and may(request.actor, "initiatives.change_needs", cause.initiative):
        change = town_url(request.town, "initiatives:mode_list", cause.initiative.pk)
    return {"cause": cause, "name": name_of_cause(cause), "people": say_people(cause), "url": url, "change": change}


def person_strain(request: TownRequest) -> HttpResponse:
    """For a head the own people, for everybody else oneself: to talk about, not to compare."""
    require(request.actor, "initiatives.see_resources")
    window = _months(request)
    rows = person_rows(request.actor, window)
    context = {
        "rows": rows,
        "heads": [month_label(first) for first in window.firsts],
        "full": [say_person(row.post, row.fullest) for row in rows if row.fullest],
        **_neighbours(window, request.actor.on),
    }
    return render(request, "initiatives/person_strain.html", context)
