from django.db.models import Max, QuerySet

from kiun.activity.models import AuditEntry
from kiun.municipality.models import Municipality, OwnedModel


def town_version(town: Municipality) -> int:
    """Grows with every change in the town: the one number that pages, caches and open windows compare."""
    newest: int | None = AuditEntry.objects.filter(municipality=town).aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def history_of(row: OwnedModel) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("-pk")
