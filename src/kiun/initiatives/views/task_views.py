"""The board and the calendar: other looks at the same tasks."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render

from kiun.initiatives.forms.task_filters import BoardFilterForm
from kiun.initiatives.models import OPEN_STATUSES, Task, TaskStatus
from kiun.initiatives.queries import visible_initiatives
from kiun.initiatives.queries.board import board_of
from kiun.initiatives.queries.hidden import is_hidden
from kiun.initiatives.queries.needed_first import needed_to_plan_tasks
from kiun.initiatives.queries.task_calendar import month_of
from kiun.initiatives.queries.task_rights import plannable_initiatives
from kiun.initiatives.queries.tasks import listed_tasks, still_open, task_counts
from kiun.initiatives.task_wording import say_tasks
from kiun.initiatives.views.tasks import version_of_work
from kiun.municipality.middleware import TownRequest
from kiun.ui.dates import month_label

FIRST_YEAR, LAST_YEAR = 2000, 2099
DECEMBER = 12


def task_board(request: TownRequest) -> HttpResponse:
    form = BoardFilterForm(request.GET, actor=request.actor)
    chosen = form.filter_for(request.actor)
    tasks = chosen.narrow(listed_tasks(request.actor), request.actor.on)
    tasks = tasks.filter(initiative__status__in=OPEN_STATUSES)
    context: dict[str, object] = {
        "filter_form": form,
        "initiative": chosen.initiative,
        "columns": board_of(tasks, request.actor),
        "needed": needed_to_plan_tasks(request.actor),
    }
    if request.htmx and request.headers.get("HX-Target") == "results":
        return render(request, "initiatives/task_board.html#results", context)
    counts = task_counts(tasks, request.actor.on)
    is_whole = not form.conditions
    hidden = is_whole and is_hidden(request.actor, seen=counts.open, among=still_open(Task.objects.all()))
    context |= {
        "lead": say_tasks(counts, is_hidden=hidden),
        "version": version_of_work(request),
        "may_plan": plannable_initiatives(request.actor).exists(),
    }
    return render(request, "initiatives/task_board.html", context)


def task_calendar(request: TownRequest) -> HttpResponse:
    form = BoardFilterForm(request.GET, actor=request.actor)
    chosen = form.filter_for(request.actor)
    month = _month(request.GET.get("month", ""), request.actor.on)
    tasks = chosen.narrow(listed_tasks(request.actor), request.actor.on).exclude(status=TaskStatus.CANCELLED)
    initiatives = visible_initiatives(request.actor).filter(status__in=OPEN_STATUSES)
    if chosen.initiative:
        initiatives = initiatives.filter(pk=chosen.initiative.pk)
    if chosen.department:
        initiatives = initiatives.filter(department__path__startswith=chosen.department.path)
    context = {
        "filter_form": form,
        "month": month,
        "weeks": month_of(month, tasks, initiatives, request.actor),
        "before": _shifted(month, -1),
        "after": _shifted(month, 1),
        "month_label": month_label(month),
        "version": version_of_work(request),
    }
    if request.htmx and request.headers.get("HX-Target") == "results":
        return render(request, "initiatives/task_calendar.html#results", context)
    return render(request, "initiatives/task_calendar.html", context)


def _month(text: str, today: date) -> date:
    """2026-11; anything else means the present month."""
    year, _hyphen, month = text.partition("-")
    try:
        first = date(int(year), int(month), 1)
    except ValueError:
        return today.replace(day=1)
    return first if FIRST_YEAR <= first.year <= LAST_YEAR else today.replace(day=1)


def _shifted(month: date, months: int) -> str:
    years, place = divmod(month.month - 1 + months, DECEMBER)
    return f"{month.year + years}-{place + 1:02d}"
