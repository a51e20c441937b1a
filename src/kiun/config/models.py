from django.db import models
from django.utils.translation import gettext_lazy as _


class DutyRun(models.Model):
    """When a duty of the schedule is due next, and what came of it last. Belongs to the installation, not to a town."""

    duty = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    was_successful = models.BooleanField(null=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["duty"]
        verbose_name = _("scheduled duty")
        verbose_name_plural = _("scheduled duties")

    def __str__(self) -> str:
        return self.duty
