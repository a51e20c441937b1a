"""The roadmap for residents: the same picture, drawn from nothing but what they may know."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.dashboard.views.public import kept_per_version, public_version
from kiun.initiatives.queries.roadmap import goal_outlooks, policy_headings, public_rows
from kiun.initiatives.queries.stops import public_stops
from kiun.initiatives.roadmap.lanes import Lanes, lanes_of
from kiun.initiatives.roadmap.picture import draw_picture
from kiun.initiatives.roadmap.twin import table_of
from kiun.initiatives.roadmap.wording import say_to_residents
from kiun.municipality.middleware import TownRequest, open_to_everyone
from kiun.ui.dates import long_date


@open_to_everyone
@kept_per_version
def public_roadmap(request: TownRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = public_rows(today)
    goals = goal_outlooks({row.main_goal for row in rows if row.main_goal}, None, today)
    picture = draw_picture(lanes_of(rows, policy_headings(), goals, Lanes.POLICY), [], today=today)
    context = {
        "picture": picture,
        "table": table_of(picture),
        "stopped": public_stops(),
        "lead": say_to_residents(rows),
        "as_of": _("As of %(day)s") % {"day": long_date(today)},
        "version": public_version(request),
        "is_public": True,
    }
    return render(request, "dashboard/public_roadmap.html", context)
