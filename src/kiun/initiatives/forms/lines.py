"""Several lines of the same kind in one form: filled in where there is something to say, emptied to take one away."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.forms.formsets import DEFAULT_MAX_NUM
from django.http import QueryDict
from django.utils.translation import gettext as _

from kiun.ui.fields import QuantityField

EMPTY_LINES = 2
MOST_LINES = 100


class LineForm(forms.Form):
    """The controls stand in a table, whose head says what they are."""

    def name_controls(self, line: int) -> None:
        for field in self.fields.values():
            kind = "k-check" if isinstance(field, forms.BooleanField) else "k-control k-control--cell"
            side = " num" if isinstance(field, QuantityField) else ""
            field.widget.attrs.update(
                {
                    "class": kind + side,
                    "aria-label": _("%(field)s, line %(line)s") % {"field": field.label, "line": line},
                }
            )


class LineFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_num, self.absolute_max = MOST_LINES, DEFAULT_MAX_NUM

    def initial_form_count(self) -> int:
        """None of what was sent is there already: a line that was emptied is simply no line any more."""
        return 0 if self.is_bound else super().initial_form_count()

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.name_controls((index or 0) + 1)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What the valid lines say."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data]


def line_form_set(form: type[LineForm], extra: int = EMPTY_LINES) -> Any:
    return forms.formset_factory(form, formset=LineFormSet, extra=extra)


def typed_lines(data: QueryDict, prefix: str, form: type[LineForm]) -> list[dict[str, Any]]:
    """What was typed so far, unread, for a form that only grows."""
    count = min(int(data.get(f"{prefix}-TOTAL_FORMS") or 0), MOST_LINES)
    names = cast("Sequence[str]", list(form.base_fields))
    rows = [{name: data.get(f"{prefix}-{number}-{name}", "") for name in names} for number in range(count)]
    return [row for row in rows if any(row.values())]
