"""What a form was filled in from: the number of the newest change of its row, and what has changed since."""

from django.db.models import Max, QuerySet

from kiun.activity.models import AuditEntry
from kiun.activity.queries.audit import history_of
from kiun.kernel.changes import Verb
from kiun.municipality.models import OwnedModel

# What a room calls by a verb of its own (a value was entered, a comment written) contradicts no form; nor does a file.
VERBS_OF_FORMS = (Verb.CREATED, Verb.CHANGED, Verb.DELETED, Verb.IMPORTED)
FILE = "file"


def changes_since(version: int, row: OwnedModel) -> QuerySet[AuditEntry]:
    entries = history_of(row).filter(verb__in=VERBS_OF_FORMS)
    entries = entries.exclude(after__has_key=FILE).exclude(before__has_key=FILE)
    return entries.filter(pk__gt=version).order_by("pk")


def version_of(row: OwnedModel) -> int:
    newest: int | None = changes_since(0, row).aggregate(newest=Max("pk"))["newest"]
    return newest or 0
