from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models.calculations import Calculation
from kiun.kernel.plain import fingerprint
from kiun.municipality.models import Department


class LevellingState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("levelling", "being calculated")
    READY = "ready", pgettext_lazy("levelling", "calculated")
    ACCEPTED = "accepted", pgettext_lazy("levelling", "accepted")
    DISCARDED = "discarded", pgettext_lazy("levelling", "discarded")


class Levelling(Calculation):
    """山崩し: which tasks of a department would begin later, so that nobody has more to do in a day than there is time
    for. It lies beside the tasks and changes nothing until it is accepted.
    """

    department = models.ForeignKey(Department, models.CASCADE, related_name="+", verbose_name=_("department"))
    state = models.CharField(_("state"), max_length=10, choices=LevellingState.choices, default=LevellingState.RUNNING)

    class Meta(Calculation.Meta):
        verbose_name = _("levelling")
        verbose_name_plural = _("levellings")

    def __str__(self) -> str:
        return str(self.department)

    @property
    def fingerprint(self) -> str:
        """Of the result: whoever accepts gives it back, so that it is what was shown."""
        return fingerprint(self.result)
