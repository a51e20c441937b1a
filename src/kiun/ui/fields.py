"""Fields that take files, figures, days and fiscal years as officers give them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of, parse_date, parse_fiscal_year
from kiun.kernel.tabular import Quantity, parse_quantity
from kiun.ui.dates import say_day
from kiun.ui.widgets import DateInput


class FileField(forms.FileField):
    """A file is chosen and not written."""

    default_error_messages = {"required": _("Choose a file.")}


class QuantityField(forms.CharField):
    """1,240件, ４６．２％, ▲5: a number with an optional unit; cleans to a Quantity."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, "required": False, **kwargs})
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> Quantity:
        text = super().clean(value)
        try:
            return parse_quantity(text)
        except DomainError as error:
            raise ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        return format(value.normalize(), "f") if isinstance(value, Decimal) else value


class DayField(forms.CharField):
    """令和10年度末, R11.3.31, 2029-03-31; a span means its last day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, "required": False, **kwargs})

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text, context=fiscal_year_of(date.today()))  # noqa: DTZ011 - only the century matters
        except DomainError as error:
            raise ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, date):
            return value
        return value.isoformat() if isinstance(self.widget, DateInput) else say_day(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((self.prepare_value(initial) or "") != (data or ""))


class FiscalYearField(forms.CharField):
    """令和8年度, R8, 2026: cleans to the western year."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 20, **kwargs})

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        try:
            return parse_fiscal_year(text).year if text else None
        except DomainError as error:
            raise ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        return FiscalYear(value).label if isinstance(value, int) else value
