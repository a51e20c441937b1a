"""The audit records of a goal, a plan or an indicator as a history that people can read."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from kiun.activity.models import AuditEntry
from kiun.goals.queries.versions import FILE, MEASURED, MEASUREMENT_REMOVED, entries_of, rows_of_form
from kiun.kernel.changes import Verb
from kiun.municipality.models import OwnedModel
from kiun.ui import dates
from kiun.ui.figures import figure
from kiun.ui.history import FieldChange, HistoryEntry

LATEST = 50


def history_of(row: OwnedModel, *, limit: int = LATEST) -> list[HistoryEntry]:
    """Newest first; an indicator's includes that of its series."""
    return [entry_of(record) for record in entries_of(*rows_of_form(row)).order_by("-pk")[:limit]]


def entry_of(record: AuditEntry) -> HistoryEntry:
    return HistoryEntry(
        when=record.at,
        who=record.actor,
        what=_say_verb(record),
        changes=tuple(_changes(record)),
        reason=record.reason,
    )


def _say_verb(record: AuditEntry) -> str:
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
        Verb.IMPORTED: _("Imported"),
        MEASURED: _("Value recorded"),
        MEASUREMENT_REMOVED: _("Value removed"),
    }.get(record.verb, record.verb)


def _changes(record: AuditEntry) -> Iterable[FieldChange]:
    if record.verb in (MEASURED, MEASUREMENT_REMOVED):
        yield from _readings(record)
    elif record.verb != Verb.CREATED and FILE not in record.before:
        model = apps.get_model(record.object_type)
        for name in {**record.before, **record.after}:
            yield _field_change(model, name, record.before, record.after)


def _readings(record: AuditEntry) -> Iterable[FieldChange]:
    for day in sorted({**record.before, **record.after}, reverse=True):
        yield FieldChange(
            label=dates.long_date(date.fromisoformat(day)),
            before=_say_reading(record.before[day]) if day in record.before else "",
            after="" if record.verb == MEASUREMENT_REMOVED else _say_reading(record.after.get(day)),
        )


def _say_reading(value: Any) -> str:
    return _("cannot be evaluated") if value is None else figure(value)


def _field_change(
    model: type[models.Model], name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> FieldChange:
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    label = str(field.verbose_name) if field else name
    return FieldChange(label=label, before=_say(field, before.get(name)), after=_say(field, after.get(name)))


def _say(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return str(value.get("label", ""))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField):
        return dates.long_date(date.fromisoformat(str(value)[:10]))
    return figure(value) if isinstance(field, models.DecimalField) else str(value)
