"""Who is there: the wide table of capacities, single rows, absences and skills."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.initiatives.forms.figures import MonthField, PeopleField, people_in
from kiun.initiatives.models import Absence, Capacity, Skill
from kiun.initiatives.queries.capacities import MonthCapacity
from kiun.initiatives.queries.resource_departments import managed_departments
from kiun.initiatives.services.capacity import CapacityEntry
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import parse_quantity
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, PostField, TreeChoiceField
from kiun.municipality.models import Department, Membership
from kiun.municipality.queries.people import may_own_on
from kiun.ui.fields import DayField
from kiun.ui.figures import figure
from kiun.ui.widgets import DateInput, LongSelect

LONGEST_CELL = 20


@dataclass
class CapacityCell:
    """`typed` is what the field holds, `held` what counts while it is empty."""

    department: Department
    month: date
    held: Decimal | None
    typed: str
    may_edit: bool
    error: str = ""
    fte: Decimal | None = None

    @property
    def name(self) -> str:
        return cell_name(self.department.pk, self.month)

    @property
    def hint(self) -> str:
        return "" if self.held is None else figure(self.held)


def cell_name(department: int, month: date) -> str:
    return f"c-{department}-{month:%Y%m}"


@dataclass(frozen=True)
class CapacityLine:
    department: Department
    cells: list[CapacityCell]


class CapacityTable:
    """Departments by months, all or nothing. It remembers in one field what it was filled in from."""

    def __init__(
        self,
        departments: Sequence[Department],
        skill: Skill | None,
        months: Mapping[int, Sequence[MonthCapacity]],
        managed: Collection[int],
        data: QueryDict | None = None,
    ) -> None:
        self.skill = skill
        self.data = data
        self.stored = {
            cell_name(department.pk, month.month): month.entered
            for department in departments
            for month in months[department.pk]
        }
        self.lines = [
            CapacityLine(
                department,
                [self._cell(department, month, may_edit=department.pk in managed) for month in months[department.pk]],
            )
            for department in departments
        ]

    def _cell(self, department: Department, month: MonthCapacity, *, may_edit: bool) -> CapacityCell:
        typed = "" if month.entered is None else figure(month.entered)
        if self.data is not None and may_edit:
            typed = self.data.get(cell_name(department.pk, month.month), "").strip()[:LONGEST_CELL]
        return CapacityCell(department=department, month=month.month, held=month.held, typed=typed, may_edit=may_edit)

    @property
    def may_edit(self) -> bool:
        return any(cell.may_edit for line in self.lines for cell in line.cells)

    @property
    def seen(self) -> str:
        """What stands in the table now, by the names of its fields."""
        return json.dumps({name: str(fte) for name, fte in self.stored.items() if fte is not None})

    def _was(self) -> Mapping[str, Decimal]:
        """What stood there for the person; a field that somebody has written by hand remembers nothing."""
        try:
            found = json.loads(self.data.get("seen", "{}") if self.data is not None else "{}")
            return {str(name): Decimal(fte) for name, fte in found.items()}
        except (ValueError, InvalidOperation, AttributeError, TypeError):
            return {}

    @property
    def has_errors(self) -> bool:
        return any(cell.error for line in self.lines for cell in line.cells)

    def entries(self) -> list[CapacityEntry]:
        """The cells that the person has changed; none while one cannot be read."""
        was = self._was()
        cells = [cell for line in self.lines for cell in line.cells if cell.may_edit]
        for cell in cells:
            self._read(cell)
        if self.has_errors:
            return []
        return [
            CapacityEntry(
                department=cell.department,
                skill=self.skill,
                month=cell.month,
                fte=cell.fte,
                was=was.get(cell.name),
            )
            for cell in cells
            if cell.fte != was.get(cell.name)
        ]

    def _read(self, cell: CapacityCell) -> None:
        try:
            cell.fte = people_in(parse_quantity(cell.typed))
        except DomainError as error:
            cell.error = error.message
        except ValidationError as error:
            cell.error = " ".join(error.messages)

    def mark_contested(self, places: Collection[tuple[int, str]]) -> None:
        """Somebody else has changed these: their value stands beside what was typed, which is kept."""
        names = {cell_name(department, date.fromisoformat(month)) for department, month in places}
        for line in self.lines:
            for cell in line.cells:
                if cell.name in names:
                    stored = self.stored[cell.name]
                    words = {"value": _("empty") if stored is None else figure(stored)}
                    cell.error = str(_("Now: %(value)s") % words)


class CapacityForm(VersionedForm, forms.ModelForm[Capacity]):
    department = TreeChoiceField(label=_("Department"), queryset=None)
    skill = AnyChoiceField(
        label=_("Skill"), queryset=None, required=False, empty_label=_("all together"), widget=LongSelect
    )
    month = MonthField(label=_("From the month"))
    fte = PeopleField(label=_("People (full-time)"), required=True)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For example: 4月の人事異動で1人減、5月に1人採用."),
    )

    class Meta:
        model = Capacity
        fields = ["department", "skill", "month", "fte", "reason"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["department"].queryset, fields["skill"].queryset = managed_departments(actor), Skill.objects.all()
        if self.instance.pk:
            self.remember_version(self.instance)


class AbsenceForm(VersionedForm, forms.ModelForm[Absence]):
    post = PostField(label=_("Person"), help_text=_("Type a part of the name, or the staff number."))
    starts_on = DayField(label=_("From"), required=True, widget=DateInput)
    ends_on = DayField(label=_("Until"), required=True, widget=DateInput)
    percent = forms.IntegerField(label=_("Share of the working time (%)"), min_value=1, max_value=100, initial=100)
    skill = AnyChoiceField(
        label=_("Skill that is missing"),
        queryset=None,
        required=False,
        empty_label=_("none in particular"),
        widget=LongSelect,
    )
    note = forms.CharField(
        label=_("Remarks"),
        max_length=200,
        required=False,
        help_text=_("Seen by those who plan with this person. Leave out what is private."),
    )

    class Meta:
        model = Absence
        fields = ["post", "starts_on", "ends_on", "percent", "skill", "note"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["skill"].queryset = Skill.objects.all()
        if self.instance.pk:
            # Somebody else's absence is another one.
            del fields["post"]
            self.remember_version(self.instance)
        else:
            posts = Membership.objects.filter(may_own_on(actor.on), department__in=managed_departments(actor))
            fields["post"].offer(actor, posts.select_related("user", "department"))


class SkillForm(VersionedForm, forms.ModelForm[Skill]):
    name = forms.CharField(
        label=_("Name of the skill"), max_length=60, help_text=_("For example 窓口業務, システム, 契約.")
    )

    class Meta:
        model = Skill
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.remember_version(self.instance)
