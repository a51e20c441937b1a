from django.db.models import QuerySet

from kiun.activity.attachables import attachables
from kiun.activity.models import Attachment
from kiun.municipality.actors import Actor
from kiun.municipality.models import OwnedModel


def attachments_of(row: OwnedModel) -> QuerySet[Attachment]:
    return Attachment.objects.filter(object_type=row._meta.label_lower, object_id=row.pk)


def visible_attachment(actor: Actor, pk: int) -> Attachment | None:
    """A file is as visible as the row that carries it."""
    attachment = Attachment.objects.filter(pk=pk).first()
    attachable = attachables.get(attachment.object_type) if attachment else None
    return attachment if attachment and attachable and attachable.may_see(actor, attachment.object_id) else None
