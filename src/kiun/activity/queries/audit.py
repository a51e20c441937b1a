from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from kiun.activity.models import CHANGES_SOMETHING, AuditEntry
from kiun.kernel.search import contains_all, words_of
from kiun.municipality.models import Municipality, OwnedModel


def town_version(town: Municipality) -> int:
    """Grows with every change in the town: the one number that pages, caches and open windows compare.

    The index `audit_changes` answers in one step.
    """
    changes = AuditEntry.objects.filter(CHANGES_SOMETHING, municipality=town)
    return changes.order_by("-pk").values_list("pk", flat=True).first() or 0


def history_of(*rows: OwnedModel) -> QuerySet[AuditEntry]:
    """Records of the rows with their parts, newest first."""
    keys: dict[str, list[int]] = defaultdict(list)
    for part in (part for row in rows for part in row.parts()):
        keys[part._meta.label_lower].append(part.pk)
    wanted = Q(pk__in=[])
    for kind, found in keys.items():
        wanted |= Q(object_type=kind, object_id__in=found)
    return AuditEntry.objects.filter(wanted).order_by("-pk")


@dataclass(frozen=True)
class AuditFilter:
    words: str = ""
    verb: str = ""
    object_type: str = ""
    since: date | None = None
    until: date | None = None


def audit_entries(wanted: AuditFilter) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.filter(contains_all(words_of(wanted.words), "actor", "label", "reason"))
    if wanted.verb:
        entries = entries.filter(verb=wanted.verb)
    if wanted.object_type:
        entries = entries.filter(object_type=wanted.object_type)
    if wanted.since:
        entries = entries.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        entries = entries.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return entries.order_by("-pk")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def recorded_kinds() -> list[str]:
    return sorted(AuditEntry.objects.order_by().values_list("object_type", flat=True).distinct())
