"""What this room counts for 機運の輪: challenges, goals and measured results. Measures and those who carry them out
are counted by the room that holds them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.analysis.goal_text import Part
from kiun.goals.models import Challenge, Goal, Indicator, Plan, PlanStatus, Status
from kiun.goals.queries import (
    current_plan,
    status_of,
    visible_challenges,
    visible_goals,
    visible_indicators,
    with_status,
)
from kiun.goals.wording import say_parts
from kiun.municipality.actors import Actor, may
from kiun.ui.figures import figure
from kiun.ui.links import town_url
from kiun.ui.loop import LOOP, LoopContribution, LoopFigure, LoopSubject, Stage

PARTS = len(Part)
LONGEST_NOTE = 12


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The rows that one subject's loop counts, as its reader may see them."""

    challenges: QuerySet[Challenge]
    goals: QuerySet[Goal]
    indicators: QuerySet[Indicator]
    today: date


def counted_for(subject: LoopSubject) -> Counted:
    actor = _reader(subject)
    plans = (
        Plan.objects.filter(pk=subject.row.pk)
        if subject.kind == "plan"
        else Plan.objects.filter(status=PlanStatus.CURRENT)
    )
    challenges = visible_challenges(actor).filter(plan__in=plans)
    goals = visible_goals(actor).filter(plan__in=plans, ended_on__isnull=True)
    indicators = visible_indicators(actor).filter(goal__plan__in=plans)
    if subject.kind == "department":
        path = subject.row.path
        goals = goals.filter(department__path__startswith=path)
        answered = Exists(goals.filter(challenge=OuterRef("pk")))
        challenges = challenges.filter(Q(department__path__startswith=path) | answered)
        indicators = indicators.filter(department__path__startswith=path)
    elif subject.kind == "goal":
        indicators = visible_indicators(actor).filter(goal=subject.row)
    today = actor.on if actor else timezone.localdate()
    return Counted(challenges=challenges, goals=goals, indicators=indicators, today=today)


def _reader(subject: LoopSubject) -> Actor | None:
    return None if subject.kind == "public" else getattr(subject.request, "actor", None)


def count_challenges(subject: LoopSubject) -> LoopFigure:
    if subject.kind == "goal":
        return _challenge_of(subject)
    open_goals = Goal.objects.filter(challenge=OuterRef("pk"), ended_on__isnull=True)
    without_goal = Count("pk", filter=~Exists(open_goals))
    totals = counted_for(subject).challenges.aggregate(all=Count("pk"), without_goal=without_goal)
    note = ""
    if totals["without_goal"]:
        note = ngettext("%(n)s without a goal", "%(n)s without a goal", totals["without_goal"])
        note %= {"n": figure(totals["without_goal"])}
    return LoopFigure(number=totals["all"], wrong=note, url=_url_of_plan(subject, "challenge_list"))


def _challenge_of(subject: LoopSubject) -> LoopFigure:
    goal: Goal = subject.row
    if goal.challenge is None:
        return LoopFigure(number=0, wrong=_("Not yet said why"))
    url = town_url(subject.town, "goals:challenge_detail", goal.challenge_id)
    return LoopFigure(number=1, note=Truncator(goal.challenge.text).chars(LONGEST_NOTE), url=url)


def count_goals(subject: LoopSubject) -> LoopFigure:
    if subject.kind == "goal":
        return _completeness_of(subject)
    totals = counted_for(subject).goals.aggregate(all=Count("pk"), vague=Count("pk", filter=Q(is_vague=True)))
    wrong = _("vague %(n)s") % {"n": figure(totals["vague"])} if totals["vague"] else ""
    return LoopFigure(number=totals["all"], wrong=wrong, url=_url(subject, "goal_list"))


def _completeness_of(subject: LoopSubject) -> LoopFigure:
    goal: Goal = subject.row
    lacking = say_parts(goal.missing)
    return LoopFigure(
        number=f"{PARTS - len(goal.missing)}/{PARTS}",
        note="" if lacking else _("can be measured"),
        wrong=_("lacks %(parts)s") % {"parts": lacking} if lacking else "",
        url=_url_of_lack(subject, goal) if lacking else "",
    )


def _url_of_lack(subject: LoopSubject, goal: Goal) -> str:
    """Where it can be mended, or for who may not do that where it stands."""
    actor = _reader(subject)
    if actor and may(actor, "goals.change_goal", goal):
        return town_url(subject.town, "goals:goal_edit", goal.pk)
    return town_url(subject.town, "goals:goal_detail", goal.pk) + "#missing"


def count_results(subject: LoopSubject) -> LoopFigure | None:
    """Targets reached, out of all indicators."""
    counted = counted_for(subject)
    if subject.kind == "goal":
        return _result_of(counted)
    is_reached = Q(state__why="reached", status=Status.ON_TRACK)
    totals = with_status(counted.indicators, counted.today).aggregate(
        all=Count("pk"), reached=Count("pk", filter=is_reached), late=Count("pk", filter=Q(status=Status.LATE))
    )
    return LoopFigure(
        number=totals["reached"],
        note=_("targets reached (of %(all)s indicators)") % {"all": figure(totals["all"])},
        wrong=_("late %(n)s") % {"n": figure(totals["late"])} if totals["late"] else "",
        url=_url(subject, "indicator_list"),
    )


def _result_of(counted: Counted) -> LoopFigure | None:
    """The goal's first indicator with a value; None while nothing is measured."""
    for indicator in counted.indicators.select_related("state").prefetch_related("series"):
        state = getattr(indicator, "state", None)
        if state and state.value is not None and not state.is_baseline:
            unit = next(series.unit for series in indicator.series.all() if series.is_current)
            wrong = _("late") if status_of(state, counted.today) == Status.LATE else ""
            return LoopFigure(number=state.value, unit=unit, note=indicator.name, wrong=wrong)
    return None


def _url(subject: LoopSubject, name: str) -> str:
    """The town's list; a plan's own goals stand on the page that draws its loop, and residents have no lists."""
    return "" if subject.kind in ("plan", "public") else town_url(subject.town, f"goals:{name}")


def _url_of_plan(subject: LoopSubject, name: str) -> str:
    if subject.kind == "public":
        return ""
    plan = subject.row if subject.kind == "plan" else current_plan(_reader(subject))
    return town_url(subject.town, f"goals:{name}", plan.pk) if plan else ""


def register() -> None:
    figures: list[tuple[str, Stage, Callable[[LoopSubject], LoopFigure | None]]] = [
        ("goals.challenges", Stage.CHALLENGE, count_challenges),
        ("goals.goals", Stage.GOAL, count_goals),
        ("goals.results", Stage.OUTCOME, count_results),
    ]
    for key, stage, figure_of in figures:
        LOOP.register(LoopContribution(id=key, stage=stage, figure=figure_of))
