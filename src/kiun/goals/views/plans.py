from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.goals.forms import EditionForm, GoalFilterForm, PlanForm
from kiun.goals.models import Plan, PlanStatus
from kiun.goals.queries import (
    goal_rows,
    grouped_by_challenge,
    listed_goals,
    plan_outline,
    show_outline,
    sorted_goals,
    status_counts,
    visible_indicators,
    visible_plans,
)
from kiun.goals.queries.history import history_of
from kiun.goals.queries.plans import with_totals
from kiun.goals.services import begin_edition, change_plan, create_plan
from kiun.goals.wording import say_as_of, say_plan
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.ui.loop import LoopSubject, Stage, draw_loop

# A branch with more is loaded piece by piece, so that the page answers at once however large the plan is.
GOALS_AT_ONCE = 25
ROWS_SHOWN_OPEN = 60


def plan_list(request: TownRequest) -> HttpResponse:
    plans = with_totals(visible_plans(request.actor))
    return render(request, "goals/plan_list.html", {"plans": plans})


def plan_detail(request: TownRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(visible_plans(request.actor).select_related("predecessor"), pk=pk)
    filter_form = GoalFilterForm(request.GET)
    chosen = filter_form.filter_for(request.actor)
    context = {"plan": plan, "filter_form": filter_form, "is_filtered": chosen.is_set or bool(filter_form.sorting)}
    if context["is_filtered"]:
        goals = chosen.narrow(listed_goals(request.actor).filter(plan=plan), request.actor.on)
        page = Paginator(sorted_goals(goals, filter_form.sorting, request.actor.on), GOALS_AT_ONCE).get_page(
            request.GET.get("page")
        )
        context |= {"page": page, "rows": goal_rows(page, request.actor, chosen.status)}
        if request.htmx:
            return render(request, "goals/plan_detail.html#results", context)
    else:
        outline = plan_outline(plan, request.actor)
        context["outline"] = show_outline(outline, plan, request.actor, ROWS_SHOWN_OPEN)
    return render(request, "goals/plan_detail.html", context | _overview(request, plan))


def _overview(request: TownRequest, plan: Plan) -> dict[str, object]:
    counts = status_counts(visible_indicators(request.actor).filter(goal__plan=plan), request.actor.on)
    return {
        "counts": counts,
        "lead": say_plan(counts),
        "as_of": say_as_of(counts, request.actor.on),
        "loop": draw_loop(LoopSubject(kind="plan", town=request.town, row=plan, request=request), current=Stage.PLAN),
        "vague": listed_goals(request.actor).filter(plan=plan, ended_on__isnull=True, is_vague=True).count(),
        "history": history_of(plan, limit=5),
    }


def plan_branch(request: TownRequest, pk: int, policy: int) -> HttpResponse:
    """The goals that hang directly on one policy (0: on none): a fragment, or a page without a script."""
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    goals = listed_goals(request.actor).filter(plan=plan, policy=policy or None, ended_on__isnull=True)
    page = Paginator(goals.order_by("order", "pk"), GOALS_AT_ONCE).get_page(request.GET.get("page"))
    groups = grouped_by_challenge(goal_rows(page, request.actor))
    template = "goals/branch.html#goals" if request.htmx else "goals/branch.html"
    return render(request, template, {"plan": plan, "key": policy, "groups": groups, "page": page})


def plan_create(request: TownRequest) -> HttpResponse:
    require(request.actor, "goals.change_plan")
    form = PlanForm(request.POST or None, initial={"first_year": request.actor.on.year})
    if request.method == "POST" and accepts(form, lambda: create_plan(actor=request.actor, plan=form.instance)):
        messages.success(request, _("The plan is there. Now write its first goal."))
        return go_to(request, "goals:plan_detail", form.instance.pk)
    return show_form(request, "goals/plan_form.html", form)


def plan_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "goals.change_plan")
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    return edit_row(
        request,
        plan,
        make=lambda row, data: PlanForm(data, instance=row),
        save=lambda form: change_plan(
            actor=request.actor, plan=form.instance, reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"]
        ),
        done=lambda: go_to(request, "goals:plan_detail", pk),
        template="goals/plan_form.html",
        plan=plan,
    )


def plan_edition(request: TownRequest, pk: int) -> HttpResponse:
    """Begin the next edition from this one."""
    require(request.actor, "goals.change_plan")
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    years = plan.last_year - plan.first_year
    initial = {
        "name": plan.name,
        "first_year": plan.last_year + 1,
        "last_year": plan.last_year + 1 + years,
        "status": PlanStatus.DRAFT,
    }
    form = EditionForm(request.POST or None, initial=initial)
    if request.method == "POST" and accepts(
        form, lambda: begin_edition(actor=request.actor, predecessor=plan, plan=form.instance)
    ):
        messages.success(
            request, _("The new edition holds all goals that are still open. Check each, and end what is over.")
        )
        return go_to(request, "goals:plan_detail", form.instance.pk)
    return show_form(request, "goals/edition_form.html", form, plan=plan)
