from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.queries import version_of
from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.analysis.goal_text import read_goal
from kiun.goals.forms import EndForm, GoalFilterForm, GoalForm, lint_of
from kiun.goals.forms.lint import parts_of
from kiun.goals.forms.people import PeopleForm
from kiun.goals.models import Goal, PlanStatus
from kiun.goals.queries import current_plan, goal_rows, listed_goals, sorted_goals, visible_goals, visible_plans
from kiun.goals.queries.history import history_of
from kiun.goals.queries.steps import next_steps
from kiun.goals.services import end_goal, save_goal
from kiun.goals.wording import say_who_measures
from kiun.kernel.keys import key_in
from kiun.kernel.trees import by_place
from kiun.municipality.actors import may, require
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url
from kiun.ui.loop import LoopSubject, Stage, draw_loop

GOALS_ON_PAGE = 25


def goal_list(request: TownRequest) -> HttpResponse:
    """The goals of all plans in force."""
    filter_form = GoalFilterForm(request.GET)
    chosen = filter_form.filter_for(request.actor)
    in_force = listed_goals(request.actor).filter(plan__status=PlanStatus.CURRENT)
    goals = sorted_goals(chosen.narrow(in_force, request.actor.on), filter_form.sorting, request.actor.on)
    page = Paginator(goals, GOALS_ON_PAGE).get_page(request.GET.get("page"))
    rows = goal_rows(page, request.actor, chosen.status)
    context = {"filter_form": filter_form, "is_filtered": chosen.is_set, "page": page, "rows": rows}
    if request.htmx:
        return render(request, "goals/goal_list.html#results", context)
    open_goals = in_force.filter(ended_on__isnull=True)
    context |= {
        "total": open_goals.count(),
        "vague": open_goals.filter(is_vague=True).count(),
        "plan": current_plan(request.actor),
        "loop": draw_loop(LoopSubject(kind="town", town=request.town, request=request), current=Stage.GOAL),
    }
    return render(request, "goals/goal_list.html", context)


def goal_vague(request: TownRequest) -> HttpResponse:
    """Goals nobody could later say were reached, with what they lack: of all plans in force, or of one (`?plan=`)."""
    plan = visible_plans(request.actor).filter(pk=key_in(request.GET.get("plan")) or 0).first()
    goals = listed_goals(request.actor).filter(ended_on__isnull=True, is_vague=True)
    goals = goals.filter(plan=plan) if plan else goals.filter(plan__status=PlanStatus.CURRENT)
    page = Paginator(goals.order_by(by_place("policy"), "order", "pk"), GOALS_ON_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "goal": goal,
            "parts": parts_of(read_goal(goal.text, today=request.actor.on), goal.missing),
            "may_change": may(request.actor, "goals.change_goal", goal),
        }
        for goal in page
    ]
    has_goals = listed_goals(request.actor).filter(ended_on__isnull=True).exists()
    return render(request, "goals/goal_vague.html", {"rows": rows, "page": page, "plan": plan, "has_goals": has_goals})


def goal_detail(request: TownRequest, pk: int) -> HttpResponse:
    goals = visible_goals(request.actor).select_related(
        "plan", "policy", "challenge", "department", "owner__user", "owner__department", "predecessor__plan"
    )
    goal = get_object_or_404(goals, pk=pk)
    row = goal_rows([goal], request.actor)[0]
    reading = read_goal(goal.text, today=request.actor.on)
    context = {
        "goal": goal,
        "row": row,
        "parts": parts_of(reading, goal.missing),
        "hint": say_who_measures(goal, reading),
        "loop": draw_loop(LoopSubject(kind="goal", town=request.town, row=goal, request=request)),
        "steps": next_steps(row, request.actor),
        "may_change": may(request.actor, "goals.change_goal", goal),
        "history": history_of(goal),
        "successors": goal.successors.select_related("plan"),
    }
    return render(request, "goals/goal_detail.html", context)


