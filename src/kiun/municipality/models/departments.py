from datetime import date

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models.ownership import OwnedModel


class Department(OwnedModel):
    """A 部署 with its present name and place. What it was called before stands in `versions`; what it became, in
    `successions`: rows that belong to it keep their series through every reform.
    """

    code = models.CharField(_("department code"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("department above")
    )
    # Materialised: "/3/17/" holds the keys from the top to this row, so that a subtree is one prefix.
    path = models.CharField(max_length=200, blank=True, editable=False)
    # In a walk through the whole tree of the town; see renumber_departments.
    place = models.PositiveIntegerField(default=0, editable=False)
    order = models.PositiveIntegerField(_("order"), default=0)
    tree_order = ("place",)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"],
                condition=models.Q(valid_to__isnull=True) & ~models.Q(code=""),
                name="department_code_once",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "path"])]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return max(self.path.count("/") - 2, 0)

    @property
    def ancestor_ids(self) -> list[int]:
        """Keys from the top down to and including this department."""
        return [int(part) for part in self.path.split("/") if part]

    def is_open(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or self.valid_to >= on)


class DepartmentVersion(OwnedModel):
    """Name and place of a department from a day on; written at 4月1日 when it is renamed or moved."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="versions")
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["valid_from", "pk"]
        verbose_name = _("earlier name of a department")

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from})"


class Succession(OwnedModel):
    """`predecessor` handed its work to `successor` on a day: several rows make a merger or a split."""

    predecessor = models.ForeignKey(Department, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Department, models.PROTECT, related_name="inheritances")
    on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["on", "pk"]
        verbose_name = _("succession of departments")
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class ReformKind(models.TextChoices):
    ADD = "add", _("new department")
    RENAME = "rename", _("new name")
    MOVE = "move", _("new place")
    MERGE = "merge", _("merger")
    SPLIT = "split", _("split")
    CLOSE = "close", _("closing")


class ReformState(models.TextChoices):
    PLANNED = "planned", _("planned")
    DONE = "done", _("carried out")
    CANCELLED = "cancelled", _("called off")


class Reform(OwnedModel):
    """組織改編: one decision about the tree. A decision for a later day waits here and is carried out on that day;
    until then the tree stays as it is. `terms` holds what the kind needs, by the keys of the departments.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=ReformKind.choices)
    on = models.DateField(_("on"))
    terms = models.JSONField(_("what changes"), default=dict, encoder=DjangoJSONEncoder)
    summary = models.CharField(_("what changes"), max_length=300)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReformState.choices, default=ReformState.PLANNED)
    # Why it could not be carried out on its day; it is tried again until it succeeds or is called off.
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        ordering = ["on", "pk"]
        verbose_name = _("reform of departments")
        indexes = [models.Index(fields=["municipality", "state", "on"])]

    def __str__(self) -> str:
        return self.summary
