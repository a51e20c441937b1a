"""Momentum for residents: the whole town hall, residents and partners side by side, and what was tried. Nothing by
department.
"""

from django.http import HttpResponse
from django.shortcuts import render

from kiun.dashboard.views.public import kept_per_version, public_version
from kiun.momentum.gap_lines import changes_of_same_people, lines_of_sides
from kiun.momentum.queries.course import courses
from kiun.momentum.queries.interventions import recent
from kiun.momentum.queries.outside import profiles_outside
from kiun.momentum.wording import chart_of, name_of_audience, say_as_of, say_response, say_town
from kiun.municipality.middleware import TownRequest, open_to_everyone
from kiun.surveys.models import Audience


@open_to_everyone
@kept_per_version
def public_momentum(request: TownRequest) -> HttpResponse:
    sides = profiles_outside()
    shown = [side for side in sides if side.result.is_shown]
    staff = next((side for side in sides if side.audience == Audience.STAFF), None)
    context = {
        "sides": [
            (one, name_of_audience(one.audience), say_as_of(one.wave), say_response(one.result)) for one in sides
        ],
        "side_names": [name_of_audience(side.audience) for side in shown],
        "rows": lines_of_sides(shown),
        "same_people": changes_of_same_people(shown),
        "chart": chart_of(courses()),
        "tried": recent(None),
        "version": public_version(request),
    }
    if staff:
        context |= {"lead": say_town(staff.result, has_earlier=staff.has_earlier), "as_of": say_as_of(staff.wave)}
    return render(request, "dashboard/public_momentum.html", context)
