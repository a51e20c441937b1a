from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.goals.models import Indicator
from kiun.initiatives.models.initiatives import Initiative
from kiun.initiatives.models.revisions import Revision
from kiun.initiatives.models.tasks import Task
from kiun.kernel.fiscal_year import FiscalYear, Quarter
from kiun.municipality.models import Department, Membership, OwnedModel

LONGEST_WHAT = 120


class ReviewState(models.TextChoices):
    PREPARING = "preparing", pgettext_lazy("review", "being prepared")
    RUNNING = "running", pgettext_lazy("review", "being held")
    CLOSED = "closed", pgettext_lazy("review", "closed")


class Review(OwnedModel):
    """見直し: the meeting that goes through the plan of a quarter. What is decided takes effect when it closes."""

    year = models.PositiveSmallIntegerField(_("fiscal year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"), validators=[MinValueValidator(1), MaxValueValidator(4)])
    held_on = models.DateField(_("held on"))
    # The day that people were invited for, once the review has begun on another one.
    planned_on = models.DateField(_("planned for"), null=True, blank=True, editable=False)
    place = models.CharField(_("place and time"), max_length=120, blank=True)
    # Of the leadership: approves what the review changes in the plan.
    decider = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("decides"))
    state = models.CharField(_("state"), max_length=10, choices=ReviewState.choices, default=ReviewState.PREPARING)
    summary = models.TextField(_("in a few words"), blank=True, max_length=1000)
    # The item that the meeting is at: other screens follow it.
    current = models.ForeignKey(
        "AgendaItem", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("at the item")
    )
    # Somebody has put the agenda into an order of their own: what comes later goes to its end.
    is_arranged = models.BooleanField(default=False, editable=False)
    gathered_at = models.DateTimeField(null=True, editable=False)
    invited_on = models.DateField(_("invitations sent on"), null=True, blank=True)
    begun_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta(OwnedModel.Meta):
        ordering = ["-year", "-quarter"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "year", "quarter"],
                name="review_of_a_quarter_once",
                violation_error_message=_("There is already a review of this quarter. Open it instead."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Review of %(quarter)s") % {"quarter": self.period})

    @property
    def period(self) -> Quarter:
        return Quarter(FiscalYear(self.year), self.quarter)

    @property
    def is_preparing(self) -> bool:
        return self.state == ReviewState.PREPARING

    @property
    def is_running(self) -> bool:
        return self.state == ReviewState.RUNNING

    @property
    def is_closed(self) -> bool:
        return self.state == ReviewState.CLOSED

    def parts(self) -> list[OwnedModel]:
        return [self, *self.participants.all()]


class ReviewParticipant(OwnedModel):
    review = models.ForeignKey(Review, models.CASCADE, related_name="participants")
    post = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("participant"))
    # Nobody is taken to have been there: whoever closes the review says who was. None where nobody was asked, in
    # reviews that were closed when all were ticked beforehand.
    attended = models.BooleanField(_("was there"), default=False, null=True)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("participant of a review")
        verbose_name_plural = _("participants of a review")
        constraints = [models.UniqueConstraint(fields=["review", "post"], name="review_participant_once")]

    def __str__(self) -> str:
        return str(self.post)


class Grade(models.TextChoices):
    AHEAD = "ahead", pgettext_lazy("grade", "ahead")
    AS_PLANNED = "as_planned", pgettext_lazy("grade", "as planned")
    LATE = "late", pgettext_lazy("grade", "late")
    UNKNOWN = "unknown", pgettext_lazy("grade", "cannot be evaluated")


