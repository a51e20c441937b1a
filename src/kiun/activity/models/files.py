from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models import Membership, OwnedModel


def storage_path(attachment: "Attachment", _filename: str) -> str:
    """The stored name holds nothing that a visitor chose."""
    return f"{attachment.municipality_id}/{attachment.digest[:2]}/{attachment.digest}"


class Attachment(OwnedModel):
    """添付: a file that belongs to a row of any room."""

    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    file = models.FileField(upload_to=storage_path)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("attachment")
        indexes = [models.Index(fields=["municipality", "object_type", "object_id"])]

    def __str__(self) -> str:
        return self.name
