from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.models import Job
from kiun.kernel.plain import fingerprint
from kiun.municipality.models import Department, Membership, OwnedModel


class LevellingState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("levelling", "being calculated")
    READY = "ready", pgettext_lazy("levelling", "calculated")
    ACCEPTED = "accepted", pgettext_lazy("levelling", "accepted")
    DISCARDED = "discarded", pgettext_lazy("levelling", "discarded")


class Levelling(OwnedModel):
    """山崩し: which tasks of a department would begin later, so that nobody has more to do in a day than there is time
    for. It lies beside the tasks and changes nothing until it is accepted.
    """

    department = models.ForeignKey(Department, models.CASCADE, related_name="+", verbose_name=_("department"))
    state = models.CharField(_("state"), max_length=10, choices=LevellingState.choices, default=LevellingState.RUNNING)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("calculation")
    )
    # Somebody wants the best that has been found until now.
    is_stopping = models.BooleanField(default=False, editable=False)
    result = models.JSONField(default=dict, editable=False)
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("levelling")
        verbose_name_plural = _("levellings")

    def __str__(self) -> str:
        return str(self.department)

    @property
    def is_running(self) -> bool:
        return self.state == LevellingState.RUNNING and not self.has_failed

    @property
    def has_failed(self) -> bool:
        """Its calculation ended without a result."""
        return self.state == LevellingState.RUNNING and (self.job is None or self.job.is_over)

    @property
    def fingerprint(self) -> str:
        """Of the result: whoever accepts gives it back, so that it is what was shown."""
        return fingerprint(self.result)
