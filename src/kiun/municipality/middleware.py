"""Opens the town named in the address, and nothing else, for the time of the request.

Closed by default: a page below `t/<town>/` is for the town's staff. A view that is for others says so with
`open_to_members` (partners and residents with an account) or `open_to_everyone`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django_scopes import scope

from kiun.municipality.actors import Actor, actor_of
from kiun.municipality.models import Municipality, User

View = TypeVar("View", bound=Callable[..., Any])


class TownRequest(HttpRequest):
    """What views below a town receive."""

    town: Municipality
    actor: Actor
    user: User
    htmx: Any


def open_to_members(view: View) -> View:
    view.audience = "members"  # type: ignore[attr-defined]
    return view


def open_to_everyone(view: View) -> View:
    view.audience = "everyone"  # type: ignore[attr-defined]
    return view


def client_address(request: HttpRequest) -> str:
    """The caller's address; the header is read only as far as our own proxies wrote it."""
    hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        return hops[-settings.TRUSTED_PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))


def reader_of(request: Any) -> Actor | None:
    """Who of the town reads this page, also where everybody may: for what its frame offers, not for rights."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None and request.user.is_authenticated:
        actor = actor_of(request.user, request.town)
    return actor if actor and actor.own else None


def is_staff_page(request: Any) -> bool:
    """Whether staff of the town read a page of their own."""
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.is_town_staff)


class TownMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            slug = resolve(request.path_info).kwargs.get("town")
        except Resolver404:
            slug = None
        if slug is None:
            return self.get_response(request)
        request.town = Municipality.objects.filter(slug=slug).first()  # type: ignore[attr-defined]
        if request.town is None:  # type: ignore[attr-defined]
            return self.get_response(request)
        with scope(municipality=request.town):  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if "town" not in kwargs:
            return None
        kwargs.pop("town")
        if request.town is None:
            raise Http404
        audience = getattr(view, "audience", "staff")
        if audience == "everyone":
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        request.actor = actor_of(request.user, request.town, address=client_address(request))
        if not request.actor.own or (audience == "staff" and not request.actor.is_town_staff):
            # The same answer as for a page that is not there: membership of a town is nobody else's business.
            raise Http404
        return None


def _to_sign_in(request: Any) -> HttpResponse:
    redirect = redirect_to_login(request.get_full_path())
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": redirect["Location"]})
    return redirect
