from django.http import HttpResponse
from django.shortcuts import render

from kiun.initiatives.forms.task_parts import DecisionForm
from kiun.initiatives.queries.my_work import my_work as work_of
from kiun.initiatives.task_wording import say_my_work
from kiun.initiatives.views.tasks import version_of_work
from kiun.municipality.middleware import TownRequest


def my_work(request: TownRequest) -> HttpResponse:
    work = work_of(request.actor)
    context = {
        "work": work,
        "lead": say_my_work(work),
        "decision_form": DecisionForm(auto_id=False),
        "version": version_of_work(request),
    }
    return render(request, "initiatives/my_work.html", context)
