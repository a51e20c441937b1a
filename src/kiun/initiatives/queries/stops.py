"""やめる・縮小の一覧: what was stopped or made smaller, and what that sets free."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import (
    Fund,
    Initiative,
    InitiativeStatus,
    Mode,
    ModeKind,
    ReviewDecision,
    Revision,
    RevisionItem,
)
from kiun.initiatives.queries.freed import Freed, freed_by
from kiun.initiatives.queries.visible import (
    planned_initiatives,
    public_initiatives,
    stopping_items,
    visible_initiatives,
)
from kiun.kernel.changes import Verb
from kiun.municipality.actors import Actor

STOPPED, REDUCED = "stopped", "reduced"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """`revision` is None where the ledger does not know of it; then nobody can say what was set free by doing less."""

    initiative: Initiative
    kind: str
    on: date | None
    freed: Freed
    revision: Revision | None
    decision: ReviewDecision | None


@dataclass(frozen=True, kw_only=True)
class FreedYear:
    """One fiscal year of the sums; `funds` in the order of 財源."""

    year: int
    fte: object
    funds: tuple[tuple[str, int], ...]
    yen: int


def stops(actor: Actor) -> list[Stop]:
    """The newest first."""
    found = [*_stopped(actor), *_reduced(actor)]
    return sorted(found, key=lambda stop: (stop.on or date.min, stop.initiative.pk), reverse=True)


def total_of(stops: Iterable[Stop]) -> Freed:
    return reduce(add, (stop.freed for stop in stops), Freed())


def by_year(freed: Freed) -> list[FreedYear]:
    return [
        FreedYear(
            year=year,
            fte=freed.fte_in(year),
            funds=tuple((str(fund.label), freed.money.get((year, fund.value), 0)) for fund in Fund),
            yen=freed.yen_in(year),
        )
        for year in freed.years
    ]


def with_modes(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    modes = Mode.objects.prefetch_related("people_needs", "money_needs")
    return initiatives.select_related("plan", "department").prefetch_related(Prefetch("modes", modes))


def chosen_mode(initiative: Initiative) -> Mode | None:
    return next((mode for mode in initiative.modes.all() if mode.is_chosen), None)


def freed_of(initiative: Initiative, mode: Mode | None, on: date) -> Freed:
    if mode is None:
        return Freed()
    return freed_by(mode, starts_on=initiative.starts_on, stops_on=on, last_year=initiative.plan.last_year)


def _stopped(actor: Actor) -> list[Stop]:
    """A proposal that was dropped sets nothing free: the ledger does not know it."""
    rows = list(with_modes(visible_initiatives(actor).filter(status=InitiativeStatus.STOPPED)))
    revisions = _revisions_that_stopped(rows)
    decisions = _decisions_of(revisions.values())
    return [
        Stop(
            initiative=row,
            kind=STOPPED,
            on=row.ended_on,
            freed=freed_of(row, chosen_mode(row), row.ended_on or actor.on),
            revision=revisions[row.pk],
            decision=decisions.get((revisions[row.pk].pk, row.pk)),
        )
        for row in rows
        if row.pk in revisions
    ]


def public_stops() -> QuerySet[Initiative]:
    """For residents, who read name and dates of them."""
    return public_initiatives().filter(status=InitiativeStatus.STOPPED).order_by("-ended_on", "pk")


def all_stops() -> QuerySet[Initiative]:
    return planned_initiatives().filter(status=InitiativeStatus.STOPPED)


def _revisions_that_stopped(rows: Collection[Initiative]) -> dict[int, Revision]:
    items = stopping_items().filter(object_id__in=[row.pk for row in rows])
    listed = items.select_related("revision__approver__user").order_by("revision__number")
    return {item.object_id: item.revision for item in listed}


def stop_reasons(rows: Collection[Initiative]) -> dict[int, str]:
    """By initiative, for the town hall only; a proposal that was dropped has none here."""
    return {key: revision.reason for key, revision in _revisions_that_stopped(rows).items()}


def _decisions_of(revisions: Iterable[Revision]) -> dict[tuple[int, int], ReviewDecision]:
    """By revision and initiative."""
    decided = ReviewDecision.objects.filter(revision__in=list(revisions), initiative__isnull=False)
    return {
        (decision.revision_id or 0, decision.initiative_id or 0): decision
        for decision in decided.select_related("item__review")
    }


def _reduced(actor: Actor) -> list[Stop]:
    """Where 縮小 was chosen instead of another way; where it was the way from the beginning, nothing was set free."""
    smaller = visible_initiatives(actor).filter(
        status=InitiativeStatus.APPROVED, modes__kind=ModeKind.REDUCED, modes__is_chosen=True
    )
    rows = list(with_modes(smaller))
    keys = [mode.pk for row in rows for mode in row.modes.all()]
    left, revisions = _modes_left(keys), _revisions_of_modes(keys)
    return [stop for row in rows if (stop := _less(row, left, revisions))]


def _modes_left(modes: Collection[int]) -> Mapping[int, date]:
    """Modes that were chosen until a day."""
    entries = AuditEntry.objects.filter(
        object_type=Mode._meta.label_lower,
        object_id__in=modes,
        verb=Verb.CHANGED,
        before__is_chosen=True,
        after__is_chosen=False,
    )
    return {key: timezone.localdate(at) for key, at in entries.order_by("pk").values_list("object_id", "at")}


def _revisions_of_modes(modes: Collection[int]) -> Mapping[int, Revision]:
    """The newest of each."""
    items = RevisionItem.objects.filter(object_type=Mode._meta.label_lower, object_id__in=modes)
    listed = items.select_related("revision__approver__user").order_by("revision__number")
    return {item.object_id: item.revision for item in listed}


def _less(row: Initiative, left: Mapping[int, date], revisions: Mapping[int, Revision]) -> Stop | None:
    earlier = [mode for mode in row.modes.all() if mode.pk in left and not mode.is_chosen]
    if not earlier:
        return None
    before = max(earlier, key=lambda mode: left[mode.pk])
    on = left[before.pk]
    freed = freed_of(row, before, on) - freed_of(row, chosen_mode(row), on)
    return Stop(initiative=row, kind=REDUCED, on=on, freed=freed, revision=revisions.get(before.pk), decision=None)
