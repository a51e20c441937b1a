"""調査の回: when momentum is measured, and what was answered, ready for calculating."""

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.municipality.models import OwnedModel
from kiun.surveys.models import Audience, Survey


class WaveKind(models.TextChoices):
    BASELINE = "baseline", pgettext_lazy("wave", "full survey (20 questions)")
    PULSE = "pulse", pgettext_lazy("wave", "short survey (8 questions)")
    SHORT = "short", pgettext_lazy("wave", "short survey for outside (6 questions)")


class Wave(OwnedModel):
    """One time of measuring. Its survey is made when it opens; staff are asked in one wave a quarter at most."""

    TOLD: ClassVar = {"published": pgettext_lazy("wave", "results published")}

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"), validators=[MinValueValidator(1), MaxValueValidator(4)])
    audience = models.CharField(
        pgettext_lazy("wave", "who is asked"), max_length=10, choices=Audience.choices, default=Audience.STAFF
    )
    kind = models.CharField(_("kind of survey"), max_length=10, choices=WaveKind.choices, default=WaveKind.PULSE)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day for answers"))
    # Of the staff; in large towns fewer people need to be asked.
    sample_percent = models.PositiveSmallIntegerField(
        _("share of staff that is asked (%)"), default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    survey = models.OneToOneField(
        Survey, models.PROTECT, null=True, blank=True, editable=False, related_name="wave", verbose_name=_("survey")
    )

    class Meta(OwnedModel.Meta):
        ordering = ["fiscal_year", "quarter", "audience", "pk"]
        verbose_name = _("wave of measuring")
        verbose_name_plural = _("waves of measuring")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "quarter", "audience"],
                name="wave_once",
                violation_error_message=_("These people are asked in this quarter already."),
            ),
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")),
                name="wave_closes_after_it_opens",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return str(
            _("%(year)s Q%(quarter)s (%(audience)s)")
            % {"year": self.fiscal_year, "quarter": self.quarter, "audience": self.get_audience_display()}
        )

    @property
    def last_day(self) -> date:
        """For answers: as planned until the survey runs, then that of the survey, which may end earlier or later."""
        return self.survey.closes_on if self.survey else self.closes_on

    @property
    def is_planned(self) -> bool:
        return self.survey is None

    @property
    def is_closed(self) -> bool:
        return self.survey is not None and self.survey.is_closed


class WaveAnswers(OwnedModel):
    """All sheets of a closed wave as arrays (`answer_arrays`), with the tree of departments as it was, and which of the
    groups may be shown. What was shown once is shown for ever: later waves are kept from giving it away.
    """

    # Of no other row ever, so that what is calculated from it can be kept by it.
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    wave = models.OneToOneField(Wave, models.CASCADE, related_name="answers", editable=False)
    arrays = models.BinaryField(editable=False)
    # Of each department of that day: {"id", "path", "name"}, in the order of the tree.
    tree = models.JSONField(default=list, editable=False)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("answers of a wave")
        verbose_name_plural = _("answers of waves")

    def __str__(self) -> str:
        return str(self.wave)
