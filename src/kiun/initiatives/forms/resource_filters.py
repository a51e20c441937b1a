"""Which part of the town somebody looks at: departments, skills, months and years out of the address of a page."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.forms.figures import month_in
from kiun.initiatives.models import Skill
from kiun.initiatives.queries.resource_departments import resource_departments
from kiun.initiatives.queries.strain import StrainFilter
from kiun.kernel.fiscal_year import fiscal_year_of
from kiun.kernel.keys import key_in
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, TreeChoiceField
from kiun.ui.widgets import LongSelect

# So far ahead and back a plan is drawn up.
YEARS_BACK, YEARS_AHEAD = 10, 15


def year_in(text: object, today: date) -> int:
    """The fiscal year that an address names, the present one if it names none that a plan may hold."""
    present = fiscal_year_of(today).year
    year = key_in(text) or present
    return year if present - YEARS_BACK <= year <= present + YEARS_AHEAD else present


def first_month_in(text: str, today: date) -> date:
    """The first day of the month that an address names, the present one if it names none."""
    month = month_in(text) if text else None
    present = today.replace(day=1)
    return month if month and abs(month.year - present.year) <= YEARS_AHEAD else present


class DepartmentFilterForm(forms.Form):
    department = TreeChoiceField(label=_("Department"), queryset=None, required=False, empty_label=_("all"))
    skill = AnyChoiceField(
        label=_("Skill"), queryset=None, required=False, empty_label=_("all together"), widget=LongSelect
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["department"].queryset = resource_departments(actor)
        fields["skill"].queryset = Skill.objects.all()

    def chosen(self) -> dict[str, Any]:
        """What could be understood of the form; a wrong key narrows nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


class StrainFilterForm(DepartmentFilterForm):
    short = forms.BooleanField(label=_("Only where people are short"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["skill"].empty_label = _("all")

    def wanted(self) -> StrainFilter:
        chosen = self.chosen()
        return StrainFilter(department=chosen["department"], skill=chosen["skill"], only_short=bool(chosen["short"]))
