"""Initiatives of which it is worth asking whether to go on: plain rules with reasons. Nothing follows by itself."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.activity.models import AuditEntry
from kiun.goals.models import Indicator, Status
from kiun.goals.queries import with_status
from kiun.initiatives.models import Initiative, InitiativeStatus, ServedGoal, Task
from kiun.initiatives.queries.freed import Freed
from kiun.initiatives.queries.progress import Progress, progress_of
from kiun.initiatives.queries.stops import chosen_mode, freed_of, with_modes
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.municipality.actors import Actor
from kiun.ui.dates import long_date
from kiun.ui.figures import figure

STANDSTILL = timedelta(days=180)
HALF_OF_THE_TIME = 0.5
HARDLY_BEGUN = 10  # percent


@dataclass(frozen=True, kw_only=True)
class StopProposal:
    initiative: Initiative
    reasons: tuple[str, ...]
    freed: Freed


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What the rules look at, read for all initiatives at once."""

    today: date
    freed: Mapping[int, Freed]
    median_yen: float
    median_people: float
    statuses: Mapping[int, list[str]]
    progress: Mapping[int, Progress]
    moved: Mapping[int, date]

    def is_costly(self, freed: Freed) -> bool:
        """Half of the initiatives that still cost something cost less, in money or in people."""
        return bool(freed) and (freed.yen >= self.median_yen > 0 or float(freed.person_years) >= self.median_people > 0)


def stop_proposals(actor: Actor) -> list[StopProposal]:
    """Those with the most reasons first. What a law asks for is not questioned here."""
    rows = list(
        with_modes(visible_initiatives(actor).filter(status=InitiativeStatus.APPROVED, legal_deadline__isnull=True))
    )
    facts = _facts(rows, actor.on)
    found = [
        StopProposal(initiative=row, reasons=reasons, freed=facts.freed[row.pk])
        for row in rows
        if (reasons := _reasons(row, facts))
    ]
    return sorted(found, key=lambda one: (-len(one.reasons), -one.freed.yen, one.initiative.pk))


def _facts(rows: Collection[Initiative], today: date) -> _Facts:
    freed = {row.pk: freed_of(row, chosen_mode(row), today) for row in rows}
    keys = [row.pk for row in rows]
    return _Facts(
        today=today,
        freed=freed,
        median_yen=median([one.yen for one in freed.values() if one.yen] or [0]),
        median_people=median([float(one.person_years) for one in freed.values() if one.person_years] or [0]),
        statuses=_statuses(keys, today),
        progress=progress_of(keys, today),
        moved=_last_moves(keys),
    )


def _statuses(keys: Collection[int], today: date) -> Mapping[int, list[str]]:
    """Of the running indicators of the goals that each initiative serves."""
    served = ServedGoal.objects.filter(initiative__in=keys).values_list("initiative", "goal")
    running = Indicator.objects.filter(ended_on__isnull=True, goal__serving_initiatives__initiative__in=keys)
    by_goal: dict[int, list[str]] = defaultdict(list)
    for goal, status in with_status(running.distinct(), today).order_by().values_list("goal", "status"):
        by_goal[goal].append(status)
    found: dict[int, list[str]] = defaultdict(list)
    for initiative, goal in served:
        found[initiative] += by_goal[goal]
    return found


def _last_moves(keys: Collection[int]) -> Mapping[int, date]:
    """The day on which a task of the initiative was last written down, changed or finished."""
    tasks = dict(Task.objects.filter(initiative__in=keys).values_list("pk", "initiative"))
    newest: dict[int, datetime] = {}
    entries = AuditEntry.objects.filter(object_type=Task._meta.label_lower, object_id__in=tasks).order_by()
    for key, at in entries.values_list("object_id").annotate(Max("at")):
        newest[tasks[key]] = max(at, newest.get(tasks[key], at))
    created = Task.objects.filter(initiative__in=keys).order_by().values_list("initiative").annotate(Max("created_at"))
    for key, at in created:
        newest[key] = max(at, newest.get(key, at))
    return {key: timezone.localdate(at) for key, at in newest.items()}


def _reasons(row: Initiative, facts: _Facts) -> tuple[str, ...]:
    rules = (_low_chance_at_high_cost, _not_measured, _stands_still, _hardly_begun)
    return tuple(filter(None, (rule(row, facts) for rule in rules)))


def _low_chance_at_high_cost(row: Initiative, facts: _Facts) -> str:
    known = [status for status in facts.statuses.get(row.pk, ()) if status not in (Status.STALE, Status.UNKNOWN)]
    if not known or any(status != Status.LATE for status in known) or not facts.is_costly(facts.freed[row.pk]):
        return ""
    return ngettext(
        "Its indicator will hardly reach the target, and it still takes %(yen)s yen and %(fte)s person-years, "
        "more than most.",
        "Its %(number)s indicators will hardly reach their targets, and it still takes %(yen)s yen and "
        "%(fte)s person-years, more than most.",
        len(known),
    ) % {
        "number": figure(len(known)),
        "yen": figure(facts.freed[row.pk].yen),
        "fte": figure(facts.freed[row.pk].person_years),
    }


def _not_measured(row: Initiative, facts: _Facts) -> str:
    statuses = facts.statuses.get(row.pk, [])
    if any(status != Status.STALE for status in statuses):
        return ""
    if not statuses:
        return _("No indicator tells whether it helps.")
    return _("None of the figures that would tell whether it helps has come in.")


def _stands_still(row: Initiative, facts: _Facts) -> str:
    moved = facts.moved.get(row.pk)
    if moved is None or moved > facts.today - STANDSTILL or (facts.progress[row.pk].percent or 0) >= 100:  # noqa: PLR2004
        return ""
    return _("None of its tasks has moved since %(day)s.") % {"day": long_date(moved)}


def _hardly_begun(row: Initiative, facts: _Facts) -> str:
    gone = (facts.today - row.starts_on) / max(row.ends_on - row.starts_on, timedelta(days=1))
    percent = facts.progress[row.pk].percent
    if percent is None or gone < HALF_OF_THE_TIME or percent > HARDLY_BEGUN:
        return ""
    return _("%(gone)s%% of its time has passed and %(percent)s%% of the work is done.") % {
        "gone": min(round(gone * 100), 100),
        "percent": percent,
    }
