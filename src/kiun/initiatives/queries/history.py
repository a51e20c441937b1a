"""What was changed of an initiative and of its parts, those included that are no longer there."""

from django.db.models import Q, QuerySet

from kiun.activity.models import AuditEntry
from kiun.initiatives.models import Initiative, InitiativeLink, Milestone, Phase

PARTS = (Phase, Milestone)
LINKS = ("before__before__id", "before__after__id", "after__before__id", "after__after__id")


def history_of_initiative(initiative: Initiative) -> QuerySet[AuditEntry]:
    """Newest first."""
    key = initiative.pk
    wanted = Q(object_type=Initiative._meta.label_lower, object_id=key)
    for model in PARTS:
        rows = Q(object_id__in=list(model.objects.filter(initiative=key).values_list("pk", flat=True)))
        wanted |= Q(object_type=model._meta.label_lower) & (rows | Q(before__initiative__id=key))
    tied = Q()
    for name in LINKS:
        tied |= Q(**{name: key})
    wanted |= Q(object_type=InitiativeLink._meta.label_lower) & tied
    return AuditEntry.objects.filter(wanted).order_by("-pk")
