"""The audit records of a goal, a plan or an indicator as a history that people can read."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kiun.activity import queries as audit
from kiun.activity.history import field_changes
from kiun.activity.models import AuditEntry
from kiun.activity.queries.versions import FILE
from kiun.goals.queries.sources import names_of_sources
from kiun.goals.verbs import MEASURED, MEASUREMENT_REMOVED
from kiun.kernel.changes import Verb
from kiun.municipality.models import OwnedModel
from kiun.ui import dates
from kiun.ui.figures import figure
from kiun.ui.history import FieldChange, HistoryEntry

LATEST = 50


def history_of(row: OwnedModel, *, limit: int = LATEST) -> list[HistoryEntry]:
    """Newest first; an indicator's includes that of its series."""
    return [entry_of(record) for record in audit.history_of(row)[:limit]]


def entry_of(record: AuditEntry) -> HistoryEntry:
    return HistoryEntry(
        when=record.at,
        who=record.actor,
        what=_say_verb(record),
        changes=tuple(_changes(record)),
        reason=record.reason,
    )


def _say_verb(record: AuditEntry) -> str:
    if record.verb == Verb.IMPORTED:
        return _("Imported: %(file)s") % {"file": record.after.get("file", "")}
    if record.object_type == "goals.series" and record.verb == Verb.CREATED:
        return _("A series of values began")
    if FILE in record.after:
        return _("Evidence added: %(file)s") % {"file": record.after[FILE]}
    if FILE in record.before:
        return _("Evidence removed: %(file)s") % {"file": record.before[FILE]}
    return {
        Verb.CREATED: _("Created"),
        Verb.CHANGED: _("Changed"),
        Verb.DELETED: _("Deleted"),
        MEASURED: _("Value recorded"),
        MEASUREMENT_REMOVED: _("Value removed"),
    }.get(record.verb, record.verb)


def _changes(record: AuditEntry) -> Iterable[FieldChange]:
    if record.verb in (MEASURED, MEASUREMENT_REMOVED):
        return _readings(record)
    if record.verb == Verb.IMPORTED:
        return _imported(record)
    return () if record.verb == Verb.CREATED or FILE in record.before else field_changes(record)


def _imported(record: AuditEntry) -> Iterable[FieldChange]:
    """The counts that the import kept, in one line each."""
    for name, label in (("goals", _("goals")), ("indicators", _("indicators"))):
        counts = record.after.get(name, {})
        words = _("%(new)s new, %(changed)s changed") % {
            "new": counts.get("new", 0),
            "changed": counts.get("changed", 0),
        }
        yield FieldChange(label=label, after=words)
    yield FieldChange(label=_("measurements"), after=figure(record.after.get("readings", 0)))


def _readings(record: AuditEntry) -> Iterable[FieldChange]:
    said = [*record.before.values(), *record.after.values()]
    names = names_of_sources({one["source"] for one in said if isinstance(one, dict) and "source" in one})
    for day in sorted({**record.before, **record.after}, reverse=True):
        yield FieldChange(
            label=dates.long_date(date.fromisoformat(day)),
            before=_say_reading(record.before[day], names) if day in record.before else "",
            after="" if record.verb == MEASUREMENT_REMOVED else _say_reading(record.after.get(day), names),
        )


def _say_reading(said: Any, names: Mapping[str, str]) -> str:
    """A value, or a value with what else was said about it."""
    if not isinstance(said, dict):
        return _("cannot be evaluated") if said is None else figure(said)
    words = [said.get("note"), said.get("evidence_url"), names.get(said.get("source", ""))]
    return " · ".join([_say_reading(said["value"], names), *filter(None, words)])
