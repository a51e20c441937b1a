"""The plan's tree: 施策 → 課題 → 目標 → 指標, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import OrderBy

from kiun.goals.models import Challenge, Goal, Indicator, Plan, Policy, Series, Status
from kiun.goals.queries.indicators import (
    IndicatorRow,
    StatusCounts,
    counts_of,
    indicator_rows,
    status_counts_by,
    visible_indicators,
    with_status,
)
from kiun.goals.queries.plans import visible_goals
from kiun.goals.serving import Serving, what_serves
from kiun.kernel.search import contains_all, words_of
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor

# What needs attention comes first.
URGENCY = (Status.LATE, Status.STALE, Status.EVEN, Status.UNKNOWN, Status.ON_TRACK)
SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    "": (by_place("policy"), "order", "pk"),
    "deadline": ("first_deadline", "order", "pk"),
    "-deadline": ("-first_deadline", "order", "pk"),
    "department": (by_place("department"), "order", "pk"),
    "-department": (by_place("department", is_descending=True), "order", "pk"),
    "status": ("urgency", "order", "pk"),
    "-status": ("-urgency", "order", "pk"),
    "goal": ("text", "pk"),
    "-goal": ("-text", "pk"),
}


@dataclass(frozen=True, kw_only=True)
class GoalFilter:
    """`department` counts with all below it; `owners` are posts."""

    words: str = ""
    department_path: str = ""
    owners: frozenset[int] = frozenset()
    status: str = ""
    only_vague: bool = False

    @property
    def is_set(self) -> bool:
        return self != GoalFilter()

    def narrow(self, goals: QuerySet[Goal], today: date) -> QuerySet[Goal]:
        goals = goals.filter(ended_on__isnull=True)
        for word in words_of(self.words):
            goals = goals.filter(_mentions(word))
        if self.department_path:
            goals = goals.filter(self._of_department())
        if self.owners:
            goals = goals.filter(Q(owner__in=self.owners) | Q(pk__in=self._indicators_of_owners().values("goal")))
        if self.only_vague:
            goals = goals.filter(is_vague=True)
        if self.status:
            fitting = with_status(Indicator.objects.filter(ended_on__isnull=True), today).filter(status=self.status)
            goals = goals.filter(pk__in=fitting.values("goal"))
        return goals

    def _of_department(self) -> Q:
        indicators = Indicator.objects.filter(department__path__startswith=self.department_path)
        return Q(department__path__startswith=self.department_path) | Q(pk__in=indicators.values("goal"))

    def _indicators_of_owners(self) -> QuerySet[Indicator]:
        return Indicator.objects.filter(Q(owner__in=self.owners) | Q(deputy__in=self.owners), ended_on__isnull=True)


def _mentions(word: str) -> Q:
    named = Indicator.objects.filter(contains_all([word], "name", "code"), ended_on__isnull=True)
    own = contains_all([word], "text", "code", "policy__name", "challenge__text")
    return own | Q(pk__in=named.values("goal"))


def sorted_goals(goals: QuerySet[Goal], sort: str, today: date) -> QuerySet[Goal]:
    if sort.endswith("deadline"):
        goals = goals.annotate(first_deadline=Min("indicators__series__deadline", filter=_current_terms()))
    elif sort.endswith("status"):
        goals = goals.annotate(urgency=_urgency(today))
    return goals.order_by(*SORTS.get(sort, SORTS[""]))


def _current_terms() -> Q:
    return Q(indicators__series__is_current=True, indicators__ended_on__isnull=True)


def _urgency(today: date) -> Subquery:
    """Place of the goal's most urgent indicator in URGENCY."""
    ranked = with_status(Indicator.objects.filter(goal=OuterRef("pk"), ended_on__isnull=True), today).annotate(
        rank=Case(*(When(status=s, then=place) for place, s in enumerate(URGENCY)), output_field=IntegerField())
    )
    return Subquery(ranked.order_by("rank").values("rank")[:1])


