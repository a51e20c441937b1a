from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kiun.activity.queries import town_version
from kiun.dashboard.queries import (
    Overview,
    awaiting_decision,
    beginning_of,
    current_indicators,
    decisions,
    department_overview,
    department_rows,
    errands_of,
    name_of_decisions,
    overloads,
    town_overview,
    waiting_blockers,
)
from kiun.dashboard.queries.decisions import MOST_BLOCKERS
from kiun.goals.queries import last_judged_on
from kiun.goals.wording import say_as_of, say_plan
from kiun.initiatives.queries.reviews.decisions import stuck_decisions
from kiun.initiatives.queries.shared import shared_with
from kiun.kernel.keys import key_in
from kiun.municipality.middleware import TownRequest, open_to_members
from kiun.municipality.models import Department, Municipality
from kiun.municipality.queries import towns_served
from kiun.surveys.queries.visible import surveys_to_answer
from kiun.ui.loop import LoopSubject, draw_loop

DEPARTMENTS_ON_PAGE = 100
DECISIONS_ON_PAGE = 25
STUCK_SHOWN = 3
FIRST_STEPS = (gettext_lazy("Staff list"), gettext_lazy("Plan"), gettext_lazy("Indicators"))


def landing(request: HttpRequest) -> HttpResponse:
    """Lead people to their town; a visitor without an account chooses one to read about."""
    if request.user.is_authenticated:
        towns = list(towns_served(request.user, timezone.localdate()))
        if len(towns) == 1:
            return redirect("dashboard:start", town=towns[0].slug)
        return render(request, "dashboard/landing.html", {"towns": towns, "is_mine": True})
    public = Municipality.objects.filter(is_public=True)
    return render(request, "dashboard/landing.html", {"towns": public, "is_mine": False})


@open_to_members
def start(request: TownRequest) -> HttpResponse:
    """After signing in: the whole for those who decide, one's own page for everybody else."""
    if not request.actor.is_town_staff and shared_with(request.actor).exists():
        return redirect("initiatives:shared_list", town=request.town.slug)
    if not request.actor.is_town_staff:
        return redirect(_page_outside(request), town=request.town.slug)
    page = "dashboard:home" if request.actor.sees_all else "dashboard:my_page"
    return redirect(page, town=request.town.slug)


def _page_outside(request: TownRequest) -> str:
    """Of partners and residents: on the public page they also read what they are asked."""
    if request.town.is_public:
        return "public:home"
    return "surveys:survey_list" if surveys_to_answer(request.actor).exists() else "municipality:profile"


def home(request: TownRequest) -> HttpResponse:
    overview = town_overview(request.actor)
    loop = draw_loop(LoopSubject(kind="town", town=request.town, request=request))
    stuck = stuck_decisions(request.actor)[:STUCK_SHOWN]
    context = {"loop": loop, "stuck": stuck, "overloads": overloads(request.actor), **_told(request, overview)}
    if not overview.counts.total:
        context |= {"beginning": beginning_of(request.actor), "first_steps": FIRST_STEPS}
    return render(request, "dashboard/home.html", context)


def decision_list(request: TownRequest) -> HttpResponse:
    """All that waits for a decision, of the town or of one department with what is below it."""
    indicators = current_indicators(request.actor)
    row = None
    if chosen := request.GET.get("department", ""):
        row = get_object_or_404(Department, pk=key_in(chosen))
        indicators = indicators.filter(department__path__startswith=row.path)
    wanting = awaiting_decision(indicators, request.actor.on)
    page = Paginator(wanting, DECISIONS_ON_PAGE).get_page(request.GET.get("page"))
    shown = wanting[max(page.start_index() - 1, 0) : page.end_index()]
    context = {
        "page": page,
        "decisions": decisions(shown, request.actor.on),
        "blockers": waiting_blockers(request.actor, row)[:MOST_BLOCKERS] if page.number == 1 else [],
        "title": name_of_decisions(request.actor),
    }
    return render(request, "dashboard/decisions_all.html", context)


def departments(request: TownRequest) -> HttpResponse:
    rows = department_rows(current_indicators(request.actor), request.actor.on)
    page = Paginator(rows, DEPARTMENTS_ON_PAGE).get_page(request.GET.get("page"))
    return render(request, "dashboard/departments_all.html", {"page": page})


def department(request: TownRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Department, pk=pk)
    overview = department_overview(request.actor, row)
    loop = draw_loop(LoopSubject(kind="department", town=request.town, row=row, request=request))
    context = {"department": row, "loop": loop, **_told(request, overview)}
    return render(request, "dashboard/department.html", context)


def _told(request: TownRequest, overview: Overview) -> dict[str, object]:
    return {
        "overview": overview,
        "lead": say_plan(overview.counts, overview.waiting.total),
        "as_of": say_as_of(overview.counts, overview.today),
        "decisions_title": name_of_decisions(request.actor),
        "version": version_of(request),
    }


def my_page(request: TownRequest) -> HttpResponse:
    context = {
        "errands": errands_of(request.actor),
        "decisions_title": name_of_decisions(request.actor),
        "version": version_of(request),
    }
    return render(request, "dashboard/my_page.html", context)


def version_of(request: TownRequest) -> str:
    """Differs when anything in the town has changed, or when a new day has begun."""
    return f"{town_version(request.town)}-{request.actor.on:%Y%m%d}-{last_judged_on() or ''}"


def live_version(request: TownRequest) -> HttpResponse:
    return JsonResponse({"version": version_of(request)})
