"""照会: a round asks departments the same questions; each answers on its own sheet, by web or by workbook."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.models import Job
from kiun.goals.models import Indicator
from kiun.municipality.models import Department, Membership, OwnedModel


class Rhythm(models.TextChoices):
    ONCE = "once", pgettext_lazy("inquiry", "only once")
    QUARTERLY = "quarterly", pgettext_lazy("inquiry", "every quarter")
    YEARLY = "yearly", pgettext_lazy("inquiry", "every year")


class Inquiry(OwnedModel):
    """What somebody wants to know from the departments, once or again and again."""

    title = models.CharField(_("title of the inquiry"), max_length=120)
    purpose = models.TextField(_("what it is for"), max_length=2000, blank=True)
    # Whose inquiry it is: its people see all answers. None: that of the DX office alone.
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="inquiries", verbose_name=_("asked by")
    )
    owner = models.ForeignKey(Membership, models.PROTECT, related_name="inquiries", verbose_name=_("person in charge"))
    rhythm = models.CharField(_("repeats"), max_length=10, choices=Rhythm.choices, default=Rhythm.ONCE)
    # The day on which the next round goes out by itself.
    next_on = models.DateField(_("next round on"), null=True, blank=True)
    days_to_answer = models.PositiveSmallIntegerField(_("days to answer"), default=14)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        indexes = [models.Index(fields=["municipality", "next_on"])]

    def __str__(self) -> str:
        return self.title


class RoundState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("round", "being prepared")
    OPENING = "opening", pgettext_lazy("round", "being sent out")
    OPEN = "open", pgettext_lazy("round", "waiting for answers")
    CLOSED = "closed", pgettext_lazy("round", "closed")


class Audience(models.TextChoices):
    ALL = "all", pgettext_lazy("audience", "all departments")
    DIVISIONS = "divisions", pgettext_lazy("audience", "all departments of chosen divisions")
    PICKED = "picked", pgettext_lazy("audience", "chosen departments")


def archive_path(row: "Round", _filename: str) -> str:
    return f"{row.municipality_id}/inquiries/{row.pk}-{row.version}.zip"


class Round(OwnedModel):
    """One time of asking: its questions, the departments that are asked, and the day by which they answer."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="rounds", verbose_name=_("inquiry"))
    number = models.PositiveSmallIntegerField(_("number"), default=1, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=RoundState.choices, default=RoundState.DRAFT)
    audience = models.CharField(_("who is asked"), max_length=10, choices=Audience.choices, default=Audience.ALL)
    due_on = models.DateField(_("to be answered by"))
    # By a person: when the round goes out by itself, it keeps this day.
    is_due_chosen = models.BooleanField(default=False, editable=False)
    opened_on = models.DateField(_("sent out on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    # Counted up with every correction after sending: a workbook says which of them it was made from.
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    # All workbooks in one file, for those who send them by other ways.
    archive = models.FileField(upload_to=archive_path, blank=True, editable=False)
    archive_job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("round of an inquiry")
        verbose_name_plural = _("rounds of inquiries")
        constraints = [models.UniqueConstraint(fields=["inquiry", "number"], name="round_number_once")]
        indexes = [models.Index(fields=["municipality", "state"])]

    def __str__(self) -> str:
        if self.number == 1:
            return self.inquiry.title
        return str(_("%(title)s (round %(number)s)") % {"title": self.inquiry.title, "number": self.number})

    @property
    def is_draft(self) -> bool:
        return self.state == RoundState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == RoundState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == RoundState.CLOSED

    def parts(self) -> list[OwnedModel]:
        return [self, self.inquiry]


class Target(OwnedModel):
    """A division or a department that a round was chosen for; who is asked in the end is decided when it goes out."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="targets")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("addressee of a round")
        verbose_name_plural = _("addressees of a round")
        constraints = [models.UniqueConstraint(fields=["round", "department"], name="target_once")]

    def __str__(self) -> str:
        return str(self.department)


class QuestionKind(models.TextChoices):
    NUMBER = "number", pgettext_lazy("question", "number")
    MONEY = "money", pgettext_lazy("question", "amount in yen")
    DAY = "day", pgettext_lazy("question", "date")
    FISCAL_YEAR = "fiscal_year", pgettext_lazy("question", "fiscal year")
    SHORT_TEXT = "short_text", pgettext_lazy("question", "short text")
    LONG_TEXT = "long_text", pgettext_lazy("question", "long text")
    CHOICE = "choice", pgettext_lazy("question", "one of several answers")
    YES_NO = "yes_no", pgettext_lazy("question", "yes or no")
    INDICATOR = "indicator", pgettext_lazy("question", "value of an indicator")


YEN = "円"
# Units of which a sum over departments says nothing: shares, differences, marks, degrees, ranks; and so much for each
# of something, unless that is a time.
NOT_ADDED = re.compile(r"(%|％|‰|ポイント)$|^(割|点|倍|℃|度|歳|位|pt)$|[/／](?!年|月|週|日|時)|[当あ]たり")
NUMERIC = (QuestionKind.NUMBER, QuestionKind.MONEY, QuestionKind.INDICATOR)


class Question(OwnedModel):
    """One row of the sheet. That of an indicator is asked only of the department in charge of it."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="questions", verbose_name=_("round of an inquiry"))
    order = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)
    kind = models.CharField(_("kind of answer"), max_length=12, choices=QuestionKind.choices)
    text = models.CharField(_("question"), max_length=200)
    note = models.TextField(_("explanation"), max_length=1000, blank=True)
    example = models.CharField(_("example of an answer"), max_length=500, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    least = models.DecimalField(_("smallest value"), max_digits=20, decimal_places=4, null=True, blank=True)
    most = models.DecimalField(_("largest value"), max_digits=20, decimal_places=4, null=True, blank=True)
    choices = models.JSONField(_("answers to choose from"), default=list, blank=True)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    is_optional = models.BooleanField(_("may stay empty"), default=False)
    # The same question in the round before: there stands the last value.
    earlier = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, editable=False, related_name="later")

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("question of an inquiry")
        verbose_name_plural = _("questions of an inquiry")

    def __str__(self) -> str:
        return self.text

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def is_text(self) -> bool:
        return self.kind in (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT)

    @property
    def shown_unit(self) -> str:
        return YEN if self.kind == QuestionKind.MONEY else self.unit

    @property
    def adds_up(self) -> bool:
        return self.is_numeric and not NOT_ADDED.search(self.shown_unit)

    @property
    def sort_key(self) -> str:
        """What the address says when a collation is sorted by this question."""
        return f"q{self.pk}"


class RequestState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("request", "not begun")
    WRITING = "writing", pgettext_lazy("request", "being written")
    SUBMITTED = "submitted", pgettext_lazy("request", "waiting for approval")
    RETURNED = "returned", pgettext_lazy("request", "returned")
    ANSWERED = "answered", pgettext_lazy("request", "answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "not asked any more")


class Route(models.TextChoices):
    WEB = "web", pgettext_lazy("route", "on the page")
    WORKBOOK = "workbook", pgettext_lazy("route", "by workbook")


WRITABLE = (RequestState.ASKED, RequestState.WRITING, RequestState.RETURNED)
UNANSWERED = (*WRITABLE, RequestState.SUBMITTED)


class Request(OwnedModel):
    """回答依頼: what one department is asked in a round, and how far its answer is."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="requests", verbose_name=_("round of an inquiry"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="requests", verbose_name=_("department"))
    contact = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name=_("contact")
    )
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("to be answered by"))
    route = models.CharField(_("last filled in"), max_length=10, choices=Route.choices, blank=True)
    submitted_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    approved_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    # Why it was returned, or is not asked any more.
    words = models.TextField(_("words"), max_length=1000, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(OwnedModel.Meta):
        ordering = ["department__place", "department_id"]
        verbose_name = _("request to a department")
        verbose_name_plural = _("requests to departments")
        constraints = [models.UniqueConstraint(fields=["round", "department"], name="request_once")]
        indexes = [models.Index(fields=["municipality", "state", "due_on"])]

    def __str__(self) -> str:
        return f"{self.round} {self.department}"

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def is_answered(self) -> bool:
        return self.state == RequestState.ANSWERED


class Answer(OwnedModel):
    """What a department says to one question. `is_none` is 該当なし; a 年度 stands in `number`."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    number = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    text = models.TextField(blank=True)
    day = models.DateField(null=True, blank=True)
    is_none = models.BooleanField(_("not applicable"), default=False)
    note = models.CharField(_("remarks"), max_length=500, blank=True)
    # What is unusual about the value, as it was asked when it was written, and why it is right all the same.
    doubt = models.TextField(_("what is unusual"), blank=True)
    reason = models.CharField(_("why the value is right"), max_length=500, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["question__order", "pk"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.UniqueConstraint(fields=["request", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.request}: {self.question}"


class AnswerFile(OwnedModel):
    """A filled-in workbook between upload and taking over. Only what was read from it is kept."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="files")
    name = models.CharField(_("file name"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    version = models.PositiveSmallIntegerField(editable=False)
    # Question → what stands in its row, as `inquiry_answers.Given` writes it.
    given = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("filled-in workbook")
        verbose_name_plural = _("filled-in workbooks")

    def __str__(self) -> str:
        return self.name


class ExtensionState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("extension", "waiting for a decision")
    GRANTED = "granted", pgettext_lazy("extension", "granted")
    REFUSED = "refused", pgettext_lazy("extension", "refused")


class Extension(OwnedModel):
    """A department asks for more time; whoever asks the questions grants or refuses it."""

    request = models.ForeignKey(
        Request, models.CASCADE, related_name="extensions", verbose_name=_("request to a department")
    )
    until = models.DateField(_("new day"))
    reason = models.TextField(_("reason"), max_length=1000)
    state = models.CharField(_("state"), max_length=10, choices=ExtensionState.choices, default=ExtensionState.ASKED)
    words = models.TextField(_("words"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    asked_on = models.DateField(_("asked on"))
    decided_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_on = models.DateField(_("day of the decision"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("request for more time")
        verbose_name_plural = _("requests for more time")
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=models.Q(state="asked"), name="one_open_extension")
        ]

    def __str__(self) -> str:
        return f"{self.request} → {self.until}"
