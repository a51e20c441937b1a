from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from kiun.municipality.actors import Actor
from kiun.municipality.department_holders import DepartmentHolder, department_holders
from kiun.municipality.forms.fields import DepartmentField, DepartmentsField, tree_choices
from kiun.municipality.models import Department
from kiun.municipality.queries import coming_first_of_april
from kiun.municipality.services import Part
from kiun.ui.widgets import DateInput

FEWEST_PARTS = 2


class TreeForm(forms.Form):
    on = forms.DateField(label=_("Day to show"), widget=DateInput, required=False)


class ReformForm(forms.Form):
    """Every reform has a day and a reason; the day proposed is the next 1 April."""

    on = forms.DateField(
        label=_("On which day"),
        widget=DateInput,
        help_text=_("Today or earlier: it happens at once. Later: it is carried out on that day."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = coming_first_of_april(actor.on)
        self.order_fields([name for name in self.fields if name not in {"on", "reason"}])
        offering = [field for field in self.fields.values() if isinstance(field, DepartmentField | DepartmentsField)]
        choices = tree_choices(actor) if offering else []
        for field in offering:
            field.offer(actor, choices)


class AddDepartmentForm(ReformForm):
    name = forms.CharField(label=_("Name of the department"), max_length=80)
    code = forms.CharField(label=_("Department code"), max_length=20, required=False)
    parent = DepartmentField(label=_("Department above"), required=False, empty_label=_("top level"))
    order = forms.IntegerField(label=_("Place in the order"), min_value=0, initial=0, required=False)

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0


class RenameForm(ReformForm):
    name = forms.CharField(label=_("New name"), max_length=80)
    code = forms.CharField(label=_("Department code"), max_length=20, required=False)


class MoveForm(ReformForm):
    parent = DepartmentField(label=_("Belongs to from then on"), required=False, empty_label=_("top level"))


class CloseForm(ReformForm):
    successor = DepartmentField(
        label=_("Who takes over its people, goals and indicators"), required=False, empty_label=_("nobody: it is empty")
    )


class MergeForm(ReformForm):
    sources = DepartmentsField(label=_("Departments that merge"))
    into = DepartmentField(label=_("They become"), required=False, empty_label=_("a new department"))
    name = forms.CharField(label=_("Name of the new department"), max_length=80, required=False)
    code = forms.CharField(label=_("Department code"), max_length=20, required=False)
    parent = DepartmentField(label=_("The new one belongs to"), required=False, empty_label=_("top level"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("into") and not data.get("name"):
            self.add_error("name", _("Write the name of the new department, or choose one that goes on."))
        return data


class SplitForm(ReformForm):
    goes_on = forms.BooleanField(
        label=_("The first of them is the present department, going on"), required=False, initial=True
    )
    names = forms.CharField(
        label=_("Names of the departments, one in each line"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A code may follow after a comma: 保険年金課,31"),
    )

    def __init__(self, *args: Any, department: Department, parts: list[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["names"].initial = department.name
        self.holdings = [(holder, list(holder.held_by([department.pk]))) for holder in department_holders]
        choices = [(str(number), part.name) for number, part in enumerate(parts)]
        for holder, rows in self.holdings if len(parts) >= FEWEST_PARTS else ():
            for row in rows:
                self.fields[_name(holder, row)] = forms.ChoiceField(
                    label=str(row), choices=choices, required=False, initial="0"
                )

    @property
    def asks_where(self) -> bool:
        return any(_name(holder, row) in self.fields for holder, rows in self.holdings for row in rows)

    def groups(self) -> list[tuple[DepartmentHolder, list[BoundField]]]:
        return [
            (holder, [self[_name(holder, row)] for row in rows if _name(holder, row) in self.fields])
            for holder, rows in self.holdings
            if rows
        ]

    def clean_names(self) -> list[Part]:
        parts = read_parts(self.cleaned_data["names"])
        if len(parts) < FEWEST_PARTS:
            raise ValidationError(_("Write the names of two or more departments."))
        return parts

    def destinations(self) -> Mapping[str, Mapping[int, int]]:
        return {
            holder.id: {row.pk: int(self.cleaned_data.get(_name(holder, row)) or 0) for row in rows}
            for holder, rows in self.holdings
        }


def read_parts(text: str) -> list[Part]:
    lines = [line.replace("，", ",").split(",") for line in text.splitlines() if line.strip()]
    return [Part(words[0].strip(), words[1].strip() if len(words) > 1 else "") for words in lines]


def _name(holder: DepartmentHolder, row: Any) -> str:
    return f"{holder.id}-{row.pk}"
