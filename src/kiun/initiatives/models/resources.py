from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models.initiatives import Initiative
from kiun.municipality.models import Department, Membership, OwnedModel

LARGEST_FTE = Decimal(9999)
LARGEST_AMOUNT = 10**14  # yen


class Fund(models.TextChoices):
    """財源."""

    GENERAL = "general", pgettext_lazy("fund", "general revenue")
    GRANT = "grant", pgettext_lazy("fund", "grant")
    BOND = "bond", pgettext_lazy("fund", "municipal bond")
    OTHER = "other", pgettext_lazy("fund", "other")


class Skill(OwnedModel):
    name = models.CharField(_("skill"), max_length=60)

    class Meta(OwnedModel.Meta):
        ordering = ["name", "pk"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="skill_named_once")]

    def __str__(self) -> str:
        return self.name


class Capacity(OwnedModel):
    """How many full-time people a department can give to the plan from a month on, in all (no skill) or of one skill.
    It holds until the next row of the same department and skill.
    """

    department = models.ForeignKey(Department, models.CASCADE, related_name="capacities", verbose_name=_("department"))
    skill = models.ForeignKey(
        Skill, models.CASCADE, null=True, blank=True, related_name="capacities", verbose_name=_("skill")
    )
    # The first day of a month.
    month = models.DateField(_("from the month"))
    fte = models.DecimalField(
        _("people (full-time)"),
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(LARGEST_FTE)],
    )
    # 人事異動 known ahead of time, a new hire, a leave: why it changes.
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["department_id", "skill_id", "month"]
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")
        constraints = [
            models.UniqueConstraint(fields=["department", "skill", "month"], name="capacity_of_a_skill_once_a_month"),
            models.UniqueConstraint(
                fields=["department", "month"], condition=models.Q(skill__isnull=True), name="capacity_once_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.month:%Y-%m}"


class Absence(OwnedModel):
    """A person who is away, in whole or in part: leave, secondment, disaster relief."""

    post = models.ForeignKey(Membership, models.CASCADE, related_name="absences", verbose_name=_("person"))
    skill = models.ForeignKey(
        Skill, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("skill that is missing")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    percent = models.PositiveSmallIntegerField(
        _("share of working time (%)"), default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["starts_on", "pk"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The absence ends before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.starts_on}"


class Stage(models.TextChoices):
    INITIAL = "initial", pgettext_lazy("budget", "initial")
    SUPPLEMENTARY = "supplementary", pgettext_lazy("budget", "supplementary")


class Budget(OwnedModel):
    """What the plan may spend in a fiscal year out of one 財源: 当初, and each 補正 as a row of its own (±)."""

    year = models.PositiveSmallIntegerField(_("fiscal year"))
    fund = models.CharField(_("fund"), max_length=10, choices=Fund.choices)
    stage = models.CharField(_("budget"), max_length=14, choices=Stage.choices, default=Stage.INITIAL)
    # 第2号: which supplementary budget.
    number = models.PositiveSmallIntegerField(_("number of the supplementary budget"), null=True, blank=True)
    amount = models.BigIntegerField(
        _("amount (yen)"), validators=[MinValueValidator(-LARGEST_AMOUNT), MaxValueValidator(LARGEST_AMOUNT)]
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["year", "fund", "stage", "number", "pk"]
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "year", "fund"],
                condition=models.Q(stage="initial"),
                name="initial_budget_once",
                violation_error_message=_("This budget is entered already. Change the existing line."),
            ),
            models.UniqueConstraint(
                fields=["municipality", "year", "fund", "number"],
                condition=models.Q(stage="supplementary"),
                name="supplementary_budget_once",
                violation_error_message=_("This budget is entered already. Change the existing line."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_fund_display()} {self.get_stage_display()}"


class CarryOver(OwnedModel):
    """繰越明許: money of a year that may be spent in the next one."""

    year = models.PositiveSmallIntegerField(_("fiscal year it comes from"))
    fund = models.CharField(_("fund"), max_length=10, choices=Fund.choices)
    initiative = models.ForeignKey(
        Initiative, models.CASCADE, null=True, blank=True, related_name="carry_overs", verbose_name=_("initiative")
    )
    amount = models.BigIntegerField(
        _("amount (yen)"), validators=[MinValueValidator(1), MaxValueValidator(LARGEST_AMOUNT)]
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["year", "fund", "pk"]
        verbose_name = _("budget carried over")
        verbose_name_plural = _("budgets carried over")

    def __str__(self) -> str:
        return f"{self.year} → {self.year + 1}"


class Commitment(OwnedModel):
    """債務負担行為: what the council has agreed to pay for an initiative in a later year."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="commitments", verbose_name=_("initiative"))
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    fund = models.CharField(_("fund"), max_length=10, choices=Fund.choices, default=Fund.GENERAL)
    limit = models.BigIntegerField(
        _("limit (yen)"), validators=[MinValueValidator(1), MaxValueValidator(LARGEST_AMOUNT)]
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["year", "fund", "pk"]
        verbose_name = _("commitment for later years")
        verbose_name_plural = _("commitments for later years")
        constraints = [models.UniqueConstraint(fields=["initiative", "year", "fund"], name="commitment_once")]

    def __str__(self) -> str:
        return f"{self.initiative} {self.year}"


class ModeKind(models.TextChoices):
    IN_HOUSE = "in_house", pgettext_lazy("mode", "in-house")
    CONTRACT = "contract", pgettext_lazy("mode", "contracted")
    SERVICE = "service", pgettext_lazy("mode", "software as a service")
    REDUCED = "reduced", pgettext_lazy("mode", "reduced scope")


class Mode(OwnedModel):
    """One way to carry an initiative out; exactly one is chosen as soon as there is one."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="modes", verbose_name=_("initiative"))
    kind = models.CharField(_("way"), max_length=10, choices=ModeKind.choices, default=ModeKind.IN_HOUSE)
    is_chosen = models.BooleanField(_("chosen"), default=False)
    quarters = models.PositiveSmallIntegerField(
        _("takes (quarters)"), default=4, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    # How much of what the initiative is for is reached this way.
    effect = models.PositiveSmallIntegerField(
        _("effect (%)"), default=100, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["pk"]
        verbose_name = _("way of carrying out")
        verbose_name_plural = _("ways of carrying out")
        constraints = [
            models.UniqueConstraint(fields=["initiative", "kind"], name="mode_once"),
            models.UniqueConstraint(fields=["initiative"], condition=models.Q(is_chosen=True), name="one_chosen_mode"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class PeopleNeed(OwnedModel):
    """So many full-time people of a department, from one quarter of the work on (the first is 1)."""

    mode = models.ForeignKey(Mode, models.CASCADE, related_name="people_needs", verbose_name=_("way of carrying out"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skill"))
    first_quarter = models.PositiveSmallIntegerField(
        _("from its quarter"), default=1, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    quarters = models.PositiveSmallIntegerField(
        _("for quarters"), default=4, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    fte = models.DecimalField(
        _("people (full-time)"),
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(LARGEST_FTE)],
    )

    class Meta(OwnedModel.Meta):
        ordering = ["first_quarter", "pk"]
        verbose_name = _("need of people")
        verbose_name_plural = _("needs of people")

    def __str__(self) -> str:
        return f"{self.department} {self.fte}"

    @property
    def last_quarter(self) -> int:
        return self.first_quarter + self.quarters - 1


class MoneyNeed(OwnedModel):
    """What is paid in a year of the work (the first is 1), which may be a cost that returns every year after it."""

    mode = models.ForeignKey(Mode, models.CASCADE, related_name="money_needs", verbose_name=_("way of carrying out"))
    fund = models.CharField(_("fund"), max_length=10, choices=Fund.choices, default=Fund.GENERAL)
    work_year = models.PositiveSmallIntegerField(
        _("in its year"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    amount = models.BigIntegerField(
        _("amount (yen)"), validators=[MinValueValidator(1), MaxValueValidator(LARGEST_AMOUNT)]
    )
    returns_yearly = models.BooleanField(_("and every year after"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["work_year", "pk"]
        verbose_name = _("need of money")
        verbose_name_plural = _("needs of money")

    def __str__(self) -> str:
        return f"{self.get_fund_display()} {self.amount}"


class TechnologyKind(models.TextChoices):
    SYSTEM = "system", pgettext_lazy("technology", "system")
    ACCOUNTS = "accounts", pgettext_lazy("technology", "accounts")
    DEVICES = "devices", pgettext_lazy("technology", "devices")
    NETWORK = "network", pgettext_lazy("technology", "network")


class Zone(models.TextChoices):
    """三層の分離: where in the town hall's network it stands."""

    NUMBER = "number", pgettext_lazy("zone", "My Number zone")
    LGWAN = "lgwan", pgettext_lazy("zone", "LGWAN zone")
    INTERNET = "internet", pgettext_lazy("zone", "internet zone")
    OUTSIDE = "outside", pgettext_lazy("zone", "outside the town hall")


class TechnologyNeed(OwnedModel):
    mode = models.ForeignKey(
        Mode, models.CASCADE, related_name="technology_needs", verbose_name=_("way of carrying out")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TechnologyKind.choices, default=TechnologyKind.SYSTEM)
    name = models.CharField(_("name"), max_length=120)
    quantity = models.PositiveIntegerField(
        _("how many"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    zone = models.CharField(_("network zone"), max_length=10, choices=Zone.choices, default=Zone.LGWAN)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(OwnedModel.Meta):
        ordering = ["kind", "pk"]
        verbose_name = _("need of technology")
        verbose_name_plural = _("needs of technology")

    def __str__(self) -> str:
        return self.name
