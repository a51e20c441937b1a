from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.history import history_entries
from kiun.activity.models import AuditEntry
from kiun.activity.queries import town_version, version_of
from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.initiatives.forms.quick import BulkForm
from kiun.initiatives.forms.task_filters import TaskFilterForm
from kiun.initiatives.forms.task_parts import CommentForm, RemovalForm
from kiun.initiatives.forms.tasks import TaskForm, TaskPeopleForm, first_responsible
from kiun.initiatives.models import Initiative, Task
from kiun.initiatives.queries import visible_initiatives, visible_tasks
from kiun.initiatives.queries.hidden import is_hidden
from kiun.initiatives.queries.needed_first import needed_to_plan_tasks
from kiun.initiatives.queries.task_detail import task_page
from kiun.initiatives.queries.task_names import offered_tasks, task_labels
from kiun.initiatives.queries.task_rights import plannable_initiatives
from kiun.initiatives.queries.tasks import listed_tasks, sorted_tasks, still_open, task_counts, task_rows
from kiun.initiatives.services import save_task
from kiun.initiatives.services.removal import remove_task, removed_task, restore_task
from kiun.initiatives.task_wording import say_task, say_tasks
from kiun.kernel.keys import key_in
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.municipality.queries import may_own_on, visible_posts
from kiun.municipality.queries.people import post_label, posts_like
from kiun.ui.links import town_url

TASKS_ON_PAGE = 50


def task_list(request: TownRequest) -> HttpResponse:
    form = TaskFilterForm(request.GET, actor=request.actor)
    chosen = form.filter_for(request.actor)
    visible = listed_tasks(request.actor)
    tasks = sorted_tasks(chosen.narrow(visible, request.actor.on), form.sorting)
    page = Paginator(tasks, TASKS_ON_PAGE).get_page(request.GET.get("page"))
    context: dict[str, object] = {
        "filter_form": form,
        "initiative": chosen.initiative,
        "page": page,
        "rows": task_rows(page, request.actor),
        "is_hidden": is_hidden(request.actor, seen=page.paginator.count, among=Task.objects.all()),
    }
    if request.htmx and request.headers.get("HX-Target") == "results":
        return render(request, "initiatives/task_list.html#results", context)
    whole = visible.filter(initiative=chosen.initiative) if chosen.initiative else visible
    counts = task_counts(whole, request.actor.on)
    hidden = not chosen.initiative and is_hidden(request.actor, seen=counts.open, among=still_open(Task.objects.all()))
    context |= {"lead": say_tasks(counts, is_hidden=hidden), "version": version_of_work(request)}
    context["bulk_form"] = BulkForm(actor=request.actor)
    context["removed"] = removed_task(request.actor, key_in(request.GET.get("removed")) or 0)
    context["may_plan"] = plannable_initiatives(request.actor).exists()
    return render(request, "initiatives/task_list.html", context)


def task_detail(request: TownRequest, pk: int) -> HttpResponse:
    tasks = listed_tasks(request.actor).select_related("phase", "skill", "initiative__department")
    page = task_page(
        get_object_or_404(tasks, pk=pk),
        request.actor,
        may=lambda right, blocker: may(request.actor, right, blocker),
    )
    may_comment = may(request.actor, "initiatives.comment", page.task)
    context = {
        "page": page,
        "task": page.task,
        "row": page.row,
        "history": history_entries(page.history),
        "point": say_task(page),
        "comment_form": CommentForm(actor=request.actor, task=page.task) if may_comment else None,
        "version": version_of_work(request),
    }
    return render(request, "initiatives/task_detail.html", context)


def task_create(request: TownRequest) -> HttpResponse:
    """Of the initiative that the address names; without one, the first question is of which."""
    plannable = plannable_initiatives(request.actor).select_related("department", "owner__user")
    initiative = plannable.filter(pk=key_in(request.GET.get("initiative")) or 0).first()
    if initiative is None:
        return _choose_initiative(request)
    task = _new_task(request, initiative)
    form = TaskForm(_sent(request), instance=task, actor=request.actor, initial=_as_typed(request, task))
    if form.is_bound and accepts(form, lambda: _save(request, form)):
        messages.success(request, _("The task was added."))
        return go_to(request, "initiatives:task_detail", form.instance.pk)
    return show_form(request, "initiatives/task_form.html", form, initiative=initiative, task=task)


def _choose_initiative(request: TownRequest) -> HttpResponse:
    named = visible_initiatives(request.actor).filter(pk=key_in(request.GET.get("initiative")) or 0).first()
    if named:
        require(request.actor, "initiatives.plan_tasks", named)
    choices = plannable_initiatives(request.actor).select_related("department")
    context = {"initiatives": choices, "needed": needed_to_plan_tasks(request.actor)}
    return render(request, "initiatives/task_choose_initiative.html", context)


