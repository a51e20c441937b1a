"""`t/<town>/` is for people with an account in the town, `p/<town>/` for everybody; see municipality.middleware."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from kiun.config.api import api
from kiun.dashboard.views.overview import landing


def alive(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def nothing_here(_request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("", landing, name="landing"),
    # Addresses come from the town's list: who could change the own one could take somebody else's.
    path("accounts/email/", nothing_here),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("kiun.ui.urls")),
    path("healthz", alive, name="alive"),
    path("api/v1/", api.urls),
    path("t/<slug:town>/", include("kiun.municipality.urls")),
    path("t/<slug:town>/", include("kiun.activity.urls")),
    path("t/<slug:town>/", include("kiun.surveys.urls")),
    path("t/<slug:town>/", include("kiun.goals.urls")),
    path("t/<slug:town>/", include("kiun.initiatives.urls")),
    path("t/<slug:town>/", include("kiun.momentum.urls")),
    path("t/<slug:town>/", include("kiun.dashboard.urls")),
    path("p/<slug:town>/", include("kiun.surveys.answer_urls")),
    path("p/<slug:town>/", include("kiun.dashboard.public_urls")),
]
