from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.models import Job
from kiun.municipality.models import Membership, OwnedModel


class WorkImportState(models.TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import", "waiting for confirmation")
    APPLIED = "applied", pgettext_lazy("import", "taken over")
    DISCARDED = "discarded", pgettext_lazy("import", "thrown away")


class WorkImport(OwnedModel):
    """A workbook of initiatives and tasks on its way in. Once it is taken over or thrown away its content is gone; the
    record of changes tells the rest.
    """

    name = models.CharField(_("file name"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    content = models.BinaryField()
    state = models.CharField(
        _("state"), max_length=10, choices=WorkImportState.choices, default=WorkImportState.UPLOADED
    )
    # Digest of the differences that the person saw and agreed to; anything else is asked again.
    agreed = models.CharField(max_length=64, blank=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, max_length=1000)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    result = models.JSONField(default=dict)

    # How many rows were taken over.
    TOLD: ClassVar = {
        "initiatives_new": _("new initiatives"),
        "initiatives_changed": _("changed initiatives"),
        "tasks_new": _("new tasks"),
        "tasks_changed": _("changed tasks"),
    }

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("import of initiatives and tasks")
        verbose_name_plural = _("imports of initiatives and tasks")
        indexes = [models.Index(fields=["municipality", "state"])]

    def __str__(self) -> str:
        return self.name
