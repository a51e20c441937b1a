"""Forms that know what they were filled in from, so that two people who edit the same thing do not overwrite each
other: what only the other changed is taken over, what both changed is shown and left to the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict

from kiun.activity.models import AuditEntry
from kiun.activity.queries import changes_since, version_of
from kiun.kernel.changes import json_value
from kiun.municipality.models import OwnedModel
from kiun.ui.fields import DayField


@dataclass(frozen=True, kw_only=True)
class Merge:
    """`contested`: labels of the fields that both have changed to different things."""

    data: QueryDict
    entries: tuple[AuditEntry, ...]
    contested: tuple[str, ...]


class VersionedForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def remember_version(self, row: OwnedModel) -> None:
        self.fields["seen"].initial = version_of(row)

    def merge(self, row: OwnedModel) -> "Merge":
        """What the form should hold now that somebody else has changed `row` too."""
        entries = tuple(changes_since(self.cleaned_data["seen"] or 0, row))
        data = cast("QueryDict", self.data).copy()
        contested = [name for name, change in _by_field(entries).items() if not self._take_over(data, name, *change)]
        data["seen"] = str(version_of(row))
        return Merge(data=data, entries=entries, contested=tuple(self._label_of(name) for name in contested))

    def _label_of(self, name: str) -> str:
        return str(self.fields[name].label)

    def _take_over(self, data: QueryDict, name: str, before: Any, after: Any) -> bool:
        """False when this person has changed the same field to something else."""
        if name not in self.fields:
            return True
        mine = json_value(self.cleaned_data.get(name))
        if mine == after:
            return True
        if mine != before:
            return False
        if isinstance(self.fields[name], forms.BooleanField):
            data.setlist(name, ["on"] if after else [])
        else:
            data[name] = self._as_typed(name, after)
        return True

    def _as_typed(self, name: str, value: Any) -> str:
        """A recorded value the way this form writes it."""
        if value is None:
            return ""
        if isinstance(value, dict):
            return str(value["id"])
        field = self.fields[name]
        return str(field.prepare_value(date.fromisoformat(value) if isinstance(field, DayField) else value))


def _by_field(entries: Sequence[AuditEntry]) -> dict[str, tuple[Any, Any]]:
    """Field → value before the first and after the last of the changes."""
    found: dict[str, tuple[Any, Any]] = {}
    for entry in entries:
        for name in {**entry.before, **entry.after}:
            first = found[name][0] if name in found else entry.before.get(name)
            found[name] = (first, entry.after.get(name))
    return found