@dataclass(frozen=True, kw_only=True)
class GoalRow:
    goal: Goal
    indicators: tuple[IndicatorRow, ...]
    serving: tuple[Serving, ...] = ()

    @property
    def late_serving(self) -> int:
        return sum(one.is_late for one in self.serving)

    @property
    def counts(self) -> StatusCounts:
        return counts_of(self.indicators)

    @property
    def deadline(self) -> date | None:
        return min((row.terms.deadline for row in self.indicators if row.terms.deadline), default=None)


def goal_rows(goals: Iterable[Goal], actor: Actor, status: str = "") -> list[GoalRow]:
    """With `status`, only the indicators in that state."""
    goals = list(goals)
    rows = indicator_rows(visible_indicators(actor).filter(goal__in=goals), actor.on)
    by_goal: dict[int, list[IndicatorRow]] = defaultdict(list)
    for row in rows:
        if status in ("", row.status):
            by_goal[row.indicator.goal_id].append(row)
    serving = what_serves(actor, [goal.pk for goal in goals])
    return [GoalRow(goal=goal, indicators=tuple(by_goal[goal.pk]), serving=serving.get(goal.pk, ())) for goal in goals]


def listed_goals(actor: Actor) -> QuerySet[Goal]:
    return visible_goals(actor).select_related("policy", "challenge", "department", "owner__user", "plan")


@dataclass(frozen=True, kw_only=True)
class ChallengeGroup:
    """Goals of one policy that answer one challenge (or none)."""

    challenge: Challenge | None
    goals: tuple[GoalRow, ...]


