from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

CODE_WEIGHTS = (6, 5, 4, 3, 2)
CODE_LENGTH = 6


def check_digit(five_digits: str) -> int:
    """Sixth digit of 全国地方公共団体コード (総務省: weights 6,5,4,3,2, modulus 11)."""
    total = sum(weight * int(digit) for weight, digit in zip(CODE_WEIGHTS, five_digits, strict=True))
    return (11 - total % 11) % 10


def validate_town_code(code: str) -> None:
    if len(code) != CODE_LENGTH or not code.isascii() or not code.isdigit():
        raise ValidationError(_("Write the municipality code with six digits."))
    if check_digit(code[:5]) != int(code[5]):
        raise ValidationError(
            _("The last digit of the municipality code %(code)s does not fit. Please check for a typing error."),
            params={"code": code},
        )


class TownKind(models.TextChoices):
    PREFECTURE = "prefecture", _("prefecture")
    DESIGNATED_CITY = "designated_city", _("designated city")
    CORE_CITY = "core_city", _("core city")
    SPECIAL_WARD = "special_ward", _("special ward")
    CITY = "city", _("city")
    TOWN = "town", _("town")
    VILLAGE = "village", _("village")


class Municipality(models.Model):
    """A 地方公共団体. Everything a town owns points here; several share one installation."""

    slug = models.SlugField(_("address"), unique=True, max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9-]*$")])
    code = models.CharField(_("municipality code"), max_length=6, unique=True, validators=[validate_town_code])
    name = models.CharField(_("name"), max_length=60)
    kana = models.CharField(_("reading"), max_length=120, blank=True)
    kind = models.CharField(_("class"), max_length=20, choices=TownKind.choices, default=TownKind.CITY)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_on = models.DateField(_("population as of"), null=True, blank=True)
    host = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="hosted", verbose_name=_("hosting prefecture")
    )
    is_demo = models.BooleanField(_("demonstration"), default=False, editable=False)
    is_public = models.BooleanField(_("public page is open"), default=False)
    about = models.TextField(_("words to the residents"), blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def __str__(self) -> str:
        return self.name
