"""What a survey says: item by item, by departments and role groups, two questions against each other."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kiun.kernel.keys import key_in
from kiun.municipality.actors import may
from kiun.municipality.middleware import TownRequest
from kiun.surveys.disclosure import ROLES, TOWN
from kiun.surveys.models import Item, RoleGroup, Survey
from kiun.surveys.queries.participation import participation_of
from kiun.surveys.queries.results import Group, Results, cross_table, crossable
from kiun.surveys.queries.results.comparing import comparable_surveys, pairs
from kiun.surveys.results_tables import BY_GROUP, department_lines, head_of, lines_chart, role_lines
from kiun.surveys.results_wording import (
    HIDDEN,
    cross_chart,
    item_chart,
    say_comparison,
    say_counts,
    say_group,
    say_results,
    say_summary,
)
from kiun.surveys.views.doors import seen_survey
from kiun.surveys.wording import say_answers
from kiun.ui.dates import between_sentences, long_date

DEPARTMENTS_ON_PAGE = 30


def results_of(request: TownRequest, pk: int) -> Results:
    survey = seen_survey(request, pk)
    if survey.is_draft:
        raise Http404
    return Results(survey, sees_names=may(request.actor, "surveys.open_survey", survey))


def page_of(request: TownRequest, results: Results, here: str) -> dict[str, Any]:
    """What the pages of results share."""
    survey = results.survey
    return {
        "survey": survey,
        "results": results,
        f"is_{here}": True,
        "hidden": HIDDEN,
        "as_of": _as_of(survey),
        "may_check": may(request.actor, "surveys.open_survey", survey),
    }


def _as_of(survey: Survey) -> str:
    if survey.is_closed:
        return _("Closed; the last day for answers was %(day)s") % {"day": long_date(survey.closes_on)}
    if survey.is_anonymous:
        return _("While it runs, answers are shown ten at a time, and the last ten not yet.")
    return ""


def results(request: TownRequest, pk: int) -> HttpResponse:
    found = results_of(request, pk)
    group = _group_in(request, found)
    others = comparable_surveys(found.survey, request.actor) if found.survey.is_closed else []
    earlier = next((one for one in others if one.pk == key_in(request.GET.get("with"))), None)
    context = {
        **page_of(request, found, "results"),
        "group": group,
        "group_name": say_group(group, found.places),
        "lead": _lead(found, group),
        "blocks": [
            {
                "pair": pair,
                "chart": item_chart(pair),
                "sentence": say_summary(pair.now),
                "counts": say_counts(pair.now),
                "comparison": say_comparison(pair),
            }
            for pair in pairs(found, Results(earlier) if earlier else None, group)
        ],
        "earlier": earlier,
        "departments": _department_options(found),
        "roles": _role_options(found),
        "others": [("", _("none")), *((one.pk, str(one)) for one in others)] if others else [],
        "narrowed": sum(map(bool, (earlier, group.department, group.role))),
    }
    return render(request, "surveys/results.html", context)


def _lead(found: Results, group: Group) -> str:
    """While it runs, how many have answered stands before what can be read of it."""
    said = say_results(found, group)
    if not found.survey.is_open:
        return said
    return between_sentences().join([say_answers(participation_of(found.survey)), said])


def _group_in(request: TownRequest, found: Results) -> Group:
    """What the address names and the survey does not know narrows nothing."""
    department = key_in(request.GET.get("department")) or TOWN
    role = request.GET.get("role", "")
    known = {place.key for place in found.places}
    return Group(department if department in known else TOWN, role if role in found.roles and role in ROLES else "")


def _department_options(found: Results) -> list[tuple[Any, str]]:
    places = [(place.key, "　" * place.depth + place.name) for place in found.places]
    return [("", _("whole town hall")), *places] if places else []


def _role_options(found: Results) -> list[tuple[str, str]]:
    roles = [(role, str(RoleGroup(role).label)) for role in found.roles]
    return [("", _("all")), *roles] if roles else []


def results_departments(request: TownRequest, pk: int) -> HttpResponse:
    found = results_of(request, pk)
    items = [item for item in found.items if item.kind in BY_GROUP]
    item = _chosen(items, request.GET.get("item"), 0)
    context = {**page_of(request, found, "departments"), "items": _item_options(items), "item": item}
    if item is None or not found.places:
        return render(request, "surveys/results_departments.html", context)
    page = Paginator(found.places, DEPARTMENTS_ON_PAGE).get_page(request.GET.get("page"))
    lines = department_lines(found, item, list(page.object_list))
    roles, whole = role_lines(found, item), found.summary(item)
    sentence = _("The whole: %(sentence)s") % {"sentence": say_summary(whole)}
    context |= {
        "page": page,
        "lines": lines,
        "roles": roles,
        "hides_some": any(line.is_hidden for line in (*roles, *lines)),
        "head": head_of(item),
        "sentence": sentence,
        "chart": lines_chart(item, lines, whole, sentence),
    }
    return render(request, "surveys/results_departments.html", context)


def results_crossed(request: TownRequest, pk: int) -> HttpResponse:
    found = results_of(request, pk)
    items = crossable(found)
    rows, columns = (_chosen(items, request.GET.get(name), place) for place, name in enumerate(("rows", "columns")))
    context = {
        **page_of(request, found, "crossed"),
        "items": _item_options(items),
        "rows": rows,
        "columns": columns,
        "is_same": rows is not None and rows == columns,
    }
    if rows and columns and rows != columns:
        table = cross_table(found, rows, columns)
        context |= {"table": table, "chart": cross_chart(table)}
    return render(request, "surveys/results_crossed.html", context)


def _chosen(items: list[Item], key: str | None, otherwise: int) -> Item | None:
    named = next((item for item in items if item.key == key), None)
    return named or (items[otherwise] if otherwise < len(items) else None)


def _item_options(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.key, item.said_text) for item in items]
