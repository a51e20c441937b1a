from django.http import HttpResponse
from django.shortcuts import render

from kiun.activity.views.jobs import STOP_POLLING
from kiun.initiatives.models import Calculation
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url


def calculation_progress(request: TownRequest, calculation: Calculation, page: str) -> HttpResponse:
    """Asked for every second while it is being calculated; then the whole `page` comes anew."""
    is_over = not calculation.is_running
    response = render(
        request,
        "initiatives/calculation_progress.html",
        {"job": calculation.job},
        status=STOP_POLLING if is_over else HttpResponse.status_code,
    )
    if is_over:
        response["HX-Redirect"] = town_url(request.town, page, calculation.pk)
    return response
