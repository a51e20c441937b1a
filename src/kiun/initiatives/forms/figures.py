"""Amounts of money, numbers of people and months as officers write them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models.resources import LARGEST_AMOUNT, LARGEST_FTE
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import fiscal_year_of, parse_period
from kiun.kernel.tabular import EMPTY, Quantity
from kiun.ui.dates import long_month
from kiun.ui.fields import QuantityField
from kiun.ui.figures import figure, yen

YEN = {"", "円"}
PEOPLE = {"", "人", "名", "人役", "FTE", "fte"}
# A budget knows no smaller sum: whoever writes 120 means 120 thousand.
SMALLEST_AMOUNT = 1000
PLACES = Decimal("0.01")


def amount_in(quantity: Quantity) -> int | None:
    if quantity.marker == EMPTY:
        return None
    value = quantity.value
    if value is None or quantity.unit not in YEN or value != value.to_integral_value():
        raise ValidationError(_("Write an amount of money, such as 1,200千円, 120万円 or 1,200,000."))
    if value and abs(value) < SMALLEST_AMOUNT:
        raise ValidationError(
            _("%(amount)s yen is too small for a budget. If thousands are meant, write %(amount)s千円."),
            params={"amount": figure(value)},
        )
    if abs(value) > LARGEST_AMOUNT:
        raise ValidationError(_("This amount is too large. Please check the unit (千円, 万円, 百万円)."))
    return int(value)


class AmountField(QuantityField):
    """1,200千円, 120万円, ▲３百万円: whole yen."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("For example 1,200千円, 120万円 or 1,200,000. A minus is written ▲ or −.")
        super().__init__(**{"help_text": help_text, **kwargs})

    def clean(self, value: Any) -> Any:
        return amount_in(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return yen(value) if isinstance(value, int) else value


def people_in(quantity: Quantity) -> Decimal | None:
    if quantity.marker == EMPTY:
        return None
    value = quantity.value
    if value is None or quantity.unit not in PEOPLE or value != value.quantize(PLACES):
        raise ValidationError(_("Write how many full-time people, such as 1.5 (half of one person's time is 0.5)."))
    if not 0 <= value <= LARGEST_FTE:
        raise ValidationError(_("Write a number of people from 0 to 9,999."))
    return value


class PeopleField(QuantityField):
    """1.5, ２人: full-time people."""

    def clean(self, value: Any) -> Any:
        return people_in(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return figure(value) if isinstance(value, Decimal) else value


def month_in(text: str) -> date | None:
    """The first day of the month that a text names, or in which its day lies; None if it names none."""
    try:
        period = parse_period(text, context=fiscal_year_of(date.today()))  # noqa: DTZ011 - only the century matters
    except DomainError:
        return None
    return period.start.replace(day=1) if period.kind in {"month", "day"} else None


class MonthField(forms.CharField):
    """令和9年4月, R9.4, 2027-04: cleans to the first day of the month."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("For example 令和9年4月 or 2027-04.")
        super().__init__(**{"max_length": 20, "help_text": help_text, **kwargs})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        month = month_in(text)
        if month is None:
            raise ValidationError(_("“%(text)s” is no month. Write 令和9年4月 or 2027-04."), params={"text": text})
        return month

    def prepare_value(self, value: Any) -> Any:
        return long_month(value) if isinstance(value, date) else value