def _sent(request: TownRequest) -> QueryDict | None:
    """None as long as only the people of a department are asked for (the way without a script)."""
    return request.POST if request.method == "POST" and "refresh" not in request.POST else None


def _as_typed(request: TownRequest, task: Task) -> dict[str, Any]:
    if "refresh" not in request.POST:
        return {}
    typed = TaskForm(request.POST, instance=task, actor=request.actor)
    return {name: typed[name].data for name in typed.fields}


def _new_task(request: TownRequest, initiative: Initiative) -> Task:
    task = Task(initiative=initiative, starts_on=max(initiative.starts_on, request.actor.on))
    responsible = first_responsible(request.actor, task)
    if responsible:
        task.responsible = responsible
    task.department = (responsible and responsible.department) or initiative.department
    task.due_on = max(task.starts_on, min(initiative.ends_on, task.starts_on))
    return task


def task_edit(request: TownRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(listed_tasks(request.actor), pk=pk)
    require(request.actor, "initiatives.change_task", task)
    initiative = task.initiative

    def save(form: TaskForm) -> None:
        before = version_of(task)
        _save(request, form)
        messages.success(request, _("Saved.") if version_of(task) != before else _("Nothing has changed."))

    if "refresh" in request.POST:
        form = TaskForm(instance=task, actor=request.actor, initial=_as_typed(request, task))
        return show_form(request, "initiatives/task_form.html", form, initiative=initiative, task=task)
    return edit_row(
        request,
        task,
        make=lambda row, data: TaskForm(data, instance=row, actor=request.actor),
        save=save,
        done=lambda: go_to(request, "initiatives:task_detail", pk),
        template="initiatives/task_form.html",
        initiative=initiative,
        task=task,
    )


@transaction.atomic
def _save(request: TownRequest, form: TaskForm) -> None:
    chosen, task = form.cleaned_data, form.instance
    if task.pk:
        # Somebody may have reported progress since this request began: the form is not about that.
        now = Task.objects.select_for_update().get(pk=task.pk)
        task.status, task.percent, task.finished_on = now.status, now.percent, now.finished_on
    save_task(
        actor=request.actor,
        task=task,
        helpers=chosen["helpers"],
        predecessors=chosen["before"],
        reason=chosen.get("reason", ""),
        seen=chosen["seen"] if task.pk else None,
    )


def task_remove(request: TownRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(listed_tasks(request.actor), pk=pk)
    require(request.actor, "initiatives.change_task", task)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and accepts(
        form, lambda: remove_task(actor=request.actor, task=task, reason=form.cleaned_data["reason"])
    ):
        removal = AuditEntry.objects.filter(user=request.user).order_by("-pk").values_list("pk", flat=True).first()
        where = {"initiative": task.initiative_id, "removed": removal or 0}
        return redirect(f"{town_url(request.town, 'initiatives:task_list')}?{urlencode(where)}")
    title, submit = _("Remove what was entered by mistake"), _("Remove the task")
    return show_form(request, "initiatives/task_part_form.html", form, task=task, title=title, submit=submit)


@require_POST
def task_restore(request: TownRequest) -> HttpResponse:
    """Undo of a removal, for whoever removed it."""
    entry = removed_task(request.actor, key_in(request.POST.get("removed")) or 0)
    if entry is None:
        raise Http404
    task = restore_task(actor=request.actor, entry=entry)
    messages.success(request, _("The task is back."))
    return go_to(request, "initiatives:task_detail", task.pk)


def task_people(request: TownRequest) -> HttpResponse:
    """The people of the department that was just chosen, for the form."""
    form = TaskPeopleForm(request.GET, actor=request.actor)
    return render(request, "initiatives/task_people.html", {"form": form})


def person_choices(request: TownRequest) -> HttpResponse:
    """Proposals while a colleague's name is being typed."""
    posts = visible_posts(request.actor).filter(may_own_on(request.actor.on))
    found = posts_like(posts, _typed(request), exact=False)
    return render(request, "municipality/post_choices.html", {"labels": [post_label(post) for post in found]})


def task_choices(request: TownRequest) -> HttpResponse:
    """Proposals while the name of a task is being typed."""
    key = key_in(request.GET.get("initiative")) or 0
    initiative = get_object_or_404(visible_initiatives(request.actor), pk=key)
    tasks = offered_tasks(visible_tasks(request.actor).select_related("initiative"), _typed(request), initiative)
    return render(request, "municipality/post_choices.html", {"labels": task_labels(tasks, initiative)})


def _typed(request: TownRequest) -> str:
    return str(next((value for key, value in request.GET.items() if key != "initiative"), ""))


def work_version(request: TownRequest) -> HttpResponse:
    return JsonResponse({"version": version_of_work(request)})


def version_of_work(request: TownRequest) -> str:
    """Differs when anything in the town has changed, or when a new day has begun."""
    return f"{town_version(request.town)}-{request.actor.on:%Y%m%d}"
