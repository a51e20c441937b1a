"""The list of initiatives: narrowed down, sorted, with what each row shows in a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, When

from kiun.goals.models import Goal
from kiun.initiatives.models import OPEN_STATUSES, Initiative, Milestone, ServedGoal
from kiun.initiatives.queries.progress import Progress, progress_of
from kiun.initiatives.queries.standing import Standing, with_standing
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.kernel.search import contains_all, words_of
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor

EVERYTHING = "all"
SORTS = {
    "": ("plan__first_year", by_place("policy"), "order", "pk"),
    "urgency": ("urgency", "ends_on", "pk"),
    "name": ("name", "pk"),
    "department": ("department__place", "order", "pk"),
    "starts_on": ("starts_on", "pk"),
    "ends_on": ("ends_on", "pk"),
    "priority": ("priority", "ends_on", "pk"),
}


@dataclass(frozen=True, kw_only=True)
class InitiativeFilter:
    """`state` is a standing, "" for all that is open, or EVERYTHING; `department` and `policy` count with all below."""

    words: str = ""
    state: str = ""
    department_path: str = ""
    policy_path: str = ""
    goal: int | None = None
    owners: frozenset[int] = frozenset()
    priority: int | None = None

    @property
    def is_set(self) -> bool:
        return self != InitiativeFilter()

    def narrow(self, initiatives: QuerySet[Initiative], on: date) -> QuerySet[Any]:
        """With `standing`."""
        found = with_standing(initiatives, on)
        for word in words_of(self.words):
            found = found.filter(_mentions(word))
        if self.state == "":
            found = found.filter(status__in=OPEN_STATUSES)
        elif self.state != EVERYTHING:
            found = found.filter(standing=self.state)
        return found.filter(self._place())

    def _place(self) -> Q:
        wanted = Q()
        if self.department_path:
            wanted &= Q(department__path__startswith=self.department_path)
        if self.policy_path:
            wanted &= Q(policy__path__startswith=self.policy_path)
        if self.goal:
            wanted &= Q(pk__in=ServedGoal.objects.filter(goal=self.goal).values("initiative"))
        if self.owners:
            wanted &= Q(owner__in=self.owners)
        if self.priority:
            wanted &= Q(priority=self.priority)
        return wanted


def _mentions(word: str) -> Q:
    goals = ServedGoal.objects.filter(contains_all([word], "goal__text", "goal__code"))
    return contains_all([word], "name", "code", "summary", "policy__name") | Q(pk__in=goals.values("initiative"))


def sorted_initiatives(initiatives: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """Unknown columns sort by the plan. `initiatives` comes with its standing."""
    key = sort.removeprefix("-")
    fields = SORTS.get(key, SORTS[""])
    if key == "urgency":
        places = (When(standing=standing, then=place) for place, standing in enumerate(Standing))
        initiatives = initiatives.annotate(urgency=Case(*places, output_field=IntegerField()))
    if sort.startswith("-"):
        fields = (f"-{fields[0]}", *fields[1:])
    return initiatives.order_by(*fields)


@dataclass(frozen=True, kw_only=True)
class InitiativeRow:
    """An initiative as a list shows it. `goals` are those it serves, the main one first."""

    initiative: Initiative
    standing: Standing
    progress: Progress
    goals: tuple[Goal, ...]
    next_milestone: Milestone | None

    @cached_property
    def main_goal(self) -> Goal | None:
        return self.goals[0] if self.goals else None

    @property
    def further_goals(self) -> int:
        return max(len(self.goals) - 1, 0)


def listed_initiatives(actor: Actor) -> QuerySet[Initiative]:
    return visible_initiatives(actor).select_related("plan", "policy", "department", "owner__user")


def initiative_rows(initiatives: Iterable[Any], on: date) -> list[InitiativeRow]:
    """Four queries, however many; the rows come with their standing."""
    rows = list(initiatives)
    keys = [row.pk for row in rows]
    progress, goals, milestones = progress_of(keys, on), goals_of(keys), _next_milestones(keys)
    return [
        InitiativeRow(
            initiative=row,
            standing=Standing(row.standing),
            progress=progress[row.pk],
            goals=goals.get(row.pk, ()),
            next_milestone=milestones.get(row.pk),
        )
        for row in rows
    ]


def goals_of(initiatives: Iterable[int]) -> Mapping[int, tuple[Goal, ...]]:
    found: dict[int, tuple[Goal, ...]] = {}
    for served in ServedGoal.objects.filter(initiative__in=list(initiatives)).select_related("goal"):
        found[served.initiative_id] = (*found.get(served.initiative_id, ()), served.goal)
    return found


def _next_milestones(keys: list[int]) -> Mapping[int, Milestone]:
    first = Milestone.objects.filter(initiative=OuterRef("initiative"), reached_on__isnull=True)
    chosen = Milestone.objects.filter(initiative__in=keys, pk=Subquery(first.order_by("due_on", "pk").values("pk")[:1]))
    return {milestone.initiative_id: milestone for milestone in chosen}


def changeable_initiatives(actor: Actor) -> QuerySet[Initiative]:
    """Twin of the rule `initiatives.change_initiative`, for those that are open."""
    rows = listed_initiatives(actor).filter(status__in=OPEN_STATUSES)
    if actor.is_admin or actor.user is None:
        return rows
    led = Q(owner__in=actor.owning_ids)
    for path in actor.headed_paths:
        led |= Q(department__path__startswith=path)
    return rows.filter(led)
