"""調査: one time of asking, who may answer, and the groups in which answers are counted."""

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kiun.activity.models import Job
from kiun.municipality.models import Department, Membership, OwnedModel
from kiun.surveys.models.questionnaires import Questionnaire, said_in


class SurveyState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("survey", "being prepared")
    OPEN = "open", pgettext_lazy("survey", "open for answers")
    CLOSED = "closed", pgettext_lazy("survey", "closed")


class Audience(models.TextChoices):
    STAFF = "staff", pgettext_lazy("survey", "staff of the town hall")
    RESIDENTS = "residents", pgettext_lazy("survey", "residents")
    PARTNERS = "partners", pgettext_lazy("survey", "partner companies")


class Anonymity(models.TextChoices):
    ANONYMOUS = "anonymous", pgettext_lazy("survey", "anonymous")
    NAMED = "named", pgettext_lazy("survey", "with names")


class Survey(OwnedModel):
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="surveys", verbose_name=_("questionnaire")
    )
    title = models.CharField(_("title of the survey"), max_length=120)
    title_en = models.CharField(_("title of the survey in English"), max_length=120, blank=True)
    intro = models.TextField(_("words at the beginning"), max_length=2000, blank=True)
    intro_en = models.TextField(_("words at the beginning in English"), max_length=2000, blank=True)
    thanks = models.TextField(_("what happens with the answers"), max_length=2000, blank=True)
    thanks_en = models.TextField(_("what happens with the answers, in English"), max_length=2000, blank=True)
    audience = models.CharField(
        pgettext_lazy("survey", "who is asked"), max_length=10, choices=Audience.choices, default=Audience.STAFF
    )
    anonymity = models.CharField(_("names"), max_length=10, choices=Anonymity.choices, default=Anonymity.ANONYMOUS)
    # Answered by whoever has the address; otherwise by tickets only.
    has_open_link = models.BooleanField(_("everybody with the address may answer"), default=False)
    # Offers people to tie their answers to their own earlier ones of the same questionnaire.
    offers_pairing = models.BooleanField(_("ties answers of the same person over time"), default=False)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=pgettext_lazy("survey", "asked by"),
    )
    owner = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=pgettext_lazy("survey", "person in charge"),
    )
    state = models.CharField(_("state"), max_length=10, choices=SurveyState.choices, default=SurveyState.DRAFT)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day for answers"))
    # In the address for everybody; not to be guessed.
    code = models.CharField(max_length=16, unique=True, editable=False)
    # Counted up whenever sheets become readable: results are kept by it.
    revision = models.PositiveIntegerField(default=0, editable=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    class Meta(OwnedModel.Meta):
        ordering = ["-closes_on", "-pk"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")),
                name="survey_closes_after_it_opens",
                violation_error_message=_("The last day lies before the first."),
            )
        ]
        indexes = [models.Index(fields=["municipality", "state", "closes_on"])]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == SurveyState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == SurveyState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == SurveyState.CLOSED

    @property
    def is_anonymous(self) -> bool:
        return self.anonymity == Anonymity.ANONYMOUS

    @property
    def said_title(self) -> str:
        return said_in(get_language(), self.title, self.title_en)

    @property
    def said_intro(self) -> str:
        return said_in(get_language(), self.intro, self.intro_en)

    @property
    def said_thanks(self) -> str:
        return said_in(get_language(), self.thanks, self.thanks_en)


class RoleGroup(models.TextChoices):
    """As whom staff answer."""

    DX = "dx", pgettext_lazy("role group", "DX office")
    MANAGER = "manager", pgettext_lazy("role group", "management")
    STAFF = "staff", pgettext_lazy("role group", "staff")


class Grade(models.TextChoices):
    """職位, as coarse as titles of the town's staff let it be told."""

    DIRECTOR = "director", pgettext_lazy("grade", "directors")
    SECTION = "section", pgettext_lazy("grade", "section heads")
    CHIEF = "chief", pgettext_lazy("grade", "chiefs")
    STAFF = "staff", pgettext_lazy("grade", "other staff")


class Stratum(OwnedModel):
    """集計の組: at least five of those invited, who cannot be told apart by their sheets. `department` is the finest
    that is known of them (None: the whole town), `role_group` is empty where it is not known. `size` is 0 where so few
    have answered that all were joined to another group when the survey closed.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="strata")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    role_group = models.CharField(_("role group"), max_length=10, choices=RoleGroup.choices, blank=True)
    size = models.PositiveIntegerField(_("invited"))

    class Meta(OwnedModel.Meta):
        ordering = ["department__place", "role_group", "pk"]
        verbose_name = _("group of a survey")
        verbose_name_plural = _("groups of a survey")

    def __str__(self) -> str:
        return f"{self.department or ''} {self.get_role_group_display()}".strip()


class TicketKind(models.TextChoices):
    PERSON = "person", pgettext_lazy("ticket", "for a person")
    CARD = "card", pgettext_lazy("ticket", "on paper")
    OPEN = "open", pgettext_lazy("ticket", "by the address for everybody")


class Ticket(OwnedModel):
    """回答券: the right to answer once. Nothing ties it to what was answered, and nothing says when."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="tickets")
    kind = models.CharField(max_length=10, choices=TicketKind.choices, default=TicketKind.PERSON)
    # Of the secret in its link; staff who sign in need none.
    digest = models.CharField(max_length=64, blank=True)
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invited")
    )
    stratum = models.ForeignKey(Stratum, models.PROTECT, null=True, blank=True, related_name="+")
    # Empty where fewer than five of those invited share it.
    grade = models.CharField(max_length=10, choices=Grade.choices, blank=True)
    is_used = models.BooleanField(_("answered"), default=False)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "membership"],
                condition=models.Q(membership__isnull=False),
                name="one_ticket_for_a_person",
            ),
            models.UniqueConstraint(
                fields=["survey", "digest"], condition=~models.Q(digest=""), name="one_ticket_for_a_secret"
            ),
        ]
        indexes = [models.Index(fields=["digest"]), models.Index(fields=["survey", "is_used"])]

    def __str__(self) -> str:
        return f"{self.survey} {self.pk}"
