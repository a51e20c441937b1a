"""What others have changed since a file was written: the record of changes knows, so that the file need not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import Initiative, Task
from kiun.initiatives.work_files.columns import INITIATIVES, TASKS
from kiun.initiatives.work_files.reading import FileRow

LABELS = {INITIATIVES: Initiative._meta.label_lower, TASKS: Task._meta.label_lower}


@dataclass(frozen=True)
class ChangedField:
    """`before` is what it was when the file was written."""

    before: Any
    person: str


@dataclass(frozen=True)
class ChangesSince:
    """By kind of row, key and name of the field."""

    found: Mapping[tuple[str, int, str], ChangedField] = field(default_factory=dict)

    def of(self, row: FileRow, name: str) -> ChangedField | None:
        return self.found.get((row.kind, row.key.pk, name)) if row.key else None

    def name_of_initiative(self, initiative: int) -> ChangedField | None:
        return self.found.get((INITIATIVES, initiative, "name"))


def changes_since_file(rows: Iterable[FileRow], initiatives: Mapping[int, int]) -> ChangesSince:
    """`initiatives` by the keys of their tasks: a task's row names its initiative as it was called then."""
    keyed = [(row.kind, row.key) for row in rows if row.key]
    versions = {(LABELS[kind], key.pk): key.version for kind, key in keyed}
    for kind, key in keyed:
        if kind == TASKS and key.pk in initiatives:
            versions.setdefault((LABELS[INITIATIVES], initiatives[key.pk]), key.version)
    if not versions:
        return ChangesSince()
    entries = AuditEntry.objects.filter(
        object_type__in=LABELS.values(),
        object_id__in={pk for _label, pk in versions},
        pk__gt=min(versions.values()),
    )
    kinds = {label: kind for kind, label in LABELS.items()}
    found: dict[tuple[str, int, str], ChangedField] = {}
    for entry in entries.order_by("pk"):
        version = versions.get((entry.object_type, entry.object_id))
        if version is None or entry.pk <= version:
            continue
        for name in {**entry.before, **entry.after}:
            place = (kinds[entry.object_type], entry.object_id, name)
            first = found[place].before if place in found else entry.before.get(name)
            found[place] = ChangedField(first, entry.actor)
    return ChangesSince(found)