def grouped_by_challenge(rows: Iterable[GoalRow]) -> list[ChallengeGroup]:
    groups: dict[int | None, list[GoalRow]] = defaultdict(list)
    for row in rows:
        groups[row.goal.challenge_id].append(row)
    keys = sorted(groups, key=lambda key: (key is None, key or 0))
    return [ChallengeGroup(challenge=groups[key][0].goal.challenge, goals=tuple(groups[key])) for key in keys]


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A policy with what hangs directly on it, and the totals of everything below. `policy=None`: goals without one."""

    policy: Policy | None
    goals: int = 0
    vague: int = 0
    own_goals: int = 0
    own_indicators: int = 0
    counts: StatusCounts = field(default_factory=StatusCounts)
    children: tuple["Branch", ...] = ()

    @property
    def key(self) -> int:
        return self.policy.pk if self.policy else 0


@dataclass(frozen=True, kw_only=True)
class ShownBranch:
    """A branch as the page first shows it: `groups` are its own goals, None while they are still to be loaded."""

    branch: Branch
    groups: tuple[ChallengeGroup, ...] | None
    children: tuple["ShownBranch", ...]


def show_outline(outline: Iterable[Branch], plan: Plan, actor: Actor, room: int) -> tuple[ShownBranch, ...]:
    """Open as many branches, from the top, as leave the page light: `room` counts goals and indicators."""
    opened = []
    for branch in _walk(outline):
        room -= branch.own_goals + branch.own_indicators
        if room < 0:
            break
        opened.append(branch.key)
    return _shown(outline, _groups_of(plan, actor, opened))


def _walk(outline: Iterable[Branch]) -> Iterator[Branch]:
    for branch in outline:
        yield branch
        yield from _walk(branch.children)


def _groups_of(plan: Plan, actor: Actor, keys: Sequence[int]) -> dict[int, tuple[ChallengeGroup, ...]]:
    """Policy → its goals by challenge, for several policies with one set of queries."""
    chosen = Q(policy__in=keys) | (Q(policy__isnull=True) if 0 in keys else Q())
    goals = listed_goals(actor).filter(chosen, plan=plan, ended_on__isnull=True).order_by("order", "pk")
    rows: dict[int, list[GoalRow]] = {key: [] for key in keys}
    for row in goal_rows(goals, actor):
        rows[row.goal.policy_id or 0].append(row)
    return {key: tuple(grouped_by_challenge(found)) for key, found in rows.items()}


def _shown(outline: Iterable[Branch], groups: dict[int, tuple[ChallengeGroup, ...]]) -> tuple[ShownBranch, ...]:
    return tuple(
        ShownBranch(branch=branch, groups=groups.get(branch.key), children=_shown(branch.children, groups))
        for branch in outline
    )


def plan_outline(plan: Plan, actor: Actor) -> list[Branch]:
    """Three queries: policies, goals per policy, indicators per policy and status."""
    goals = visible_goals(actor).filter(plan=plan, ended_on__isnull=True)
    own: dict[int | None, tuple[int, int]] = {
        row["policy"]: (row["total"], row["vague"])
        for row in goals.order_by()
        .values("policy")
        .annotate(total=Count("pk"), vague=Count("pk", filter=Q(is_vague=True)))
    }
    status = status_counts_by(visible_indicators(actor).filter(goal__plan=plan), "goal__policy", actor.on)
    below: dict[int | None, list[Policy]] = defaultdict(list)
    for policy in Policy.objects.filter(plan=plan):
        below[policy.parent_id].append(policy)
    branches = [_branch(policy, below, own, status) for policy in below[None]]
    if None in own:
        branches.append(_leaf(None, own, status))
    return branches


def _leaf(
    policy: Policy | None, own: dict[int | None, tuple[int, int]], status: dict[int | None, StatusCounts]
) -> Branch:
    key = policy.pk if policy else None
    goals, vague = own.get(key, (0, 0))
    counts = status.get(key, StatusCounts())
    return Branch(policy=policy, goals=goals, vague=vague, own_goals=goals, own_indicators=counts.total, counts=counts)


def _branch(
    policy: Policy,
    below: dict[int | None, list[Policy]],
    own: dict[int | None, tuple[int, int]],
    status: dict[int | None, StatusCounts],
) -> Branch:
    leaf = _leaf(policy, own, status)
    children = tuple(_branch(child, below, own, status) for child in below[policy.pk])
    return replace(
        leaf,
        goals=leaf.goals + sum(child.goals for child in children),
        vague=leaf.vague + sum(child.vague for child in children),
        counts=sum((child.counts for child in children), leaf.counts),
        children=children,
    )


def narrowed_indicators(indicators: QuerySet[Indicator], chosen: GoalFilter, today: date) -> QuerySet[Any]:
    """The same filter, for a list of indicators."""
    found = with_status(indicators, today)
    for word in words_of(chosen.words):
        found = found.filter(contains_all([word], "name", "code", "origin", "goal__text"))
    if chosen.department_path:
        found = found.filter(department__path__startswith=chosen.department_path)
    if chosen.owners:
        found = found.filter(Q(owner__in=chosen.owners) | Q(deputy__in=chosen.owners))
    return found.filter(status=chosen.status) if chosen.status else found


INDICATOR_SORTS = {
    "": ("goal__policy__place", "goal__order", "order"),
    "name": ("name",),
    "department": ("department__place",),
    "value_on": ("state__value_on",),
    "deadline": ("deadline",),
}


def sorted_indicators(indicators: QuerySet[Indicator], sort: str) -> QuerySet[Indicator]:
    """Unknown columns sort by the plan; what has no value stands last either way."""
    fields = INDICATOR_SORTS.get(sort.removeprefix("-"), INDICATOR_SORTS[""])
    terms = Series.objects.filter(indicator=OuterRef("pk"), is_current=True)
    indicators = indicators.annotate(deadline=Subquery(terms.values("deadline")[:1]))
    is_descending = sort.startswith("-")
    order = [F(f).desc(nulls_last=True) if is_descending else F(f).asc(nulls_last=True) for f in fields]
    return indicators.order_by(*order, "pk")
