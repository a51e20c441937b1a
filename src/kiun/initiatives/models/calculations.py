from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.activity.models import Job
from kiun.municipality.models import Membership, OwnedModel


class Calculation(OwnedModel):
    """What a worker calculates beside the plan. It changes nothing until somebody has looked at the result and accepts
    it. Each kind has a `state` of its own; while a worker has it, that is `RUNNING`.
    """

    RUNNING = "running"

    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("calculation")
    )
    # Somebody wants the best that has been found until now.
    is_stopping = models.BooleanField(default=False, editable=False)
    result = models.JSONField(default=dict, editable=False)
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(auto_now_add=True)

    state: models.CharField  # type: ignore[type-arg]

    class Meta(OwnedModel.Meta):
        abstract = True
        ordering = ["-pk"]

    @property
    def is_running(self) -> bool:
        return self.state == self.RUNNING and not self.has_failed

    @property
    def has_failed(self) -> bool:
        """Its worker ended without a result."""
        return self.state == self.RUNNING and (self.job is None or self.job.is_over)
