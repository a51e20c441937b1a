from django.db.models import QuerySet

from kiun.activity.models import Attachment
from kiun.activity.queries import attachments_of
from kiun.dashboard.models import CouncilReport
from kiun.municipality.actors import Actor


def visible_reports(actor: Actor | None) -> QuerySet[CouncilReport]:
    """Twin of the rule `dashboard.see_report`; `None` is a visitor without an account."""
    rows = CouncilReport.objects.all()
    if actor and actor.sees_all:
        return rows
    if actor and actor.is_town_staff:
        return rows.filter(is_internal=False)
    return rows.filter(published_on__isnull=False)


def files_of(report: CouncilReport) -> list[Attachment]:
    return list(attachments_of(report))
