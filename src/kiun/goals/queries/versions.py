"""What a form was filled in from: the number of the newest change of its rows, and what has changed since."""

from django.db.models import Max, QuerySet

from kiun.activity.models import CHANGES_SOMETHING, AuditEntry
from kiun.activity.queries import history_of
from kiun.goals.models import Indicator
from kiun.municipality.models import OwnedModel

MEASURED = "measured"
MEASUREMENT_REMOVED = "measurement_removed"
# A new value does not contradict a form that edits the terms, nor does a new file.
VERBS_OF_READINGS = (MEASURED, MEASUREMENT_REMOVED)
FILE = "file"


def rows_of_form(row: OwnedModel) -> list[OwnedModel]:
    """The rows that one form edits together."""
    return [row, *row.series.all()] if isinstance(row, Indicator) else [row]


def changes_since(version: int, row: OwnedModel) -> QuerySet[AuditEntry]:
    entries = history_of(*rows_of_form(row)).filter(CHANGES_SOMETHING).exclude(verb__in=VERBS_OF_READINGS)
    entries = entries.exclude(after__has_key=FILE).exclude(before__has_key=FILE)
    return entries.filter(pk__gt=version).order_by("pk")


def version_of(row: OwnedModel) -> int:
    newest: int | None = changes_since(0, row).aggregate(newest=Max("pk"))["newest"]
    return newest or 0
