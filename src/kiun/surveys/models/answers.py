"""What was answered. Nothing here knows a person, a time or an address, but for `SheetName` in surveys with names."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.municipality.models import Department, Membership, OwnedModel
from kiun.surveys.models.surveys import Grade, Stratum, Survey


class Channel(models.TextChoices):
    WEB = "web", pgettext_lazy("channel", "on the page")
    CARD = "card", pgettext_lazy("channel", "with a card")
    PAPER = "paper", pgettext_lazy("channel", "on paper, entered by the office")


class UnmixedSheet(OwnedModel):
    """A sheet in the urn (`services.mixing`), which rewrites it as sheet, texts and tallies."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    payload = models.JSONField()

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("sheet in the urn")
        verbose_name_plural = _("sheets in the urn")

    def __str__(self) -> str:
        return str(self.pk)


class Sheet(OwnedModel):
    """回答票: what one person answered, by the key of each item; without texts. Its key is random, and so is the order
    in which sheets were written.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="sheets")
    stratum = models.ForeignKey(Stratum, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(_("way of answering"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    answers = models.JSONField(default=dict)
    # The same for the sheets of one person over the versions of a questionnaire, if that person wants it.
    pair = models.CharField(max_length=64, blank=True)
    # Of the batch that was mixed last, while the survey runs: it is shown to nobody yet, so that what is shown then and
    # after closing never differs by a few people only.
    is_fresh = models.BooleanField(default=False, editable=False)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("sheet")
        verbose_name_plural = _("sheets")
        indexes = [
            models.Index(fields=["survey", "stratum"]),
            models.Index(fields=["survey"], condition=models.Q(is_fresh=True), name="fresh_sheets"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SheetName(OwnedModel):
    """Whose sheet it is: only in surveys with names."""

    sheet = models.OneToOneField(Sheet, models.CASCADE, related_name="name")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("answered by"))

    class Meta(OwnedModel.Meta):
        ordering = ["membership__department__place", "pk"]
        verbose_name = _("name on a sheet")
        verbose_name_plural = _("names on sheets")

    def __str__(self) -> str:
        return str(self.membership)


class Review(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("free text", "to be looked at")
    SHOWN = "shown", pgettext_lazy("free text", "shown")
    WITHHELD = "withheld", pgettext_lazy("free text", "withheld")


class FreeText(OwnedModel):
    """自由記述, apart from the sheet: at a department of which at least ten were invited (None: the whole town).
    `shown` is what others read, without names, telephone numbers and addresses.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="texts")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    item = models.CharField(max_length=40)
    text = models.TextField()
    shown = models.TextField(blank=True)
    review = models.CharField(_("state"), max_length=10, choices=Review.choices, default=Review.WAITING)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("free text")
        verbose_name_plural = _("free texts")
        indexes = [models.Index(fields=["survey", "item"])]

    def __str__(self) -> str:
        return self.shown or self.text


class Tally(OwnedModel):
    """How often each answer was given by those of one grade, as {item: {answer: count}}; the sheets themselves do not
    know grades.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="tallies")
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices)
    sheets = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("count by grade")
        verbose_name_plural = _("counts by grade")
        constraints = [models.UniqueConstraint(fields=["survey", "grade"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.survey} {self.get_grade_display()}"


class Draft(OwnedModel):
    """Answers begun: sealed with a key that stands in the browser of the person and nowhere else; its id is the digest
    of that key.
    """

    id = models.CharField(primary_key=True, max_length=64, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    sealed = models.BinaryField()

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("answers begun")
        verbose_name_plural = _("answers begun")

    def __str__(self) -> str:
        return self.pk