def goal_create(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "goals.add_goal")
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    goal = Goal(plan=plan, order=visible_goals(request.actor).filter(plan=plan).count() + 1)
    if _is_about_the_text(request):
        return _written_goal(request, goal)
    initial = {name: request.GET.get(name) for name in ("policy", "challenge", "department")}
    form = GoalForm(request.POST or None, instance=goal, actor=request.actor, initial=initial)
    if request.method == "POST" and accepts(form, lambda: save_goal(actor=request.actor, goal=form.instance)):
        messages.success(request, _say_saved(form.instance))
        return go_to(request, "goals:goal_detail", form.instance.pk)
    return show_form(request, "goals/goal_form.html", form, plan=plan, goal=goal)


def goal_edit(request: TownRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(visible_goals(request.actor).select_related("plan", "department"), pk=pk)
    require(request.actor, "goals.change_goal", goal)
    if _is_about_the_text(request):
        return _written_goal(request, goal)

    def save(form: GoalForm) -> None:
        chosen, before = form.cleaned_data, version_of(goal)
        save_goal(actor=request.actor, goal=form.instance, reason=chosen["reason"], seen=chosen["seen"])
        is_changed = version_of(goal) != before
        messages.success(request, _say_saved(form.instance) if is_changed else _("Nothing has changed."))

    return edit_row(
        request,
        goal,
        make=lambda row, data: GoalForm(data, instance=row, actor=request.actor),
        save=save,
        done=lambda: go_to(request, "goals:goal_detail", pk),
        template="goals/goal_form.html",
        plan=goal.plan,
        goal=goal,
        hint=say_who_measures(goal, read_goal(goal.text, today=request.actor.on)),
    )


def _is_about_the_text(request: TownRequest) -> bool:
    """A button of the lint, or of the list of people, was pressed: nothing is saved."""
    return request.method == "POST" and ("step" in request.POST or "refresh" in request.POST)


def _written_goal(request: TownRequest, goal: Goal) -> HttpResponse:
    """The form again, with the text and the answers as they are now (the way without a script)."""
    form = GoalForm(instance=goal, actor=request.actor, initial=_as_initial(request.POST))
    form.lint = lint_of(request.POST, request.actor.on)
    return show_form(request, "goals/goal_form.html", form, plan=goal.plan, goal=goal)


def _as_initial(data: QueryDict) -> dict[str, object]:
    names = ("text", "policy", "challenge", "department", "owner", "code", "reason", "seen")
    return {name: data.get(name, "") for name in names} | {"is_public": "is_public" in data}


def _say_saved(goal: Goal) -> str:
    if goal.is_vague:
        return _("Saved. It still counts as a vague goal.")
    return _("Saved. It can be measured.")


@require_POST
def goal_lint(request: TownRequest) -> HttpResponse:
    """Answers while a goal is being typed; the buttons of the lint come here too."""
    lint = lint_of(request.POST, request.actor.on)
    part = "writing" if request.POST.get("step") == "adopt" else "lint"
    return render(request, f"goals/goal_form.html#{part}", {"lint": lint, "is_fragment": True})


def goal_end(request: TownRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(visible_goals(request.actor).select_related("plan", "department"), pk=pk)
    require(request.actor, "goals.change_goal", goal)
    form = EndForm(request.POST or None, initial={"on": request.actor.on})
    if request.method == "POST" and accepts(
        form, lambda: end_goal(actor=request.actor, goal=goal, **form.cleaned_data)
    ):
        messages.success(request, _("The goal has ended. Its history stays."))
        return go_to(request, "goals:plan_detail", goal.plan_id)
    page: dict[str, Any] = {
        "title": _("End the goal"),
        "note": goal.text,
        "back": town_url(request.town, "goals:goal_detail", pk),
    }
    return show_form(request, "goals/simple_form.html", form, plan=goal.plan, submit=_("End it"), **page)


def people(request: TownRequest) -> HttpResponse:
    """The people of the department that was just chosen, for the owner field of a form."""
    form = PeopleForm(request.GET, actor=request.actor, with_deputy=request.GET.get("for") == "indicator")
    return render(request, "goals/people.html", {"form": form})
