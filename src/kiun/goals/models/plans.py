from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models import Department, Membership, OwnedModel


class PlanStatus(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    CURRENT = "current", _("in force")
    CLOSED = "closed", _("ended")


class Plan(OwnedModel):
    """計画 in one edition (版); the next edition is a row of its own that names its predecessor."""

    name = models.CharField(_("name"), max_length=120)
    edition = models.CharField(_("edition"), max_length=40, blank=True)
    first_year = models.PositiveSmallIntegerField(_("first fiscal year"))
    last_year = models.PositiveSmallIntegerField(_("last fiscal year"))
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("earlier edition")
    )
    status = models.CharField(_("state"), max_length=10, choices=PlanStatus.choices, default=PlanStatus.CURRENT)
    is_public = models.BooleanField(_("shown to residents"), default=True)
    summary = models.TextField(_("what the plan is for"), blank=True)

    # What a file that was taken over has changed.
    TOLD: ClassVar = {
        "indicators": _("indicators"),
        "readings": _("measurements"),
        "ended": _("ended by the file"),
        "vague": _("vague goals"),
    }

    class Meta(OwnedModel.Meta):
        ordering = ["-first_year", "-pk"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name", "edition"], name="plan_edition_once"),
            models.CheckConstraint(
                condition=models.Q(last_year__gte=models.F("first_year")),
                name="plan_ends_after_it_begins",
                violation_error_message=_("The last fiscal year lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.edition}）" if self.edition else self.name


class Policy(OwnedModel):
    """施策: a branch of the plan's tree."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="policies", verbose_name=_("plan"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=200, blank=True, editable=False)
    # In a walk through the whole tree of the plan; see renumber_policies.
    place = models.PositiveIntegerField(default=0, editable=False)
    code = models.CharField(_("number"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=200)
    order = models.PositiveIntegerField(_("order"), default=0)
    # Each plan has a tree of its own.
    tree_order = ("plan__first_year", "plan_id", "place")

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        indexes = [models.Index(fields=["municipality", "plan"])]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return max(self.path.count("/") - 2, 0)


class Challenge(OwnedModel):
    """課題: why a goal exists, in the words of those who feel it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="challenges", verbose_name=_("plan"))
    policy = models.ForeignKey(
        Policy, models.SET_NULL, null=True, blank=True, related_name="challenges", verbose_name=_("policy")
    )
    text = models.CharField(_("challenge"), max_length=300)
    background = models.TextField(_("background"), blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")

    def __str__(self) -> str:
        return self.text


class Goal(OwnedModel):
    """目標: a sentence, with what a reader misses in it kept beside it, so that vague goals can be counted."""

    LABEL_LENGTH = 80

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals", verbose_name=_("plan"))
    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, blank=True, related_name="goals", verbose_name=_("policy")
    )
    challenge = models.ForeignKey(
        Challenge, models.SET_NULL, null=True, blank=True, related_name="goals", verbose_name=_("challenge")
    )
    code = models.CharField(_("number"), max_length=20, blank=True)
    text = models.TextField(_("goal"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="goals", verbose_name=_("department in charge")
    )
    owner = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="goals", verbose_name=_("owner")
    )
    is_public = models.BooleanField(_("shown to residents"), default=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    # What `analysis.goal_text` found missing: "indicator", "baseline", "target", "deadline".
    missing = models.JSONField(default=list, editable=False)
    is_vague = models.BooleanField(_("vague"), default=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    predecessor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="successors"
    )

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        indexes = [models.Index(fields=["municipality", "plan"])]

    def __str__(self) -> str:
        return self.text if len(self.text) <= self.LABEL_LENGTH else f"{self.text[: self.LABEL_LENGTH - 1]}…"
