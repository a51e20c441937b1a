"""Changes on the list itself: one line, or all chosen lines."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.activity.views.saving import CONFLICT, UNPROCESSABLE, accepts, edit_row, show_form
from kiun.initiatives.forms.quick import BulkForm, QuickTaskForm
from kiun.initiatives.models import Task
from kiun.initiatives.queries.tasks import listed_tasks, task_rows
from kiun.initiatives.services import report_progress, save_task
from kiun.initiatives.services.bulk import MOST_TASKS, change_tasks
from kiun.kernel.keys import key_in
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url


def task_quick(request: TownRequest, pk: int) -> HttpResponse:
    """One line of the list as a form; without a script, a page of its own. `?line` gives the line back as it is."""
    task = get_object_or_404(listed_tasks(request.actor), pk=pk)
    require(request.actor, "initiatives.change_task", task)
    if "line" in request.GET:
        return _line(request, pk)
    answer = edit_row(
        request,
        task,
        make=lambda row, data: QuickTaskForm(data, instance=row, actor=request.actor),
        save=lambda form: _save(request, form),
        done=lambda: _line(request, pk) if request.htmx else _back_to_list(request),
        template=f"initiatives/task_quick.html{'#line' if request.htmx else ''}",
        task=task,
        next=_next(request),
    )
    if request.htmx and answer.status_code == CONFLICT:
        answer.status_code = UNPROCESSABLE  # what htmx puts onto the page
    return answer


@transaction.atomic
def _save(request: TownRequest, form: QuickTaskForm) -> None:
    task, chosen = form.instance, form.cleaned_data
    now = Task.objects.select_for_update().get(pk=task.pk)
    task.status, task.percent, task.finished_on = now.status, now.percent, now.finished_on
    save_task(actor=request.actor, task=task, reason=chosen["reason"], seen=chosen["seen"])
    if form.new_state:
        report_progress(
            actor=request.actor,
            task=task,
            status=form.new_state,
            was=chosen["was"],
            resolution=chosen.get("resolution", ""),
        )


def _line(request: TownRequest, pk: int) -> HttpResponse:
    row = task_rows(listed_tasks(request.actor).filter(pk=pk), request.actor)[0]
    return render(request, "initiatives/task_row.html", {"row": row, "next": _next(request)})


def _next(request: TownRequest) -> str:
    """The list as it was narrowed down and sorted."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if wanted and is_safe else town_url(request.town, "initiatives:task_list")


def _back_to_list(request: TownRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(_next(request))


def task_bulk(request: TownRequest) -> HttpResponse:
    """The chosen lines of the list; what cannot be is said on a page that still holds the choice."""
    chosen = request.POST if request.method == "POST" else request.GET
    keys = [key for text in chosen.getlist("task")[: MOST_TASKS + 1] if (key := key_in(text))]
    form = BulkForm(request.POST if request.method == "POST" else None, actor=request.actor)
    changed: list[int] = []
    if request.method == "POST" and accepts(
        form, lambda: changed.append(change_tasks(actor=request.actor, tasks=keys, **form.cleaned_data))
    ):
        messages.success(
            request, ngettext("%(n)s task was changed.", "%(n)s tasks were changed.", changed[0]) % {"n": changed[0]}
        )
        return redirect(_next(request))
    tasks = listed_tasks(request.actor).filter(pk__in=keys)
    return show_form(request, "initiatives/task_bulk.html", form, tasks=tasks, next=_next(request))
