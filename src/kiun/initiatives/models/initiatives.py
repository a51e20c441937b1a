from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.goals.models import Goal, Plan, Policy
from kiun.municipality.models import Department, Membership, OwnedModel

LONGEST_LAG = 3650


class Priority(models.IntegerChoices):
    HIGH = 1, pgettext_lazy("priority", "high")
    MIDDLE = 2, pgettext_lazy("priority", "middle")
    LOW = 3, pgettext_lazy("priority", "low")


class InitiativeStatus(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("initiative", "proposed")
    APPROVED = "approved", pgettext_lazy("initiative", "approved")
    DONE = "done", pgettext_lazy("initiative", "completed")
    STOPPED = "stopped", pgettext_lazy("initiative", "stopped")


OPEN_STATUSES = (InitiativeStatus.PROPOSED, InitiativeStatus.APPROVED)


class LinkKind(models.TextChoices):
    FINISH_START = "fs", _("begins after its end")
    START_START = "ss", _("begins after its beginning")


class Initiative(OwnedModel):
    """取組: work with people, money and time behind it, for the sake of one or more goals.

    Once approved, its dates, its mode and its state change by a revision only (see `Revision`).
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="initiatives", verbose_name=_("plan"))
    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, blank=True, related_name="initiatives", verbose_name=_("policy")
    )
    code = models.CharField(_("number"), max_length=20, blank=True)
    name = models.CharField(_("initiative"), max_length=120)
    summary = models.TextField(_("what is done, and for whom"), blank=True, max_length=2000)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="initiatives", verbose_name=_("department in charge")
    )
    owner = models.ForeignKey(Membership, models.PROTECT, related_name="initiatives", verbose_name=_("owner"))
    status = models.CharField(
        _("state"), max_length=10, choices=InitiativeStatus.choices, default=InitiativeStatus.PROPOSED
    )
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.MIDDLE)
    priority_reason = models.CharField(_("reason for the priority"), max_length=300, blank=True)
    legal_deadline = models.DateField(_("deadline set by law"), null=True, blank=True)
    legal_basis = models.CharField(_("law or notice behind it"), max_length=200, blank=True)
    # Of the initiatives of one town with the same words here, at most one is carried out.
    alternative_to = models.CharField(_("one of the alternatives"), max_length=60, blank=True)
    is_public = models.BooleanField(_("shown to residents"), default=True)
    public_text = models.TextField(_("words for residents"), blank=True, max_length=1000)
    order = models.PositiveIntegerField(_("order"), default=0)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)

    # Rows of their own that the history tells as a part of the initiative.
    TOLD: ClassVar = {"goals": _("goals served")}

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="initiative_ends_after_it_begins",
                violation_error_message=_("The initiative ends before it begins."),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "plan"]),
            models.Index(fields=["municipality", "department"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def needs_reason(self) -> bool:
        """What was approved changes by a revision, and that says why."""
        return self.status == InitiativeStatus.APPROVED


class ServedGoal(OwnedModel):
    """An initiative serves one or more goals; the first is the one whose forecast ends its lane."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="served_goals")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="serving_initiatives", verbose_name=_("goal"))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("goal that an initiative serves")
        constraints = [models.UniqueConstraint(fields=["initiative", "goal"], name="goal_served_once")]

    def __str__(self) -> str:
        return str(self.goal)


class InitiativeLink(OwnedModel):
    before = models.ForeignKey(
        Initiative, models.CASCADE, related_name="links_after", verbose_name=_("initiative before")
    )
    after = models.ForeignKey(
        Initiative, models.CASCADE, related_name="links_before", verbose_name=_("initiative after")
    )
    kind = models.CharField(_("kind"), max_length=2, choices=LinkKind.choices, default=LinkKind.FINISH_START)
    lag_days = models.SmallIntegerField(
        _("days between"), default=0, validators=[MinValueValidator(0), MaxValueValidator(LONGEST_LAG)]
    )

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("order of initiatives")
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="initiatives_linked_once"),
            models.CheckConstraint(
                condition=~models.Q(before=models.F("after")),
                name="no_initiative_before_itself",
                violation_error_message=_("An initiative cannot come before itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class SharedInitiative(OwnedModel):
    """What a partner sees of the town's work: only what was shared with their post."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="shares", verbose_name=_("initiative"))
    partner = models.ForeignKey(
        Membership, models.CASCADE, related_name="shared_initiatives", verbose_name=_("partner")
    )

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("initiative shared with a partner")
        constraints = [models.UniqueConstraint(fields=["initiative", "partner"], name="initiative_shared_once")]

    def __str__(self) -> str:
        return f"{self.initiative} · {self.partner}"


class Term(models.TextChoices):
    SHORT = "short", _("short term")
    MIDDLE = "middle", _("middle term")
    LONG = "long", _("long term")


class Phase(OwnedModel):
    """短期・中期・長期: a span of an initiative with what shall be true at its end."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="phases", verbose_name=_("initiative"))
    term = models.CharField(_("term"), max_length=6, choices=Term.choices, default=Term.SHORT)
    name = models.CharField(_("phase"), max_length=80, blank=True)
    goal = models.CharField(_("goal of the phase"), max_length=300)
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["starts_on", "pk"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="phase_ends_after_it_begins",
                violation_error_message=_("The phase ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_term_display())


class Milestone(OwnedModel):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="milestones", verbose_name=_("initiative"))
    name = models.CharField(_("milestone"), max_length=120)
    due_on = models.DateField(_("planned for"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    is_public = models.BooleanField(_("shown to residents"), default=True)

    class Meta(OwnedModel.Meta):
        ordering = ["due_on", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self) -> str:
        return self.name
