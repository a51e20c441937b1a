"""Initiatives with their phases, milestones and progress, as plain values: a picture of 150 needs no models."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models import UNFINISHED, InitiativeLink, InitiativeStatus, LinkKind, Milestone, Phase, Task, Term
from kiun.initiatives.queries.progress import Progress, progress_of
from kiun.initiatives.queries.roadmap.choosing import MOST_ROWS
from kiun.initiatives.queries.roadmap.served import goals_served
from kiun.initiatives.queries.standing import COUNTED, Standing, standing_of, told_to_residents, with_standing
from kiun.initiatives.queries.visible import public_initiatives
from kiun.initiatives.working_days import working_day_after
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor
from kiun.ui.statuses import STATUSES
from kiun.ui.statuses import Mark as StatusMark

A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A phase."""

    key: int
    term: str
    name: str
    goal: str
    starts_on: date
    ends_on: date
    reached_on: date | None

    @property
    def term_name(self) -> str:
        return str(Term(self.term).label)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A milestone."""

    name: str
    due_on: date
    reached_on: date | None

    def is_overdue(self, on: date) -> bool:
        return self.reached_on is None and self.due_on < on


@dataclass(frozen=True, kw_only=True)
class RoadmapRow:
    """`late_since`: the day from which on something that should be done is not. `goals`: the main one first."""

    key: int
    name: str
    code: str = ""
    words: str = ""
    policy: int | None = None
    department: int | None = None
    department_name: str = ""
    owner_name: str = ""
    standing: Standing
    starts_on: date
    ends_on: date
    legal_deadline: date | None = None
    phases: tuple[Stretch, ...] = ()
    milestones: tuple[Mark, ...] = ()
    progress: Progress = field(default_factory=Progress)
    late_since: date | None = None
    goals: tuple[int, ...] = ()
    may_move: bool = False
    # Only what residents may know is known of it.
    is_public: bool = False

    @property
    def state(self) -> StatusMark:
        """Its standing in word and shape. Residents are not told what is held up, nor therefore that all is in time."""
        mark = STATUSES[self.standing.mark]
        if self.is_public and self.standing == Standing.IN_TIME:
            return StatusMark(_("under way"), "half", "key")
        return StatusMark(self.standing.label, mark.shape, mark.tone)

    @property
    def has_begun(self) -> bool:
        return bool(self.progress.percent)

    @property
    def is_open(self) -> bool:
        return self.standing not in (Standing.DONE, Standing.STOPPED)

    @property
    def main_goal(self) -> int | None:
        return self.goals[0] if self.goals else None

    @property
    def days(self) -> Iterable[date]:
        """All that the picture should reach."""
        yield from (self.starts_on, self.ends_on)
        yield from (mark.due_on for mark in self.milestones)
        yield from (day for phase in self.phases for day in (phase.starts_on, phase.ends_on))
        if self.legal_deadline:
            yield self.legal_deadline

    def is_missed(self, mark: Mark, on: date) -> bool:
        """Of what has ended, or is not yet approved, nothing counts as missed."""
        return self.standing in COUNTED and mark.is_overdue(on)

    def missed(self, on: date) -> int:
        return sum(self.is_missed(mark, on) for mark in self.milestones)


@dataclass(frozen=True)
class Link:
    before: int
    after: int
    kind: str = LinkKind.FINISH_START
    lag_days: int = 0

    def first_start(self, starts_on: date, ends_on: date) -> date:
        """The first day on which what waits may begin, by the dates of what it waits for."""
        before = ends_on if self.kind == LinkKind.FINISH_START else starts_on - A_DAY
        return (working_day_after(before, self.lag_days) if self.lag_days else before) + A_DAY


FIELDS = (
    "pk",
    "name",
    "code",
    "policy",
    "department",
    "department__name",
    "owner__user__name",
    "starts_on",
    "ends_on",
    "legal_deadline",
    "status",
    "owner",
    "department__path",
)


def roadmap_rows(initiatives: QuerySet[Any], actor: Actor) -> list[RoadmapRow]:
    """The first MOST_ROWS of `initiatives`; seven queries."""
    found = list(_in_order(initiatives).values_list(*FIELDS)[:MOST_ROWS])
    keys = [row[0] for row in found]
    phases, milestones, goals = _phases_of(keys), _milestones_of(keys), goals_served(keys)
    progress, tasks_due = progress_of(keys, actor.on), _first_late_tasks(keys, actor.on)
    rows = []
    for key, name, code, policy, department, place, person, starts_on, ends_on, legal, *rights in found:
        missed = [mark.due_on for mark in milestones[key] if mark.is_overdue(actor.on)]
        done = progress[key]
        standing = standing_of(
            rights[0], starts_on, ends_on, actor.on, is_behind=bool(missed or done.late), is_blocked=bool(done.blocked)
        )
        late = [*missed, *tasks_due.get(key, ()), ends_on] if standing == Standing.LATE else []
        rows.append(
            RoadmapRow(
                key=key,
                name=name,
                code=code,
                policy=policy,
                department=department,
                department_name=place,
                owner_name=person,
                standing=standing,
                starts_on=starts_on,
                ends_on=ends_on,
                legal_deadline=legal,
                phases=phases[key],
                milestones=milestones[key],
                progress=done,
                late_since=_late_since(late, actor.on),
                goals=goals.get(key, ()),
                may_move=may_move(actor, *rights),
            )
        )
    return rows


def _in_order(initiatives: QuerySet[Any]) -> QuerySet[Any]:
    return initiatives.order_by(by_place("policy"), "starts_on", "order", "pk")


def _late_since(due: Iterable[date], on: date) -> date | None:
    missed = [day for day in due if day < on]
    return min(missed) + A_DAY if missed else None


def may_move(actor: Actor, status: str, owner: int, path: str) -> bool:
    """Twin of `initiatives.change_initiative` for what has not ended, without asking for each row."""
    if status not in (InitiativeStatus.PROPOSED, InitiativeStatus.APPROVED):
        return False
    return actor.user is None or actor.is_admin or owner in actor.owning_ids or path.startswith(actor.headed_paths)


def _phases_of(keys: Collection[int]) -> Mapping[int, tuple[Stretch, ...]]:
    found: dict[int, tuple[Stretch, ...]] = defaultdict(tuple)
    fields = ("initiative", "pk", "term", "name", "goal", "starts_on", "ends_on", "reached_on")
    rows = Phase.objects.filter(initiative__in=keys).order_by("starts_on", "pk").values_list(*fields)
    for initiative, key, term, name, goal, starts_on, ends_on, reached_on in rows:
        stretch = Stretch(
            key=key, term=term, name=name, goal=goal, starts_on=starts_on, ends_on=ends_on, reached_on=reached_on
        )
        found[initiative] += (stretch,)
    return found


def _milestones_of(keys: Collection[int], *, only_public: bool = False) -> Mapping[int, tuple[Mark, ...]]:
    found: dict[int, tuple[Mark, ...]] = defaultdict(tuple)
    rows = Milestone.objects.filter(initiative__in=keys).order_by("due_on", "pk")
    if only_public:
        rows = rows.filter(is_public=True)
    for initiative, name, due_on, reached_on in rows.values_list("initiative", "name", "due_on", "reached_on"):
        found[initiative] += (Mark(name=name, due_on=due_on, reached_on=reached_on),)
    return found


def _first_late_tasks(keys: Collection[int], on: date) -> Mapping[int, tuple[date, ...]]:
    late = Task.objects.filter(initiative__in=keys, status__in=UNFINISHED, due_on__lt=on)
    return {key: (due,) for key, due in late.order_by().values_list("initiative").annotate(Min("due_on"))}


def links_between(keys: Collection[int]) -> list[Link]:
    """Links with both ends among `keys`."""
    rows = InitiativeLink.objects.filter(before__in=keys, after__in=keys).order_by("pk")
    return [Link(*row) for row in rows.values_list("before", "after", "kind", "lag_days")]


PUBLIC_FIELDS = ("pk", "name", "public_text", "policy", "standing", "starts_on", "ends_on")


def public_rows(on: date) -> list[RoadmapRow]:
    """For residents: names, words, dates, public milestones and whether it is late, and nothing else is even asked for.
    Since when it is late they read only where they know what was to be done by then.
    """
    shown = _in_order(public_initiatives().exclude(status=InitiativeStatus.STOPPED))
    found = list(with_standing(shown, on).values_list(*PUBLIC_FIELDS)[:MOST_ROWS])
    keys = [row[0] for row in found]
    milestones, goals = _milestones_of(keys, only_public=True), goals_served(keys)
    return [
        RoadmapRow(
            key=key,
            name=name,
            words=words,
            policy=policy,
            is_public=True,
            standing=told_to_residents(standing, starts_on, on),
            starts_on=starts_on,
            ends_on=ends_on,
            milestones=milestones[key],
            late_since=_late_since([ends_on, *(mark.due_on for mark in milestones[key] if not mark.reached_on)], on)
            if standing == Standing.LATE
            else None,
            goals=goals.get(key, ()),
        )
        for key, name, words, policy, standing, starts_on, ends_on in found
    ]
