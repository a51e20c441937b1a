from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.goals.models.plans import Goal
from kiun.municipality.models import Department, Membership, OwnedModel

MANUAL_SOURCE = "manual"
LARGEST = Decimal(10) ** 15  # what a value, a baseline or a target can hold lies below


class Direction(models.TextChoices):
    INCREASE = "increase", _("increase")
    DECREASE = "decrease", _("decrease")
    REACH = "reach", _("reach and keep")


class Cadence(models.TextChoices):
    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every quarter")
    HALF_YEARLY = "half_yearly", _("every half year")
    YEARLY = "yearly", _("every fiscal year")


class Indicator(OwnedModel):
    """指標: the contract about a number: what it is, where it comes from, when it is taken, and who answers for it.

    What may not change without breaking the series (unit, direction, definition) stands in `Series`.
    """

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="indicators", verbose_name=_("goal"))
    code = models.CharField(_("number"), max_length=20, blank=True)
    name = models.CharField(_("indicator"), max_length=200)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("department in charge"),
    )
    owner = models.ForeignKey(Membership, models.PROTECT, related_name="indicators", verbose_name=_("owner"))
    deputy = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="deputy_indicators", verbose_name=_("deputy")
    )
    cadence = models.CharField(_("taken"), max_length=12, choices=Cadence.choices, default=Cadence.YEARLY)
    # A reading may be entered this long after its period has ended before it counts as late.
    grace_days = models.PositiveSmallIntegerField(_("days until it is entered"), default=60)
    origin = models.CharField(_("where the figure comes from"), max_length=200, blank=True)
    collected_when = models.CharField(_("when the figure is known"), max_length=100, blank=True)
    source = models.CharField(_("entered by"), max_length=60, default=MANUAL_SOURCE)
    source_settings = models.JSONField(_("settings of the source"), default=dict, blank=True)
    is_public = models.BooleanField(_("shown to residents"), default=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    note = models.TextField(_("note"), blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    # The same number in the plan's earlier edition.
    predecessor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="successors"
    )

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        indexes = [
            models.Index(fields=["municipality", "goal"]),
            models.Index(fields=["municipality", "department"]),
        ]

    def __str__(self) -> str:
        return self.name

    def parts(self) -> list[OwnedModel]:
        return [self, *self.series.all()]


class Series(OwnedModel):
    """One definition of an indicator and the readings that may be compared under it. Exactly one is current."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="series", verbose_name=_("indicator"))
    number = models.PositiveSmallIntegerField(default=1, editable=False)
    is_current = models.BooleanField(default=True, editable=False)
    definition = models.TextField(_("how it is calculated"), blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices, default=Direction.INCREASE)
    is_cumulative = models.BooleanField(_("cumulative"), default=False)
    baseline = models.DecimalField(_("baseline"), max_digits=20, decimal_places=4, null=True, blank=True)
    baseline_on = models.DateField(_("baseline as of"), null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=20, decimal_places=4, null=True, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    # Targets on the way, before the deadline: [[ISO date, value as text], …], oldest first.
    milestones = models.JSONField(_("targets on the way"), default=list, blank=True)
    started_on = models.DateField(_("valid from"))
    reason = models.TextField(_("reason for the new definition"), blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["indicator_id", "number"]
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="series_number_once"),
            models.UniqueConstraint(
                fields=["indicator"], condition=models.Q(is_current=True), name="one_current_series"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.name} ({self.number})"


class Measurement(OwnedModel):
    """測定: a value as of a day, or the plain statement that it cannot be judged (評価できない)."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="measurements")
    on = models.DateField(_("as of"))
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    is_unavailable = models.BooleanField(_("cannot be evaluated"), default=False)
    note = models.TextField(_("note"), blank=True)
    evidence_url = models.URLField(_("evidence (address)"), max_length=500, blank=True)
    entered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(auto_now=True)
    source = models.CharField(_("source"), max_length=60, default=MANUAL_SOURCE)
    provenance = models.JSONField(default=dict, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["series_id", "on"]
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = [
            models.UniqueConstraint(fields=["series", "on"], name="one_measurement_a_day"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False, is_unavailable=False)
                | models.Q(value__isnull=True, is_unavailable=True),
                name="a_value_or_cannot_be_judged",
                violation_error_message=_("Enter a value, or choose “cannot be judged”."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "series", "-on"])]

    def __str__(self) -> str:
        return f"{self.series} {self.on}"
