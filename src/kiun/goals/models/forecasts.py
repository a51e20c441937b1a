from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.goals.models.indicators import Indicator, Series
from kiun.municipality.models import OwnedModel


class Status(models.TextChoices):
    ON_TRACK = "on_track", _("on track")
    EVEN = "even", _("fifty-fifty")
    LATE = "late", _("late")
    STALE = "stale", _("waiting for an update")
    UNKNOWN = "unknown", pgettext_lazy("status", "cannot be judged")


class IndicatorState(OwnedModel):
    """What the readings say, computed in the transaction that changes them. Staleness is not stored as a status: it
    begins by itself when `stale_after` has passed (see `queries.with_status`).
    """

    indicator = models.OneToOneField(Indicator, models.CASCADE, related_name="state")
    judgement = models.CharField(max_length=10, choices=Status.choices, default=Status.UNKNOWN)
    why = models.CharField(max_length=40, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    value_on = models.DateField(null=True)
    previous_value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    previous_on = models.DateField(null=True)
    is_unavailable = models.BooleanField(default=False)
    readings = models.PositiveIntegerField(default=0)
    # The last readings as [[ISO date, value], …], oldest first: enough to draw the small line of a list.
    recent = models.JSONField(default=list)
    stale_after = models.DateField()
    probability = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    required_pace = models.FloatField(null=True)
    pace = models.FloatField(null=True)
    # Change over the last year as a share of the way from baseline to target; orders "what moved most".
    movement = models.FloatField(null=True)
    computed_on = models.DateField()

    class Meta(OwnedModel.Meta):
        verbose_name = _("state of an indicator")
        indexes = [models.Index(fields=["municipality", "stale_after"])]

    def __str__(self) -> str:
        return self.get_judgement_display()

    @property
    def is_baseline(self) -> bool:
        """The value is where the plan began, not a reading."""
        return self.value_on is not None and [self.value_on.isoformat()] != [on for on, _value in self.recent[-1:]]


class ForecastRecord(OwnedModel):
    """What was said at a time, and what came of it: the platform's own record of honesty."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="forecasts")
    made_on = models.DateField()
    target = models.DecimalField(max_digits=20, decimal_places=4)
    deadline = models.DateField()
    readings = models.PositiveIntegerField()
    probability = models.FloatField()
    method = models.CharField(max_length=40)
    was_reached = models.BooleanField(null=True)
    resolved_on = models.DateField(null=True)

    class Meta(OwnedModel.Meta):
        ordering = ["made_on", "pk"]
        verbose_name = _("recorded forecast")
        constraints = [models.UniqueConstraint(fields=["series", "made_on"], name="one_forecast_a_day")]

    def __str__(self) -> str:
        return f"{self.series} {self.made_on}"
