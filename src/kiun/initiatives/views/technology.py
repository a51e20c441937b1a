from django.http import HttpResponse
from django.shortcuts import render

from kiun.initiatives.queries.technology import count_of, technology_by_zone
from kiun.initiatives.resource_wording import say_technology
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest


def technology(request: TownRequest) -> HttpResponse:
    """What the work asks of systems and network, so that those who run them see it come."""
    require(request.actor, "initiatives.see_resources")
    zones = technology_by_zone(request.actor)
    context = {"zones": zones, "lead": say_technology(zones), "count": count_of(zones)}
    return render(request, "initiatives/technology.html", context)
