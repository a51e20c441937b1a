"""What the plan was at the end of a day: the rows as they are now, with every later change taken back.

The record of changes is written in the transaction of each change and cannot be altered, so that this needs no copy of
the plan for each day. Only what stood before a change is read from it: a row that was never recorded is taken to have
always been as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import ServedGoal
from kiun.initiatives.queries.comparison.kinds import (
    GOALS_SERVED,
    INITIATIVE,
    KINDS,
    MODE,
    columns_of,
    is_reference,
    model_of,
)
from kiun.initiatives.queries.need_words import needs_in_words
from kiun.initiatives.queries.served_goals import say_goals
from kiun.kernel.changes import Verb, json_value

Key = tuple[str, int]
Fields = dict[str, Any]
State = dict[Key, Fields]

VERBS = (Verb.CREATED.value, Verb.CHANGED.value, Verb.DELETED.value)
_COLUMNS = ("object_type", "object_id", "at", "verb", "before", "after", "reason")


@dataclass(frozen=True)
class Entry:
    key: Key
    on: date
    verb: str
    before: Fields
    after: Fields
    reason: str


def entries_after(day: date) -> list[Entry]:
    """What was done to the plan after the end of `day`, oldest first."""
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return _entries(AuditEntry.objects.filter(object_type__in=KINDS, verb__in=VERBS, at__gte=midnight))


def _entries(records: Any) -> list[Entry]:
    return [
        Entry((kind, pk), timezone.localdate(at), verb, before, after, reason)
        for kind, pk, at, verb, before, after, reason in records.order_by("pk").values_list(*_COLUMNS)
    ]


def states_of(days: Sequence[date], entries: Sequence[Entry]) -> list[State]:
    """The plan at the end of each day; `entries` are all those after the first of the days."""
    now = rows_now()
    vanished = _entries_of_vanished(now)
    return [_state_of(day, _taken_back(now, [entry for entry in entries if entry.on > day]), vanished) for day in days]


def _state_of(day: date, taken_back: State, vanished: Sequence[Entry]) -> State:
    """A row that is no more: what its last record does not say, an earlier one does."""
    deleted = {entry.key for entry in vanished if entry.verb == Verb.DELETED}
    carried = _carried_on(vanished, day)
    kept = {key: row for key, row in carried.items() if key in taken_back or key not in deleted}
    return taken_back | {key: {**row, **taken_back.get(key, {})} for key, row in kept.items()}


def rows_now() -> State:
    return {key: fields for object_type in KINDS for key, fields in _rows_of(object_type)}


def _rows_of(object_type: str) -> Iterable[tuple[Key, Fields]]:
    names = columns_of(object_type)
    references = {name for name in names if is_reference(object_type, name)}
    extra = _told_besides(object_type)
    for pk, *values in model_of(object_type).objects.order_by().values_list("pk", *names):
        fields = {
            name: {"id": value} if name in references and value is not None else json_value(value)
            for name, value in zip(names, values, strict=True)
        }
        yield (object_type, pk), {**fields, **extra.get(pk, {})}


def _told_besides(object_type: str) -> Mapping[int, Fields]:
    """What is recorded with a row like a field, although it stands in other tables."""
    if object_type == INITIATIVE:
        return {key: {GOALS_SERVED: goals} for key, goals in _goals_served().items()}
    return needs_in_words() if object_type == MODE else {}


def _goals_served() -> dict[int, str]:
    served: dict[int, list[Any]] = defaultdict(list)
    for row in ServedGoal.objects.select_related("goal"):
        served[row.initiative_id].append(row.goal)
    return {key: say_goals(goals) for key, goals in served.items()}


def _taken_back(now: State, later: Sequence[Entry]) -> State:
    state = {key: dict(fields) for key, fields in now.items()}
    for entry in reversed(later):
        if entry.verb == Verb.CREATED:
            state.pop(entry.key, None)
        elif entry.verb == Verb.DELETED:
            state[entry.key] = dict(entry.before)
        elif entry.key in state:
            state[entry.key] |= _recorded(entry.key, entry.before, entry.after)
    return state


def _recorded(key: Key, values: Fields, others: Fields) -> Fields:
    names = KINDS[key[0]].names & {*values, *others}
    return {name: values.get(name) for name in names}


def _entries_of_vanished(now: State) -> list[Entry]:
    """Of rows that were created and are no more. Those that went together with the row they belonged to have nobody
    who recorded their end: where that row is not, nobody finds them.
    """
    known = AuditEntry.objects.filter(object_type__in=KINDS, verb__in=VERBS)
    created = known.filter(verb=Verb.CREATED).values_list("object_type", "object_id")
    vanished = {key for key in created if key not in now}
    if not vanished:
        return []
    entries = _entries(known.filter(object_id__in={pk for _kind, pk in vanished}))
    return [entry for entry in entries if entry.key in vanished]


def _carried_on(entries: Sequence[Entry], day: date) -> State:
    """Rows of these entries as they were, from the first of their records to the last one of the day."""
    state: State = {}
    for entry in entries:
        if entry.on > day:
            continue
        if entry.verb == Verb.DELETED:
            state.pop(entry.key, None)
        elif entry.verb == Verb.CREATED or entry.key in state:
            state[entry.key] = {**state.get(entry.key, {}), **_recorded(entry.key, entry.after, entry.before)}
    return state
