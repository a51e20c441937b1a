from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.activity.models import Job
from kiun.goals.models.plans import Plan
from kiun.municipality.models import Membership, OwnedModel


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("waiting for confirmation")
    APPLIED = "applied", _("taken over")
    DISCARDED = "discarded", _("discarded")


class PlanImport(OwnedModel):
    """A plan file on its way in. Until it is applied the plan knows nothing of it; afterwards only its name, its
    digest and the counts remain, and the audit log tells the rest.
    """

    name = models.CharField(_("file name"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    content = models.BinaryField()
    # What the person corrected or chose; `plan_files.Choices` gives it its form.
    choices = models.JSONField(default=dict)
    plan = models.ForeignKey(
        Plan, models.SET_NULL, null=True, blank=True, related_name="imports", verbose_name=_("plan")
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    # Digest of the differences that the person saw and agreed to; anything else is asked again.
    agreed = models.CharField(max_length=64, blank=True, editable=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    result = models.JSONField(default=dict)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("plan import")
        verbose_name_plural = _("plan imports")
        indexes = [models.Index(fields=["municipality", "state"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_being_applied(self) -> bool:
        return self.state == ImportState.UPLOADED and self.job is not None and not self.job.is_over
