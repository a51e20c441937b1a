"""質問票: what is asked. A survey asks one version of it."""

from uuid import uuid4

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models import Department, Membership, OwnedModel

# 分からない: an answer like any other, and missing wherever something is calculated.
UNKNOWN = "?"


def said_in(language: str | None, japanese: str, english: str) -> str:
    """English where it is written and wanted, Japanese otherwise."""
    return english if english and (language or "").startswith("en") else japanese


class Questionnaire(OwnedModel):
    """One version. All versions of one questionnaire share a `family`: an item with the same key asks the same in each
    of them, so that answers stay comparable.
    """

    family = models.UUIDField(default=uuid4, editable=False)
    number = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    name = models.CharField(_("name of the questionnaire"), max_length=120)
    note = models.TextField(_("what it is for"), max_length=2000, blank=True)
    # Where its wording comes from, and whether it has been tested.
    origin = models.CharField(_("source of the wording"), max_length=300, blank=True)
    # None: that of the DX office.
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department in charge")
    )
    owner = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("survey", "person in charge"),
    )
    # From the first opening of a survey on nothing in it changes.
    is_locked = models.BooleanField(_("locked"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        ordering = ["-pk"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "family", "number"], name="questionnaire_version_once")
        ]

    def __str__(self) -> str:
        return self.name


class Section(OwnedModel):
    """Items that stand together on a page, with words before them."""

    TOLD = {"questionnaire": _("questionnaire")}

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)
    title = models.CharField(_("title of the section"), max_length=120, blank=True)
    title_en = models.CharField(_("title of the section in English"), max_length=120, blank=True)
    text = models.TextField(_("words before the questions"), max_length=2000, blank=True)
    text_en = models.TextField(_("words before the questions in English"), max_length=2000, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["order", "pk"]
        verbose_name = _("section of a questionnaire")
        verbose_name_plural = _("sections of a questionnaire")

    def __str__(self) -> str:
        return self.title

    @property
    def said_title(self) -> str:
        return said_in(get_language(), self.title, self.title_en)

    @property
    def said_text(self) -> str:
        return said_in(get_language(), self.text, self.text_en)


class ItemKind(models.TextChoices):
    SCALE = "scale", pgettext_lazy("item", "scale")
    SINGLE = "single", pgettext_lazy("item", "one of several answers")
    MULTIPLE = "multiple", pgettext_lazy("item", "several answers")
    RANKING = "ranking", pgettext_lazy("item", "order of importance")
    NUMBER = "number", pgettext_lazy("item", "number")
    DAY = "day", pgettext_lazy("item", "date")
    SHORT_TEXT = "short_text", pgettext_lazy("item", "short text")
    LONG_TEXT = "long_text", pgettext_lazy("item", "long text")
    MATRIX = "matrix", pgettext_lazy("item", "table of questions with the same answers")


WITH_CHOICES = (ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.RANKING, ItemKind.MATRIX)
TEXTS = (ItemKind.SHORT_TEXT, ItemKind.LONG_TEXT)


class Item(OwnedModel):
    """設問. `choices` and `rows` are lists of {"key", "text", "text_en"}; `settings` hold what only this kind has:

    - scale: "points" (5 or 7), "low", "high", "low_en", "high_en": what its ends mean
    - number: "least", "most" (as text, exact), "decimals", "unit"
    - multiple, ranking: "most": how many may be chosen
    - texts: "most": letters

    `only_if` asks the item of those only who chose one of {"choices"} in the earlier {"item"}; empty: of all.
    """

    # The record tells it as its form shows it (`item_facts`).
    TOLD = {
        "questionnaire": _("questionnaire"),
        "settings": _("settings of the answer"),
        "points": _("steps of the scale"),
        "low": _("meaning of the lowest step"),
        "high": _("meaning of the highest step"),
        "low_en": _("meaning of the lowest step in English"),
        "high_en": _("meaning of the highest step in English"),
        "choices_en": _("answers to choose from in English"),
        "rows_en": _("rows of the table in English"),
        "least": _("smallest value"),
        "most": _("largest value or number"),
        "decimals": _("digits after the point"),
        "unit": _("unit"),
    }

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="items")
    section = models.ForeignKey(Section, models.CASCADE, related_name="items", verbose_name=_("section"))
    order = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)
    # The same in all versions that ask the same.
    key = models.SlugField(_("short name"), max_length=40)
    kind = models.CharField(_("kind of answer"), max_length=12, choices=ItemKind.choices)
    text = models.CharField(pgettext_lazy("survey", "question"), max_length=300)
    text_en = models.CharField(_("question in English"), max_length=300, blank=True)
    help = models.CharField(_("explanation"), max_length=500, blank=True)
    help_en = models.CharField(_("explanation in English"), max_length=500, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    offers_unknown = models.BooleanField(_("offers “I do not know”"), default=True)
    settings = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(_("answers to choose from"), default=list, blank=True)
    rows = models.JSONField(_("rows of the table"), default=list, blank=True)
    only_if = models.JSONField(_("asked only if"), default=dict, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["section__order", "section_id", "order", "pk"]
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of a survey")
        constraints = [models.UniqueConstraint(fields=["questionnaire", "key"], name="item_key_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def said_text(self) -> str:
        return said_in(get_language(), self.text, self.text_en)

    @property
    def said_help(self) -> str:
        return said_in(get_language(), self.help, self.help_en)

    @property
    def is_text(self) -> bool:
        return self.kind in TEXTS

    @property
    def points(self) -> int:
        return int(self.settings.get("points", 5))

    @property
    def choice_keys(self) -> tuple[str, ...]:
        return tuple(choice["key"] for choice in self.choices)

    @property
    def row_keys(self) -> tuple[str, ...]:
        return tuple(row["key"] for row in self.rows)
