"""Pages for residents: no account, no cookie needed, kept per version of the town so that many can read at once."""

from collections.abc import Callable, Sequence
from functools import wraps
from hashlib import sha256
from http import HTTPStatus

from csp.decorators import csp_update
from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import escape
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt

from kiun import __version__
from kiun.activity.queries import town_version
from kiun.dashboard.public_csv import public_csv
from kiun.dashboard.queries import public_indicator, public_page, public_policy
from kiun.goals.queries import IndicatorRow, StatusCounts, last_judged_on
from kiun.goals.queries.course import course_of
from kiun.goals.serving import goals_without_work
from kiun.goals.wording import say_as_of, say_indicator, say_plan
from kiun.municipality.middleware import TownRequest, open_to_everyone, reader_of
from kiun.surveys.models import Survey
from kiun.surveys.queries.visible import surveys_to_answer
from kiun.ui.links import town_url
from kiun.ui.loop import LoopSubject, draw_loop

View = Callable[..., HttpResponse]
A_DAY = 60 * 60 * 24
# Takes the figures with their chart from the width of a small phone on.
EMBED_HEIGHT = 480


def public_version(request: TownRequest) -> str:
    return f"{__version__}-{town_version(request.town)}-{timezone.localdate():%Y%m%d}-{last_judged_on() or ''}"


def kept_per_version(view: View) -> View:
    """Answer from memory, or with 304, as long as nothing in the town has changed and the day is the same."""

    @wraps(view)
    def answer(request: TownRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.town.is_public:
            return _closed(request)
        if request.META.get("QUERY_STRING"):
            # One address for one page: otherwise anybody could fill the memory with copies of it.
            return redirect(request.path)
        if request.user.is_authenticated:
            # Their page says who they are: nobody else may get it, and it is kept nowhere.
            return _unkept(view(request, *args, **kwargs))
        key = f"{request.path}|{get_language()}|{public_version(request)}"
        etag = f'"{sha256(key.encode()).hexdigest()[:24]}"'
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        else:
            response = _kept(etag, lambda: view(request, *args, **kwargs))
        response["ETag"] = etag
        response["Cache-Control"] = "public, no-cache"
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return answer


def _closed(request: TownRequest) -> HttpResponse:
    """Nothing is here for residents; the staff of the town reads why, and how to open it."""
    reader = reader_of(request)
    if reader is None or not reader.is_town_staff:
        raise Http404
    request.actor = reader  # the page stands in the frame of the staff
    return _unkept(render(request, "dashboard/public_closed.html", status=HTTPStatus.NOT_FOUND))


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _kept(key: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    pages = caches["pages"]
    kept = pages.get(key)
    if kept is None:
        response = make()
        if response.status_code == HttpResponse.status_code:
            pages.set(key, (response.content, response["Content-Type"], response.get("Content-Disposition")), A_DAY)
        return response
    content, content_type, disposition = kept
    headers = {"Content-Disposition": disposition} if disposition else None
    return HttpResponse(content, content_type=content_type, headers=headers)


@open_to_everyone
@kept_per_version
def public_home(request: TownRequest) -> HttpResponse:
    page = public_page(timezone.localdate())
    loop = draw_loop(LoopSubject(kind="public", town=request.town, request=request))
    context = {"page": page, "loop": loop, "version": public_version(request), "asked": _asked(request)}
    return render(request, "dashboard/public_home.html", {**context, **_told(page.counts)})


def _asked(request: TownRequest) -> Sequence[Survey]:
    """Residents and partners, who have no page of their own; on this one others may look on when staff show it."""
    reader = reader_of(request)
    return () if reader is None or reader.is_town_staff else list(surveys_to_answer(reader))


@open_to_everyone
@kept_per_version
def public_policy_detail(request: TownRequest, pk: int) -> HttpResponse:
    """The goals of one policy: a page of its own, from which the home page of a long plan takes them when opened."""
    group = public_policy(pk, timezone.localdate())
    if group is None:
        raise Http404
    context = {"group": group, "version": public_version(request), **_told(group.counts)}
    return render(request, "dashboard/public_policy.html", context)


def _told(counts: StatusCounts) -> dict[str, object]:
    return {"lead": say_plan(counts), "as_of": say_as_of(counts, timezone.localdate())}


@open_to_everyone
@kept_per_version
def public_indicator_detail(request: TownRequest, pk: int) -> HttpResponse:
    return _indicator(request, pk, "dashboard/public_indicator.html")


@open_to_everyone
@xframe_options_exempt
@csp_update({"frame-ancestors": ["*"]})  # made to stand in other sites; it shows nothing but public figures
@kept_per_version
def public_indicator_embed(request: TownRequest, pk: int) -> HttpResponse:
    return _indicator(request, pk, "dashboard/public_embed.html")


def _indicator(request: TownRequest, pk: int, template: str) -> HttpResponse:
    found = public_indicator(pk, timezone.localdate())
    if found is None:
        raise Http404
    has_lost_work = bool(goals_without_work([found.indicator.goal_id], to_residents=True))
    sentence = str(say_indicator(found, to_residents=True, has_lost_work=has_lost_work))
    context = {
        "found": found,
        "sentence": sentence,
        "chart": course_of(found, sentence, timezone.localdate()).chart if found.value is not None else None,
        "embed_code": _embed_code(request, found),
        "version": public_version(request),
    }
    return render(request, template, context)


def _embed_code(request: TownRequest, found: IndicatorRow) -> str:
    url = settings.PUBLIC_URL + town_url(request.town, "public:embed", found.indicator.pk)
    title = escape(found.indicator.name)
    return f'<iframe src="{url}" title="{title}" width="100%" height="{EMBED_HEIGHT}"></iframe>'


@open_to_everyone
@kept_per_version
def public_download(request: TownRequest) -> HttpResponse:
    return HttpResponse(
        public_csv(request.town, timezone.localdate()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{request.town.slug}-indicators.csv"'},
    )


@open_to_everyone
def public_live_version(request: TownRequest) -> HttpResponse:
    if not request.town.is_public:
        raise Http404
    return JsonResponse({"version": public_version(request)})
