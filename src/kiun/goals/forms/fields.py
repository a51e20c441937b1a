"""Fields that take figures, days and fiscal years as officers write them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _

from kiun.goals.wording import say_day
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear, fiscal_year_of, parse_date, parse_fiscal_year
from kiun.kernel.tabular import Quantity, parse_quantity
from kiun.ui.widgets import DateInput, LongSelect

SCALES = {"千": Decimal(1000), "万": Decimal(10_000), "百万": Decimal(1_000_000), "億": Decimal(100_000_000)}
SIGNS = str.maketrans({"％": "%"})


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
        return bool(self.prepare_value(initial) != data)


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


if TYPE_CHECKING:
    AnyChoiceField = forms.ModelChoiceField[Any]
    AnyChoiceIterator = ModelChoiceIterator[Any]
else:
    AnyChoiceField, AnyChoiceIterator = forms.ModelChoiceField, ModelChoiceIterator


class TreeIterator(AnyChoiceIterator):
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        field = cast("TreeChoiceField", self.field)
        if field.empty_label is not None:
            yield "", field.empty_label
        for row in in_tree_order(field.queryset):
            yield field.prepare_value(row), field.label_from_instance(row)


class TreeChoiceField(AnyChoiceField):
    """A tree as a list: parents first, siblings by their order, deeper rows further in."""

    iterator = TreeIterator
    widget = LongSelect

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * obj.depth}{obj}"


def in_tree_order(queryset: QuerySet[Any] | None) -> list[Any]:
    rows = list(queryset if queryset is not None else [])
    place = {row.pk: (row.order, row.pk) for row in rows}
    return sorted(rows, key=lambda row: [place.get(int(part), (0, int(part))) for part in row.path.split("/") if part])


class PostChoiceField(AnyChoiceField):
    """A person by name, department and title."""

    def label_from_instance(self, obj: Any) -> str:
        place = " ".join(filter(None, [obj.department.name if obj.department else "", obj.title]))
        return f"{obj.user.name}（{place}）" if place else obj.user.name
