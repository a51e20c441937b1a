from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models import Membership, OwnedModel


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("stopped")


class Job(OwnedModel):
    """Long work and its progress. This row is the truth; the queued task only carries it out, so that a worker that
    dies loses nothing: `kiun tick` queues what has stopped beating once more.
    """

    kind = models.CharField(max_length=60)
    label = models.CharField(_("what"), max_length=200)
    parameters = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    result_url = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("background work")
        indexes = [models.Index(fields=["municipality", "state"])]

    def __str__(self) -> str:
        return self.label

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
