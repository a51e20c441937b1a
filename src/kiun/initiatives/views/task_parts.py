"""What people do with a task besides planning it: report, tick, ask, raise what stands in the way, decide."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.services import add_attachment
from kiun.activity.views.saving import CONFLICT, accepts, go_to, show_form
from kiun.initiatives.forms.task_parts import (
    BlockerForm,
    CommentForm,
    DecisionForm,
    EndingForm,
    StepForm,
    TaskFileForm,
)
from kiun.initiatives.models import Blocker, ChecklistItem, Task, TaskStatus
from kiun.initiatives.queries import visible_tasks
from kiun.initiatives.queries.blockers import waiting_blockers
from kiun.initiatives.queries.tasks import listed_tasks
from kiun.initiatives.services import add_step, remove_step, report_progress, tick_step
from kiun.initiatives.services.blockers import (
    OpenQuestionsError,
    decide_blocker,
    raise_blocker,
    reopen_blocker,
    withdraw_blocker,
)
from kiun.initiatives.services.comments import add_comment
from kiun.initiatives.services.progress import state_in_words
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.kernel.keys import key_in
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url

WHOLE = 100


def task_of(request: TownRequest, pk: int) -> Task:
    return get_object_or_404(listed_tasks(request.actor), pk=pk)


def go_back(request: TownRequest, task: int, anchor: str = "") -> HttpResponse:
    """To the page on which the button was pressed."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect(f"{town_url(request.town, 'initiatives:task_detail', task)}{anchor}")


def attempt(request: TownRequest, act: Callable[[], object]) -> bool:
    """For a single press: what stands in the way is said on the page that follows, or asked there."""
    try:
        act()
    except (NotAllowedError, OpenQuestionsError):
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return False
    return True


@require_POST
def task_progress(request: TownRequest, pk: int) -> HttpResponse:
    task = task_of(request, pk)
    percent, status = key_in(request.POST.get("percent")), request.POST.get("status")
    try:
        is_reported = attempt(
            request,
            lambda: report_progress(
                actor=request.actor,
                task=task,
                percent=None if percent is None else min(percent, WHOLE),
                status=status if status in TaskStatus.values else None,
                was=request.POST.get("was") or None,
            ),
        )
    except OpenQuestionsError:
        return _ask_what_became_of_it(request, task, status or TaskStatus.DONE)
    if is_reported and status == TaskStatus.DONE:
        _thank(request, task)
    return go_back(request, pk)


def _thank(request: TownRequest, task: Task) -> None:
    messages.success(request, _("“%(task)s” is done. Thank you.") % {"task": task.name})


def _ask_what_became_of_it(request: TownRequest, task: Task, status: str) -> HttpResponse:
    pressed = {"status": status, "was": request.POST.get("was", ""), "next": request.POST.get("next", "")}
    address = f"{town_url(request.town, 'initiatives:task_end', task.pk)}?{urlencode(pressed)}"
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


def task_end(request: TownRequest, pk: int) -> HttpResponse:
    """A task that ends while somebody is asked to decide about it."""
    task = task_of(request, pk)
    require(request.actor, "initiatives.report_progress", task)
    waiting = waiting_blockers(task)
    if not waiting or not task.is_unfinished:
        return _go_where_it_stands_now(request, task)
    form, status = EndingForm(request.POST or None, initial={"status": TaskStatus.DONE, **request.GET.dict()}), 0
    try:
        if request.method == "POST" and accepts(form, lambda: _end(request, task, form.cleaned_data)):
            return go_back(request, pk)
    except ConflictError as error:
        form, status = _with_state_of_now(form, task, error), CONFLICT
    is_dropped = form["status"].value() == TaskStatus.CANCELLED
    title = _("Drop the task") if is_dropped else _("Report the task as done")
    page: dict[str, Any] = {"title": title, "submit": title, "waiting": waiting, "status": status}
    return _show(request, task, form, **page)


def _end(request: TownRequest, task: Task, said: dict[str, Any]) -> None:
    words = {"was": said["was"] or None, "resolution": said["resolution"]}
    report_progress(actor=request.actor, task=task, status=said["status"], **words)
    if said["status"] == TaskStatus.DONE:
        _thank(request, task)


def _with_state_of_now(form: EndingForm, task: Task, error: ConflictError) -> EndingForm:
    """Somebody else has reported meanwhile: the words stay, and the next press knows what the person has seen."""
    task.refresh_from_db()
    anew = EndingForm({**form.cleaned_data, "was": state_in_words(task)})
    now = _("Now it stands at “%(state)s”, %(percent)s%%.")
    anew.add_error(None, f"{error.message} {now % {'state': task.get_status_display(), 'percent': task.percent}}")
    return anew


def _go_where_it_stands_now(request: TownRequest, task: Task) -> HttpResponse:
    """Nothing is asked any more. What somebody wrote when it still was is given back to them."""
    if words := request.POST.get("resolution", "").strip():
        told = _("“%(task)s” was settled by somebody else meanwhile. Your words were not written down: %(words)s")
        messages.warning(request, told % {"task": task.name, "words": words})
    return go_to(request, "initiatives:task_detail", task.pk)


