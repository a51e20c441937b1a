"""The door for programs: an access key opens its own town, and nothing else, for the time of one request.

Cookies are not looked at: whoever calls shows `Authorization: Bearer <secret>` in every request. The key acts for the
post that created it, with the rights it was given, and stops with that post.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_scopes import scope
from ninja.security import HttpBearer

from kiun.kernel.errors import NotAllowedError
from kiun.kernel.problems import problem_response
from kiun.municipality.actors import Actor
from kiun.municipality.middleware import client_address
from kiun.municipality.models import ApiToken, Municipality, Role
from kiun.municipality.queries import key_of

PREFIX = "/api/"
OPEN_PATHS = frozenset({"/api/v1/openapi.json"})
PAUSE_BETWEEN_USES = timedelta(minutes=1)
JSON_TYPES = ("application/json", "application/problem+json")


class ApiRequest(HttpRequest):
    """What operations of the API receive."""

    town: Municipality
    actor: Actor
    access_key: ApiToken


class AccessKey(HttpBearer):
    """Demands a right of the key. A key of one indicator source (`for_source`) brings values and does nothing else."""

    def __init__(self, scope: str, *, for_source: bool = False) -> None:
        super().__init__()
        self.scope = scope
        self.for_source = for_source

    def authenticate(self, request: Any, token: str) -> ApiToken:
        key: ApiToken = request.access_key
        if key.source and not self.for_source:
            raise NotAllowedError(_("This key only brings values of the source “%(source)s”.") % {"source": key.source})
        if self.scope not in key.scopes:
            raise NotAllowedError(
                _("The key lacks the right “%(right)s”. The DX office of your municipality can issue another one.")
                % {"right": self.scope}
            )
        return key


class ApiAccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = self._answer(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Authorization"])
        return response

    def _answer(self, request: Any) -> HttpResponse:
        if request.path_info in OPEN_PATHS:
            return _without_html(self.get_response(request))
        now = timezone.now()
        key = key_of(_secret(request), now)
        if key is None:
            return _refuse(
                _("Show a valid access key: “Authorization: Bearer …”. It may be wrong, revoked or expired.")
            )
        if not _still_stands_for_its_creator(key, timezone.localdate(now)):
            return _refuse(
                _("This key no longer works: whoever created it has left the DX office. Ask there for another key.")
            )
        if _is_over_the_limit(key, now):
            return _ask_to_wait(now)
        with scope(municipality=key.municipality):
            _enter(request, key, now)
            return _without_html(self.get_response(request))


def _secret(request: HttpRequest) -> str:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _still_stands_for_its_creator(key: ApiToken, today: date) -> bool:
    post = key.created_by
    return post.role == Role.ADMIN and post.is_current(today) and post.user.is_active


def _is_over_the_limit(key: ApiToken, now: datetime) -> bool:
    """Counts by the minute; two requests at the same moment may count as one, which does no harm."""
    counter = f"api:{key.pk}:{now:%Y%m%d%H%M}"
    cache.add(counter, 0, timeout=120)
    try:
        return cache.incr(counter) > settings.API_REQUESTS_PER_MINUTE
    except ValueError:  # thrown out of the cache in between
        return False


def _enter(request: Any, key: ApiToken, now: datetime) -> None:
    request.town = key.municipality
    request.access_key = key
    request.actor = Actor(
        municipality=key.municipality,
        user=key.created_by.user,
        own=(key.created_by,),
        on=timezone.localdate(now),
        via="api",
        address=client_address(request),
        key=key.name,
    )
    unused = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - PAUSE_BETWEEN_USES)
    if key.last_used_at is None or key.last_used_at < now - PAUSE_BETWEEN_USES:
        ApiToken.objects.filter(unused, pk=key.pk).update(last_used_at=now)


def _refuse(sentence: str) -> HttpResponse:
    return problem_response(401, sentence, headers={"WWW-Authenticate": "Bearer"})


def _ask_to_wait(now: datetime) -> HttpResponse:
    limit = settings.API_REQUESTS_PER_MINUTE
    sentence = _("More than %(limit)s requests in one minute. Please wait until the next minute.") % {"limit": limit}
    return problem_response(429, sentence, headers={"Retry-After": str(60 - now.second)})


def _without_html(response: HttpResponse) -> HttpResponse:
    """Answers that Django gave by itself (unknown address, wrong method, body too large) in the API's own form."""
    is_json = response.headers.get("Content-Type", "").startswith(JSON_TYPES)
    if response.status_code < 400 or is_json:  # noqa: PLR2004 - from here on HTTP counts errors
        return response
    sentences = {
        404: _("There is nothing at this address. /api/v1/openapi.json lists all addresses."),
        405: _("This address does not know the method. /api/v1/openapi.json lists all methods."),
    }
    kept = {name: response.headers[name] for name in ("Allow",) if name in response.headers}
    sentence = sentences.get(response.status_code, _("The request could not be understood."))
    return problem_response(response.status_code, sentence, headers=kept)
