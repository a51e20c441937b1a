"""Audit records in the words of the page: field names as the forms call them, choices by their labels."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.activity.models import AuditEntry
from kiun.ui.dates import clock_time, long_date
from kiun.ui.figures import figure
from kiun.ui.history import FieldChange, HistoryEntry

VERBS: dict[str, Promise] = {
    "created": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "deleted": gettext_lazy("deleted"),
    "imported": gettext_lazy("imported"),
    "exported": gettext_lazy("exported"),
    "signed_in": gettext_lazy("signed in"),
    "measured": gettext_lazy("value entered"),
    "measurement_removed": gettext_lazy("value removed"),
    "progressed": gettext_lazy("progress reported"),
    "commented": gettext_lazy("comment written"),
    "reminded": gettext_lazy("reminder sent"),
    "texts_checked": gettext_lazy("free texts checked"),
    "invited": gettext_lazy("invitation sent"),
}
# What is not done to the thing itself, or needs other words than "the task: changed".
PHRASES: dict[str, Promise] = {
    "signed_in": gettext_lazy("signed in"),
    "measured": gettext_lazy("%(kind)s: value entered"),
    "measurement_removed": gettext_lazy("%(kind)s: value removed"),
    "commented": gettext_lazy("comment written"),
    "progressed": gettext_lazy("%(kind)s: progress reported"),
    "reminded": gettext_lazy("%(kind)s: reminder sent"),
    "texts_checked": gettext_lazy("%(kind)s: free texts checked"),
    "invited": gettext_lazy("%(kind)s: invitation sent"),
    "exported": gettext_lazy("%(kind)s: data taken out"),
}
TOLD: dict[str, Promise] = {
    "file": gettext_lazy("file"),
    "digest": gettext_lazy("checksum of the file"),
    "comment": gettext_lazy("comment"),
}
# Of rows in a file, where a record counts them by what became of them.
COUNTED: dict[str, Promise] = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "absent": gettext_lazy("not in the file"),
}
VIA: dict[str, Promise] = {
    "web": gettext_lazy("page"),
    "api": gettext_lazy("program"),
    "command": gettext_lazy("command line"),
    "import": gettext_lazy("import"),
    "system": gettext_lazy("automatic"),
    "demo": gettext_lazy("demonstration"),
}
LONGEST_TEXT = 300


def history_entries(records: Iterable[AuditEntry]) -> list[HistoryEntry]:
    return [
        HistoryEntry(
            when=record.at,
            who=record.actor,
            what=_say_what(record),
            changes=field_changes(record),
            reason=record.reason,
        )
        for record in records
    ]


def _say_what(record: AuditEntry) -> str:
    phrase = PHRASES.get(record.verb, gettext_lazy("%(kind)s: %(verb)s"))
    return str(phrase) % {"kind": kind_name(record.object_type), "verb": verb_name(record.verb)}


def field_changes(record: AuditEntry) -> tuple[FieldChange, ...]:
    names = list(dict.fromkeys([*record.before, *record.after]))
    return tuple(
        FieldChange(
            label=field_name(record.object_type, name),
            before=say_value(record.object_type, name, record.before.get(name)),
            after=say_value(record.object_type, name, record.after.get(name)),
        )
        for name in names
        if record.before.get(name) != record.after.get(name)
        and _is_told(record.after.get(name), record.before.get(name))
    )


def verb_name(verb: str) -> str:
    return str(VERBS.get(verb, verb))


def kind_name(object_type: str) -> str:
    model = _model(object_type)
    return str(model._meta.verbose_name) if model else object_type


def _is_told(after: Any, before: Any) -> bool:
    """A new row's empty fields would only fill the page."""
    return not (before is None and after in (None, "", [], {}, False))


@cache
def _model(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(object_type)
    except LookupError:
        return None


def _field(object_type: str, name: str) -> Any:
    model = _model(object_type)
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    # A record may hold a count under the name of a relation ("indicators"): that is no field of the row.
    return field if field is not None and field.concrete else None


def field_name(object_type: str, name: str) -> str:
    """What a record tells beside the row's own fields, a file or parts, the row's model names in words."""
    if told := getattr(_model(object_type), "TOLD", {}).get(name) or TOLD.get(name):
        return str(told)
    field = _field(object_type, name)
    if field is not None:
        return str(field.verbose_name)
    day = _day(name)
    return long_date(day) if day else _relation_name(object_type, name)


def _relation_name(object_type: str, name: str) -> str:
    """A count, or the names, of the rows that belong to one are recorded under the name of the relation."""
    model = _model(object_type)
    relations = {relation.name: relation for relation in model._meta.related_objects} if model else {}
    related: Any = relations[name].related_model if name in relations else None
    return _plural(related) if related else name


def _plural(model: type[models.Model]) -> str:
    """Where none was written down, Django would add an English s."""
    names: Any = model._meta
    is_written = "verbose_name_plural" in names.original_attrs
    return str(names.verbose_name_plural if is_written else names.verbose_name)


def say_value(object_type: str, name: str, value: Any, longest: int = LONGEST_TEXT) -> str:
    """A recorded value as the forms show it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return str(value["label"]) if "label" in value else _say_counts(value)
    if isinstance(value, list):
        return "、".join(_say_part(part) for part in value)[:longest]
    field = _field(object_type, name)
    choices = dict(field.flatchoices) if field is not None else {}
    if value in choices:
        return str(choices[value])
    return _plain(field, value)[:longest]


def _say_counts(counts: dict[str, Any]) -> str:
    return _(", ").join(f"{COUNTED.get(key, key)} {part}" for key, part in counts.items())


def _say_part(part: Any) -> str:
    """Of a list: a text, or a day with its value."""
    if isinstance(part, list):
        return " ".join(long_date(day) if (day := _day(str(one))) else figure(one) for one in part)
    return str(part)


def _plain(field: Any, value: Any) -> str:
    if isinstance(field, models.DateTimeField) and (moment := _moment(str(value))):
        return f"{long_date(moment)} {clock_time(moment)}"
    if isinstance(field, models.DateField) and (day := _day(str(value))):
        return long_date(day)
    if field is None or isinstance(field, models.DecimalField):
        try:
            return figure(Decimal(str(value)))
        except InvalidOperation:
            pass
    return str(value)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
