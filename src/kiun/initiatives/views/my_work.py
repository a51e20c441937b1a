from django.http import HttpResponse
from django.shortcuts import render

from kiun.initiatives.views.tasks import version_of_work
from kiun.municipality.middleware import TownRequest


def my_work(request: TownRequest) -> HttpResponse:
    return render(request, "initiatives/my_work.html", {"version": version_of_work(request)})
