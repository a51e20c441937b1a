"""Figures in the unit of an indicator."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kiun.kernel.tabular import Quantity

SCALES = {"千": Decimal(1000), "万": Decimal(10_000), "百万": Decimal(1_000_000), "億": Decimal(100_000_000)}
SIGNS = str.maketrans({"％": "%"})


def value_in(quantity: Quantity, unit: str) -> Decimal | None:
    """The value in the indicator's unit: with 万件, both "120" and "120万件" mean 120. Raises for another unit."""
    if quantity.value is None or not quantity.unit:
        return quantity.value
    wanted, given = unit.translate(SIGNS), quantity.unit.translate(SIGNS)
    if given == wanted:
        return quantity.value
    for sign, scale in SCALES.items():
        if wanted == f"{sign}{given}":
            return quantity.value / scale
    raise ValidationError(
        _("The unit is %(wanted)s, not %(given)s. Write the value in %(wanted)s.")
        % {"wanted": unit or _("none"), "given": quantity.unit}
    )
