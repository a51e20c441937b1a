from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.goals.models.indicators import Cadence, Indicator
from kiun.municipality.models import ApiToken, Membership, OwnedModel

SLUG = r"^[a-z][a-z0-9-]{0,39}$"


class PushedSource(OwnedModel):
    """A program of the town that brings values by itself (a counter system, a sensor), with a key of its own."""

    slug = models.CharField(
        _("short name"),
        max_length=40,
        validators=[RegexValidator(SLUG, _("Use small letters, digits and hyphens, beginning with a letter."))],
    )
    label = models.CharField(_("name"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    cadence = models.CharField(_("values come"), max_length=12, choices=Cadence.choices, default=Cadence.MONTHLY)
    created_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("set up by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["label", "pk"]
        verbose_name = _("indicator source")
        verbose_name_plural = _("indicator sources")
        constraints = [models.UniqueConstraint(fields=["municipality", "slug"], name="pushed_source_once")]

    def __str__(self) -> str:
        return self.label


class PushedReading(OwnedModel):
    """What the program said of a day, the newest word on it; the audit log keeps the earlier ones."""

    source = models.ForeignKey(PushedSource, models.CASCADE, related_name="readings")
    on = models.DateField(_("as of"))
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    pushed_at = models.DateTimeField(_("brought at"))
    key = models.ForeignKey(ApiToken, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(OwnedModel.Meta):
        ordering = ["source_id", "on"]
        verbose_name = _("value from a program")
        constraints = [models.UniqueConstraint(fields=["source", "on"], name="one_pushed_reading_a_day")]
        indexes = [models.Index(fields=["municipality", "source", "-on"])]

    def __str__(self) -> str:
        return f"{self.source} {self.on}"


class Collection(OwnedModel):
    """How fetching an indicator's values went last: a source that fails is seen, not suffered in silence."""

    indicator = models.OneToOneField(Indicator, models.CASCADE, related_name="collection")
    collected_at = models.DateTimeField(null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    failing_since = models.DateField(null=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("collection of values")
        indexes = [models.Index(fields=["municipality", "failing_since"])]

    def __str__(self) -> str:
        return self.problem or str(self.indicator_id)


class SourceFile(OwnedModel):
    """An uploaded table with figures. Nothing counts before it is confirmed; afterwards its cells are in the
    provenance of the readings, and the content is dropped.
    """

    name = models.CharField(_("file name"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    content = models.BinaryField()
    # Indicator key → the columns chosen for it in this file (`source_files.ColumnChoice`).
    choices = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("uploaded figures")

    def __str__(self) -> str:
        return self.name
