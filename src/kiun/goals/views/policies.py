from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.activity.views.saving import accepts, edit_row, go_to, show_form
from kiun.goals.forms import ChallengeForm, PolicyForm
from kiun.goals.models import Challenge, Policy
from kiun.goals.queries import (
    goal_rows,
    listed_goals,
    visible_challenges,
    visible_plans,
    visible_policies,
    with_goal_counts,
)
from kiun.goals.queries.history import history_of
from kiun.goals.services import add_policy, change_policy, remove_policy, save_challenge, shift_policy
from kiun.kernel.errors import DomainError
from kiun.kernel.trees import by_place
from kiun.municipality.actors import require
from kiun.municipality.middleware import TownRequest
from kiun.ui.links import town_url


def policy_list(request: TownRequest, pk: int) -> HttpResponse:
    """The tree of a plan, to be put in order."""
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    policies = Policy.objects.filter(plan=plan).annotate(
        open_goals=Count("goals", filter=Q(goals__ended_on__isnull=True))
    )
    return render(request, "goals/policy_list.html", {"plan": plan, "policies": list(policies.order_by("place"))})


def policy_detail(request: TownRequest, pk: int) -> HttpResponse:
    """Where a search hit leads: the policy's place in its plan."""
    policy = get_object_or_404(visible_policies(request.actor).select_related("plan", "parent"), pk=pk)
    goals = listed_goals(request.actor).filter(policy__path__startswith=policy.path, ended_on__isnull=True)
    rows = goal_rows(goals.order_by(by_place("policy"), "order", "pk"), request.actor)
    return render(request, "goals/policy_detail.html", {"policy": policy, "plan": policy.plan, "rows": rows})


def policy_create(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "goals.change_plan")
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    policy = Policy(plan=plan, order=Policy.objects.filter(plan=plan).count() + 1)
    form = PolicyForm(request.POST or None, instance=policy, initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and accepts(form, lambda: add_policy(actor=request.actor, policy=form.instance)):
        return go_to(request, "goals:policy_list", plan.pk)
    back = town_url(request.town, "goals:policy_list", plan.pk)
    return show_form(request, "goals/simple_form.html", form, title=_("Add a policy"), plan=plan, back=back)


def policy_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "goals.change_plan")
    policy = get_object_or_404(visible_policies(request.actor).select_related("plan"), pk=pk)
    return edit_row(
        request,
        policy,
        make=lambda row, data: PolicyForm(data, instance=row),
        save=lambda form: change_policy(actor=request.actor, policy=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: go_to(request, "goals:policy_list", policy.plan_id),
        template="goals/simple_form.html",
        title=_("Rename or move the policy"),
        plan=policy.plan,
        back=town_url(request.town, "goals:policy_list", policy.plan_id),
    )


@require_POST
def policy_shift(request: TownRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(visible_policies(request.actor), pk=pk)
    shift_policy(actor=request.actor, policy=policy, step=-1 if request.POST.get("to") == "up" else 1)
    return go_to(request, "goals:policy_list", policy.plan_id)


@require_POST
def policy_remove(request: TownRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(visible_policies(request.actor), pk=pk)
    require(request.actor, "goals.change_plan")
    plan = policy.plan_id
    try:
        remove_policy(actor=request.actor, policy=policy)
    except DomainError as error:
        messages.error(request, error.message)
    return go_to(request, "goals:policy_list", plan)


def challenge_list(request: TownRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    found = with_goal_counts(visible_challenges(request.actor).filter(plan=plan))
    challenges = list(found.select_related("policy", "department").order_by(by_place("policy"), "pk"))
    unanswered = sum(not challenge.open_goals for challenge in challenges)
    context = {"plan": plan, "challenges": challenges, "unanswered": unanswered}
    return render(request, "goals/challenge_list.html", context)


def challenge_detail(request: TownRequest, pk: int) -> HttpResponse:
    rows = visible_challenges(request.actor).select_related("plan", "policy", "department")
    challenge = get_object_or_404(rows, pk=pk)
    goals = listed_goals(request.actor).filter(challenge=challenge, ended_on__isnull=True)
    context = {
        "challenge": challenge,
        "plan": challenge.plan,
        "rows": goal_rows(goals, request.actor),
        "history": history_of(challenge),
    }
    return render(request, "goals/challenge_detail.html", context)


def challenge_create(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "goals.change_plan")
    plan = get_object_or_404(visible_plans(request.actor), pk=pk)
    form = ChallengeForm(
        request.POST or None, instance=Challenge(plan=plan), initial={"policy": request.GET.get("policy")}
    )
    if request.method == "POST" and accepts(form, lambda: save_challenge(actor=request.actor, challenge=form.instance)):
        return go_to(request, "goals:challenge_detail", form.instance.pk)
    back = town_url(request.town, "goals:challenge_list", plan.pk)
    return show_form(request, "goals/simple_form.html", form, title=_("Write a challenge"), plan=plan, back=back)


def challenge_edit(request: TownRequest, pk: int) -> HttpResponse:
    require(request.actor, "goals.change_plan")
    challenge = get_object_or_404(visible_challenges(request.actor).select_related("plan"), pk=pk)
    return edit_row(
        request,
        challenge,
        make=lambda row, data: ChallengeForm(data, instance=row),
        save=lambda form: save_challenge(actor=request.actor, challenge=form.instance, seen=form.cleaned_data["seen"]),
        done=lambda: go_to(request, "goals:challenge_detail", pk),
        template="goals/simple_form.html",
        title=_("Change the challenge"),
        plan=challenge.plan,
        back=town_url(request.town, "goals:challenge_detail", pk),
    )