class AgendaItem(OwnedModel):
    """議題: one thing (an initiative, an indicator …) with all that was found about it, or something added by hand."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="items", verbose_name=_("review"))
    # What it is about: a row of any room. Empty for an item that was added by hand.
    subject_type = models.CharField(max_length=60, blank=True, editable=False)
    subject_id = models.BigIntegerField(null=True, editable=False)
    title = models.CharField(_("item"), max_length=200)
    question = models.TextField(_("what is to be decided"), blank=True, max_length=1000)
    initiative = models.ForeignKey(
        Initiative, models.SET_NULL, null=True, blank=True, related_name="agenda_items", verbose_name=_("initiative")
    )
    indicator = models.ForeignKey(
        Indicator, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department in charge")
    )
    severity = models.PositiveSmallIntegerField(default=2, editable=False)
    order = models.PositiveIntegerField(_("order"), default=0)
    added_by = models.ForeignKey(Membership, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    put_off_reason = models.CharField(_("why it is put off"), max_length=300, blank=True)
    # What the figures speak for, kept with them when the review begins.
    proposed_grade = models.CharField(max_length=10, choices=Grade.choices, blank=True, editable=False)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices, blank=True)
    minutes = models.TextField(_("what was said"), blank=True, max_length=4000)

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("item of the agenda")
        verbose_name_plural = _("items of the agenda")
        constraints = [
            models.UniqueConstraint(
                fields=["review", "subject_type", "subject_id"],
                condition=models.Q(subject_id__isnull=False),
                name="agenda_item_of_a_subject_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_about_data(self) -> bool:
        """Figures of it are kept when the review begins."""
        return bool(self.subject_type or self.initiative_id or self.indicator_id)

    @property
    def was_over(self) -> bool:
        """Its initiative had ended before the review: what a review itself stops is told by its decision."""
        if self.initiative is None or self.initiative.is_open:
            return False
        ended = self.initiative.ended_on
        return not self.review.is_closed or bool(ended and ended < self.review.held_on)

    @property
    def is_put_off(self) -> bool:
        return bool(self.put_off_reason)

    def parts(self) -> list[OwnedModel]:
        return [self, *ReviewDecision.objects.filter(item=self)]


class AgendaFinding(OwnedModel):
    """What a contribution found about the subject of an item, with its figure. Frozen when the review begins."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="findings")
    source = models.CharField(max_length=60)
    sentence = models.CharField(_("finding"), max_length=400)
    figure = models.CharField(max_length=30, blank=True)
    figure_label = models.CharField(max_length=60, blank=True)
    as_of = models.DateField(_("as of"))
    severity = models.PositiveSmallIntegerField(default=2)
    path = models.CharField(max_length=300, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["severity", "pk"]
        verbose_name = _("finding about an item")

    def __str__(self) -> str:
        return self.sentence


class DepartmentStatement(OwnedModel):
    """所管課の説明: what the department says before the meeting."""

    item = models.OneToOneField(
        AgendaItem, models.CASCADE, related_name="statement", verbose_name=_("item of the agenda")
    )
    text = models.TextField(_("statement of the department"), max_length=2000)
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, editable=False, related_name="+")
    written_at = models.DateTimeField(auto_now=True)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("statement of the department")

    def __str__(self) -> str:
        return self.text[:80]


class Verdict(models.TextChoices):
    CONTINUE = "continue", pgettext_lazy("verdict", "go on")
    CHANGE = "change", pgettext_lazy("verdict", "change")
    STOP = "stop", pgettext_lazy("verdict", "stop")


class ReviewDecision(OwnedModel):
    """決定: binding once the review is closed (`decided_on`). What it asks for is a task of the initiative, or, where
    there is no open one, an errand of the person that is reported on here.
    """

    item = models.OneToOneField(
        AgendaItem, models.CASCADE, related_name="decision", verbose_name=_("item of the agenda")
    )
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=1000)
    what = models.CharField(_("what is to be done"), max_length=LONGEST_WHAT, blank=True)
    person = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="review_decisions",
        verbose_name=_("who does it"),
    )
    # As the minutes name the person: an errand may be handed over afterwards.
    given_to = models.CharField(max_length=200, blank=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    initiative = models.ForeignKey(
        Initiative, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name=_("initiative")
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    task = models.OneToOneField(
        Task, models.SET_NULL, null=True, blank=True, editable=False, related_name="review_decision"
    )
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, blank=True, related_name="review_decisions", verbose_name=_("revision")
    )
    begun_on = models.DateField(_("begun on"), null=True, blank=True)
    # Of what is no task: how far a task is, it says itself (`queries.reviews.decisions.with_state`).
    carried_out_on = models.DateField(_("carried out on"), null=True, blank=True)
    report = models.CharField(_("what has been done"), max_length=300, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-decided_on", "pk"]
        verbose_name = _("decision of a review")
        verbose_name_plural = _("decisions of reviews")
        indexes = [models.Index(fields=["municipality", "person", "carried_out_on"])]

    def __str__(self) -> str:
        return self.what or self.item.title
