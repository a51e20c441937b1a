"""Before and after: the one form in which every room reports what it changed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.db import models

from kiun.kernel.events import Event


class Verb(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    IMPORTED = "imported"
    SIGNED_IN = "signed_in"
    EXPORTED = "exported"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One row's change; `before` and `after` hold only the fields that differ, as JSON values."""

    object_type: str
    object_id: int
    label: str
    verb: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangesRecorded(Event):
    changes: tuple[Change, ...]
    on: date
    user_id: int | None
    actor: str
    via: str
    address: str


def json_value(value: Any) -> Any:
    """What JSON can hold; decimals stay exact as text, without trailing zeros."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, models.Model):
        return {"id": value.pk, "label": str(value)}
    return value


def snapshot(row: models.Model, only: Iterable[str] | None = None) -> dict[str, Any]:
    """Editable fields of `row` by name; a foreign key as its id and the words that people know it by."""
    wanted = None if only is None else set(only)
    return {
        item.name: json_value(getattr(row, item.name))
        for item in row._meta.concrete_fields
        if item.editable and not item.primary_key and (wanted is None or item.name in wanted)
    }


def fingerprint(row: models.Model) -> str:
    """A form keeps it and gives it back, so that a service can tell whether `row` has changed in the meantime. What it
    points to may be renamed: only the key of that counts.
    """
    values = {
        item.attname: json_value(getattr(row, item.attname)) for item in row._meta.concrete_fields if item.editable
    }
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def change_of(
    row: models.Model, verb: str, before: Mapping[str, Any] | None = None, reason: str = "", pk: int | None = None
) -> Change:
    """The difference between an earlier snapshot and `row` as it is now (nothing is "after" a deletion)."""
    old = dict(before or {})
    new = {} if verb == Verb.DELETED else snapshot(row, only=old or None)
    differing = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return Change(
        object_type=row._meta.label_lower,
        object_id=pk or row.pk,
        label=str(row)[:200],
        verb=verb,
        before={name: old[name] for name in differing if name in old},
        after={name: new[name] for name in differing if name in new},
        reason=reason,
    )
