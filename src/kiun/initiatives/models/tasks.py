from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models.initiatives import LONGEST_LAG, Initiative, LinkKind, Phase, Priority
from kiun.initiatives.models.resources import Skill
from kiun.municipality.models import Department, Membership, OwnedModel

SMALLEST_ESTIMATE = Decimal("0.1")
# Larger than anything one line of a plan should hold; it should become several tasks.
LARGEST_ESTIMATE = Decimal(1000)
LONGEST_COMMENT = 4000


class TaskStatus(models.TextChoices):
    TODO = "todo", pgettext_lazy("task", "not begun")
    DOING = "doing", pgettext_lazy("task", "under way")
    DONE = "done", pgettext_lazy("task", "done")
    CANCELLED = "cancelled", pgettext_lazy("task", "dropped")


UNFINISHED = (TaskStatus.TODO, TaskStatus.DOING)


class Task(OwnedModel):
    """作業: one piece of work with one person who answers for it. `percent` follows the checklist if there is one."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="tasks", verbose_name=_("initiative"))
    phase = models.ForeignKey(
        Phase, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("phase")
    )
    name = models.CharField(_("task"), max_length=120)
    note = models.TextField(_("note"), blank=True, max_length=4000)
    # Where the work is done; the department of the person responsible unless somebody says otherwise.
    department = models.ForeignKey(Department, models.PROTECT, related_name="tasks", verbose_name=_("department"))
    responsible = models.ForeignKey(
        Membership, models.PROTECT, related_name="tasks", verbose_name=_("person responsible")
    )
    skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("skill needed")
    )
    estimate = models.DecimalField(
        _("estimate (person-days)"),
        max_digits=6,
        decimal_places=1,
        default=Decimal(1),
        validators=[MinValueValidator(SMALLEST_ESTIMATE), MaxValueValidator(LARGEST_ESTIMATE)],
    )
    starts_on = models.DateField(_("begins on"))
    due_on = models.DateField(_("due on"))
    status = models.CharField(_("state"), max_length=10, choices=TaskStatus.choices, default=TaskStatus.TODO)
    percent = models.PositiveSmallIntegerField(_("progress (%)"), default=0, validators=[MaxValueValidator(100)])
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.MIDDLE)
    order = models.PositiveIntegerField(_("order"), default=0)
    finished_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # Rows of their own that the history tells as parts of the task.
    TOLD: ClassVar = {
        "helpers": _("helpers"),
        "before": _("what comes before it"),
        "checklist": _("checklist"),
    }

    class Meta(OwnedModel.Meta):
        ordering = ["starts_on", "order", "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("starts_on")),
                name="task_due_after_it_begins",
                violation_error_message=_("The task is due before it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(estimate__gt=0),
                name="task_takes_time",
                violation_error_message=_("Write the estimate in person-days, from 0.1 to 1,000."),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "initiative"]),
            models.Index(fields=["municipality", "responsible", "status"]),
            models.Index(fields=["municipality", "status", "due_on"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED


class TaskHelper(OwnedModel):
    task = models.ForeignKey(Task, models.CASCADE, related_name="helpers")
    helper = models.ForeignKey(Membership, models.CASCADE, related_name="helped_tasks", verbose_name=_("helper"))

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("helper of a task")
        constraints = [models.UniqueConstraint(fields=["task", "helper"], name="task_helper_once")]

    def __str__(self) -> str:
        return str(self.helper)


class TaskLink(OwnedModel):
    """`after` begins only when `before` has ended (or begun), and so many days later."""

    before = models.ForeignKey(Task, models.CASCADE, related_name="links_after")
    after = models.ForeignKey(Task, models.CASCADE, related_name="links_before")
    kind = models.CharField(_("kind"), max_length=2, choices=LinkKind.choices, default=LinkKind.FINISH_START)
    # Working days.
    lag_days = models.SmallIntegerField(
        _("days between"), default=0, validators=[MinValueValidator(0), MaxValueValidator(LONGEST_LAG)]
    )

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("order of tasks")
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="tasks_linked_once"),
            models.CheckConstraint(
                condition=~models.Q(before=models.F("after")),
                name="no_task_before_itself",
                violation_error_message=_("A task cannot come before itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"

    @property
    def holds(self) -> bool:
        """Whether `after` still has to wait."""
        if self.kind == LinkKind.START_START:
            return self.before.status == TaskStatus.TODO
        return self.before.is_unfinished


class ChecklistItem(OwnedModel):
    task = models.ForeignKey(Task, models.CASCADE, related_name="checklist")
    text = models.CharField(_("step"), max_length=200)
    is_done = models.BooleanField(pgettext_lazy("step", "done"), default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("step of a checklist")
        verbose_name_plural = _("checklist")

    def __str__(self) -> str:
        return self.text


class Blocker(OwnedModel):
    """What stands in the way of a task, and who must decide for it to go on."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="blockers", verbose_name=_("task"))
    text = models.CharField(_("what stands in the way"), max_length=300)
    decider = models.ForeignKey(
        Membership, models.PROTECT, related_name="blockers_to_decide", verbose_name=_("who must decide")
    )
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    raised_by = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")
    raised_on = models.DateField(_("raised on"), editable=False)
    resolved_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    resolution = models.CharField(_("decision"), max_length=300, blank=True)
    resolved_by = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")
    # It went away by itself: nobody has decided anything.
    is_withdrawn = models.BooleanField(pgettext_lazy("obstacle", "withdrawn"), default=False)

    class Meta(OwnedModel.Meta):
        ordering = ["raised_on", "pk"]
        verbose_name = _("obstacle")
        verbose_name_plural = _("obstacles")
        indexes = [models.Index(fields=["municipality", "decider", "resolved_on"])]

    def __str__(self) -> str:
        return self.text


class Comment(OwnedModel):
    """Words about an initiative, or about one of its tasks."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="comments")
    task = models.ForeignKey(Task, models.CASCADE, null=True, blank=True, related_name="comments")
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"), max_length=LONGEST_COMMENT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        ordering = ["at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["municipality", "initiative"])]

    def __str__(self) -> str:
        return self.text[:80]


class Mention(OwnedModel):
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    post = models.ForeignKey(Membership, models.CASCADE, related_name="mentions")

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("mention")
        constraints = [models.UniqueConstraint(fields=["comment", "post"], name="mentioned_once")]

    def __str__(self) -> str:
        return str(self.post)


class CalendarFeed(OwnedModel):
    """A secret address that a calendar program reads: the tasks of a person, or of a department."""

    owner = models.ForeignKey(
        Membership, models.CASCADE, related_name="calendar_feeds", verbose_name=_("whose calendar")
    )
    department = models.ForeignKey(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_feeds",
        verbose_name=_("department"),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, editable=False)

    TOLD: ClassVar = {"address": _("address")}

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("calendar feed")

    def __str__(self) -> str:
        return str(self.department or self.owner)
