from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models.calculations import Calculation
from kiun.kernel.plain import fingerprint
from kiun.municipality.models import Membership, OwnedModel


class RevisionSource(models.TextChoices):
    PERSON = "person", pgettext_lazy("revision", "by hand")
    SCENARIO = "scenario", pgettext_lazy("revision", "from a what-if")
    REVIEW = "review", pgettext_lazy("revision", "decided in a review")
    IMPORT = "import", pgettext_lazy("revision", "from a file")


class DecidedBy(models.TextChoices):
    """How a change of the plan was decided; empty where it was not recorded, as with the first entries."""

    MEETING = "meeting", pgettext_lazy("decided", "in a meeting")
    LEADERSHIP = "leadership", pgettext_lazy("decided", "by the leadership itself")
    APPROVED = "approved", pgettext_lazy("decided", "approved by this person")
    DRAFTER = "drafter", pgettext_lazy("decided", "by whoever drafted it")


class Revision(OwnedModel):
    """計画の変更: an entry of the ledger. What it changed stands in its items; neither is ever changed again."""

    number = models.PositiveIntegerField(_("number"), editable=False)
    on = models.DateField(_("on"))
    reason = models.TextField(_("reason"), max_length=1000)
    source = models.CharField(_("how it came about"), max_length=10, choices=RevisionSource.choices)
    # Nobody who did not act: of a meeting only its decider, and only if the minutes say that they were there.
    approver = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="approved_revisions", verbose_name=_("approved by")
    )
    decided_by = models.CharField(_("how it was decided"), max_length=10, choices=DecidedBy.choices, blank=True)
    made_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(auto_now_add=True)
    # The revision whose values it puts back.
    undoes = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="undone_by")

    class Meta(OwnedModel.Meta):
        ordering = ["-number"]
        verbose_name = _("revision of the plan")
        verbose_name_plural = _("revisions of the plan")
        constraints = [models.UniqueConstraint(fields=["municipality", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return str(_("Revision %(number)s") % {"number": self.number})


class RevisionItem(OwnedModel):
    """One row of the plan before and after, in the form of `kernel.changes.Change`."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="items")
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("change of a revision")
        indexes = [models.Index(fields=["municipality", "object_type", "object_id"])]

    def __str__(self) -> str:
        return self.label


class ScenarioState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("scenario", "being written")
    RUNNING = "running", pgettext_lazy("scenario", "being calculated")
    READY = "ready", pgettext_lazy("scenario", "calculated")
    ACCEPTED = "accepted", pgettext_lazy("scenario", "accepted")
    DISCARDED = "discarded", pgettext_lazy("scenario", "discarded")


class Scenario(Calculation):
    """もしも: what would happen to the approved plan. It lies beside the plan and changes nothing until it is accepted
    as a revision.
    """

    name = models.CharField(_("name"), max_length=120)
    # What is assumed, as `initiatives.scenarios` writes it: [{"kind": "budget", "year": 2026, "percent": -20}, …].
    assumptions = models.JSONField(_("assumptions"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=ScenarioState.choices, default=ScenarioState.DRAFT)
    # The number of the newest revision that the calculation started from: a later one makes it out of date.
    based_on = models.PositiveIntegerField(_("calculated from revision"), default=0)
    revision = models.ForeignKey(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scenarios",
        verbose_name=_("revision of the plan"),
    )

    class Meta(Calculation.Meta):
        verbose_name = _("what-if")
        verbose_name_plural = _("what-ifs")

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """Of what was assumed and what came out: whoever accepts gives it back, so that it is what was shown."""
        return fingerprint(self.assumptions, self.result)

    @property
    def stage(self) -> str:
        """Its state; one whose calculation ended without a result waits to be calculated again."""
        return ScenarioState.DRAFT if self.has_failed else self.state
