from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models.ownership import OwnedModel
from kiun.municipality.models.people import Membership


class StaffUpload(OwnedModel):
    """A staff list between upload and confirmation, with the corrections made on the way. Nothing of it counts yet."""

    name = models.CharField(_("file name"), max_length=200)
    content = models.BinaryField()
    # {sheet: {"kind": "staff", "columns": {"C": "department"}}}: what the person corrected.
    corrections = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("uploaded staff list")

    def __str__(self) -> str:
        return self.name
