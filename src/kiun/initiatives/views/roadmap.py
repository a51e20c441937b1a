"""工程表: the whole plan as one picture, or as a table."""

from collections import Counter
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render

from kiun.activity.queries import town_version
from kiun.initiatives.forms.roadmap import RoadmapForm
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.queries.hidden import is_hidden
from kiun.initiatives.queries.roadmap import (
    MOST_ROWS,
    RoadmapRow,
    department_headings,
    goal_outlooks,
    links_between,
    opened_work,
    policy_headings,
    roadmap_initiatives,
    roadmap_rows,
)
from kiun.initiatives.queries.standing import StandingCounts, standing_counts
from kiun.initiatives.roadmap.heads import Addresses
from kiun.initiatives.roadmap.lanes import Lanes, lanes_of
from kiun.initiatives.roadmap.picture import Picture, draw_picture
from kiun.initiatives.roadmap.twin import table_of
from kiun.initiatives.views.tasks import version_of_work
from kiun.initiatives.wording import say_initiatives
from kiun.kernel.keys import key_in
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest, open_to_members
from kiun.ui.links import town_url


@open_to_members
def roadmap(request: TownRequest) -> HttpResponse:
    """Partners see what was shared with them; residents have a version of their own."""
    if not request.actor.is_town_staff:
        require(request.actor, "initiatives.see_shared")
    form = RoadmapForm(request.GET, actor=request.actor)
    chosen = form.filter_for(request.actor)
    rows = roadmap_rows(chosen.narrow(roadmap_initiatives(request.actor), request.actor.on), request.actor)
    picture = _picture(request, form, rows)
    context = {
        "filter_form": form,
        "picture": picture,
        "is_full": len(rows) >= MOST_ROWS,
        "table": table_of(picture) if form.is_table else None,
        "is_staff": request.actor.is_town_staff,
        "version": version_of_work(request),
        "seen": town_version(request.town),
    }
    if request.htmx:
        return render(request, "initiatives/roadmap.html#picture", context)
    return render(request, "initiatives/roadmap.html", context | _frame(request, [] if chosen.is_set else rows))


def _frame(request: TownRequest, rows: Sequence[RoadmapRow]) -> dict[str, object]:
    counts = _counts(request, rows)
    approved = Initiative.objects.filter(status=InitiativeStatus.APPROVED)
    return {
        "counts": counts,
        "lead": say_initiatives(counts, is_hidden=is_hidden(request.actor, seen=counts.counted, among=approved)),
        "may_see_resources": may(request.actor, "initiatives.see_resources"),
    }


def _picture(request: TownRequest, form: RoadmapForm, rows: Sequence[RoadmapRow]) -> Picture:
    actor, keys = request.actor, [row.key for row in rows]
    goals = goal_outlooks({row.main_goal for row in rows if row.main_goal}, actor, actor.on)
    headings = policy_headings() if form.by == Lanes.POLICY else department_headings()
    opened = key_in(request.GET.get("open"))
    return draw_picture(
        lanes_of(rows, headings, goals, form.by),
        links_between(keys),
        today=actor.on,
        zoom=form.scale,
        opened=opened,
        work=opened_work(opened) if opened in keys and opened else None,
        addresses=_addresses(request),
    )


def _counts(request: TownRequest, rows: Sequence[RoadmapRow]) -> StandingCounts:
    """Of the whole plan, as the list of initiatives counts: from `rows` where they are the whole."""
    if rows and len(rows) < MOST_ROWS:
        return StandingCounts(**Counter(str(row.standing) for row in rows))
    return standing_counts(roadmap_initiatives(request.actor), request.actor.on)


def _addresses(request: TownRequest) -> Addresses:
    parameters = request.GET.copy()
    parameters.pop("open", None)
    return Addresses(
        rows=f"?{parameters.urlencode()}&" if parameters else "?",
        move=town_url(request.town, "initiatives:roadmap_move", 0),
        goal=town_url(request.town, "goals:goal_detail", 0) if request.actor.is_town_staff else "",
    )