@require_POST
def step_add(request: TownRequest, pk: int) -> HttpResponse:
    task = task_of(request, pk)
    require(request.actor, "initiatives.report_progress", task)
    form = StepForm(request.POST)
    if accepts(form, lambda: _add_step(request, task, form.cleaned_data["text"])):
        return go_back(request, pk, "#steps")
    return _show(request, task, form, title=_("Add a step"), submit=_("Add the step"))


def _add_step(request: TownRequest, task: Task, text: str) -> None:
    before = task.percent
    after = add_step(actor=request.actor, task=task, text=text).percent
    if after < before:
        said = _("The progress is counted by the steps now: %(after)s%% instead of %(before)s%%.")
        messages.info(request, said % {"before": before, "after": after})


@require_POST
def step_tick(request: TownRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    attempt(request, lambda: tick_step(actor=request.actor, item=step, is_done=request.POST.get("done") == "1"))
    return go_back(request, step.task_id, "#steps")


@require_POST
def step_remove(request: TownRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    attempt(request, lambda: remove_step(actor=request.actor, item=step))
    return go_back(request, step.task_id, "#steps")


def _step(request: TownRequest, pk: int) -> ChecklistItem:
    return get_object_or_404(ChecklistItem, pk=pk, task__in=visible_tasks(request.actor))


def comment_add(request: TownRequest, pk: int) -> HttpResponse:
    task = task_of(request, pk)
    require(request.actor, "initiatives.comment", task)
    form = CommentForm(request.POST or None, actor=request.actor, task=task)

    def save() -> None:
        text = form.cleaned_data["text"]
        add_comment(actor=request.actor, initiative=task.initiative, task=task, text=text, to=form.chosen)

    if request.method == "POST" and accepts(form, save):
        return go_back(request, pk, "#comments")
    return _show(request, task, form, title=_("Write a comment"), submit=_("Send the comment"))


def blocker_add(request: TownRequest, pk: int) -> HttpResponse:
    task = task_of(request, pk)
    require(request.actor, "initiatives.report_progress", task)
    form = BlockerForm(request.POST or None, actor=request.actor, task=task)
    if request.method == "POST" and accepts(
        form, lambda: raise_blocker(actor=request.actor, task=task, **form.cleaned_data)
    ):
        decider = form.cleaned_data["decider"]
        messages.success(request, _("%(person)s has been asked to decide.") % {"person": decider})
        return go_back(request, pk, "#blockers")
    return _show(request, task, form, title=_("Say what stands in the way"), submit=_("Ask for the decision"))


def blocker_decide(request: TownRequest, pk: int) -> HttpResponse:
    """For whoever must decide; for those who are held up, where they say that it has gone away by itself."""
    blocker = _blocker(request, pk)
    decides = may(request.actor, "initiatives.decide_blocker", blocker)
    end, form = decide_blocker if decides else withdraw_blocker, DecisionForm(request.POST or None)
    if not decides:
        form.ask_how_it_went_away()
    if request.method == "POST" and accepts(
        form, lambda: end(actor=request.actor, blocker=blocker, **form.cleaned_data)
    ):
        messages.success(request, _("Decided. Those who waited have been told.") if decides else _("It is noted."))
        return go_back(request, blocker.task_id, "#blockers")
    title = _("Decide") if decides else _("It is in the way no more")
    submit = _("Record the decision") if decides else _("Note it")
    return _show(request, blocker.task, form, title=title, submit=submit, blocker=blocker)


@require_POST
def blocker_reopen(request: TownRequest, pk: int) -> HttpResponse:
    blocker = _blocker(request, pk)
    attempt(request, lambda: reopen_blocker(actor=request.actor, blocker=blocker))
    return go_back(request, blocker.task_id, "#blockers")


def _blocker(request: TownRequest, pk: int) -> Blocker:
    people = ("decider__user", "decider__department", "raised_by__user", "task__initiative", "task__responsible__user")
    rows = Blocker.objects.filter(task__in=visible_tasks(request.actor)).select_related(*people)
    blocker: Blocker = get_object_or_404(rows, pk=pk)
    if not may(request.actor, "initiatives.decide_blocker", blocker):
        require(request.actor, "initiatives.withdraw_blocker", blocker)
    return blocker


def task_file_add(request: TownRequest, pk: int) -> HttpResponse:
    task = task_of(request, pk)
    require(request.actor, "initiatives.report_progress", task)
    form = TaskFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))

    def save() -> None:
        label = Task._meta.label_lower
        add_attachment(actor=request.actor, object_type=label, object_id=pk, upload=form.cleaned_data["file"])

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("The file was added."))
        return go_to(request, "initiatives:task_detail", pk)
    return _show(request, task, form, title=_("Add a file"), submit=_("Add the file"))


def _show(request: TownRequest, task: Task, form: forms.BaseForm, **page: Any) -> HttpResponse:
    return show_form(request, "initiatives/task_part_form.html", form, task=task, **page)
