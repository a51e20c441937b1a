"""働きかけ: registered before it starts, carried out, evaluated, published either way."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.momentum.dimensions import Dimension
from kiun.momentum.models.waves import Wave
from kiun.municipality.models import Department, Membership, OwnedModel


class InterventionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("intervention", "being prepared")
    REGISTERED = "registered", pgettext_lazy("intervention", "registered")
    RUNNING = "running", pgettext_lazy("intervention", "under way")
    EVALUATED = "evaluated", pgettext_lazy("intervention", "evaluated")
    WITHDRAWN = "withdrawn", pgettext_lazy("intervention", "not carried out")


class Verdict(models.TextChoices):
    WORKED = "worked", pgettext_lazy("verdict", "it worked")
    DID_NOT = "did_not", pgettext_lazy("verdict", "it did not work")
    UNDECIDABLE = "undecidable", pgettext_lazy("verdict", "cannot be decided")


class Intervention(OwnedModel):
    """What is expected of it, of which units and by which wave cannot be changed once it is registered: otherwise
    anything could be made to look like a success afterwards.
    """

    title = models.CharField(pgettext_lazy("intervention", "title"), max_length=120)
    # Of `remedies`.
    remedy = models.SlugField(_("kind of intervention"), max_length=40)
    dimension = models.CharField(_("barrier"), max_length=1, choices=Dimension.choices)
    description = models.TextField(_("what is done"), max_length=2000, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department in charge")
    )
    owner = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("intervention", "person in charge")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=InterventionState.choices, default=InterventionState.DRAFT
    )
    starts_on = models.DateField(_("starts on"))
    # In points of 0 to 100, of `dimension` in the treated units, beyond the others.
    expected_effect = models.DecimalField(_("expected effect (points)"), max_digits=4, decimal_places=1)
    evaluated_with = models.ForeignKey(
        Wave, models.PROTECT, null=True, related_name="evaluates", verbose_name=_("wave that decides")
    )
    # Units begin one after another so many months apart, in an order drawn by lot; 0: all at once.
    step_months = models.PositiveSmallIntegerField(_("months between two steps"), default=0)
    # Of that order: anybody can draw it again.
    seed = models.PositiveIntegerField(null=True, editable=False)
    registered_on = models.DateField(_("registered on"), null=True, editable=False)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices, blank=True, editable=False)
    # What the evaluation found, as `evaluation` writes it.
    evaluation = models.JSONField(default=dict, editable=False)
    evaluated_on = models.DateField(_("evaluated on"), null=True, editable=False)
    # What whoever carried it out adds to the verdict.
    words = models.TextField(_("what we learnt"), max_length=2000, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == InterventionState.DRAFT

    @property
    def is_stepped(self) -> bool:
        return bool(self.step_months)


class InterventionUnit(OwnedModel):
    """A department that is treated from `starts_on` on, or one that it is compared with. Where units begin one after
    another, those whose turn has not come are what the others are compared with.
    """

    intervention = models.ForeignKey(Intervention, models.CASCADE, related_name="units", verbose_name=_("intervention"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    is_treated = models.BooleanField(_("treated"), default=True)
    starts_on = models.DateField(_("starts here on"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-is_treated", "starts_on", "department__place", "pk"]
        verbose_name = _("unit of an intervention")
        verbose_name_plural = _("units of an intervention")
        constraints = [
            models.UniqueConstraint(fields=["intervention", "department"], name="intervention_unit_once"),
            models.CheckConstraint(
                condition=models.Q(is_treated=False) ^ models.Q(starts_on__isnull=False),
                name="only_treated_units_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.department)


class InterventionLink(OwnedModel):
    """Something by which it is carried out: a task, a gathering, a story, wherever it stands in Kiun."""

    intervention = models.ForeignKey(Intervention, models.CASCADE, related_name="links", verbose_name=_("intervention"))
    label = models.CharField(pgettext_lazy("intervention", "what"), max_length=200)
    path = models.CharField(_("address of its page"), max_length=300)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("thing linked to an intervention")
        verbose_name_plural = _("things linked to an intervention")

    def __str__(self) -> str:
        return self.label
