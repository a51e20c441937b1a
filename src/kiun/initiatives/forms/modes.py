"""A way of carrying an initiative out with what it needs: people, money, technology."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.forms.versioned import VersionedForm
from kiun.initiatives.forms.figures import AmountField, PeopleField
from kiun.initiatives.forms.lines import LineForm, line_form_set, typed_lines
from kiun.initiatives.models import (
    Fund,
    InitiativeStatus,
    Mode,
    MoneyNeed,
    PeopleNeed,
    Skill,
    TechnologyKind,
    TechnologyNeed,
    Zone,
)
from kiun.initiatives.services.modes import Needs
from kiun.municipality.forms.fields import AnyChoiceField, TreeChoiceField
from kiun.municipality.queries import current_departments
from kiun.ui.widgets import LongSelect

MOST_QUARTERS, MOST_YEARS, MOST_THINGS = 40, 10, 1_000_000
REASON_HELP = _("The initiative is approved: this becomes an entry in the ledger of changes of the plan.")


class ModeForm(VersionedForm, forms.ModelForm[Mode]):
    quarters = forms.IntegerField(
        label=_("Takes (quarters)"), min_value=1, max_value=MOST_QUARTERS, help_text=_("4 quarters are a year.")
    )
    effect = forms.IntegerField(
        label=_("Effect (%)"),
        min_value=1,
        max_value=200,
        help_text=_("How much of what the initiative is for is reached this way. 100 is all of it."),
    )
    note = forms.CharField(label=_("Remarks"), required=False, max_length=300)
    reason = forms.CharField(label=_("Reason for the change"), max_length=1000, help_text=REASON_HELP)

    class Meta:
        model = Mode
        fields = ["kind", "quarters", "effect", "note"]
        labels = {"kind": _("Way of carrying out")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.remember_version(self.instance)
        if not self.is_revision:
            del self.fields["reason"]

    @property
    def is_revision(self) -> bool:
        """The first way is the chosen one."""
        initiative = self.instance.initiative
        is_chosen = self.instance.is_chosen or not (self.instance.pk or initiative.modes.exists())
        return is_chosen and initiative.status == InitiativeStatus.APPROVED


class PeopleLineForm(LineForm):
    department = TreeChoiceField(label=_("Department"), queryset=None)
    skill = AnyChoiceField(label=_("Skill"), queryset=None, required=False, empty_label=_("any"), widget=LongSelect)
    first_quarter = forms.IntegerField(label=_("From quarter"), min_value=1, max_value=MOST_QUARTERS)
    quarters = forms.IntegerField(label=_("Quarters"), min_value=1, max_value=MOST_QUARTERS)
    fte = PeopleField(label=_("People (full-time)"), required=True)

    def __init__(self, *args: Any, choices: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["department"].queryset, fields["skill"].queryset = current_departments(), Skill.objects.all()
        for name, offered in choices.items():
            fields[name].choices = offered


class MoneyLineForm(LineForm):
    fund = forms.ChoiceField(label=_("Fund"), choices=[("", ""), *Fund.choices])
    work_year = forms.IntegerField(label=_("In year"), min_value=1, max_value=MOST_YEARS)
    amount = AmountField(label=_("Amount"), required=True)
    returns_yearly = forms.BooleanField(label=_("Every year from then on"), required=False)
    note = forms.CharField(label=_("Remarks"), required=False, max_length=200)


class TechnologyLineForm(LineForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", ""), *TechnologyKind.choices])
    name = forms.CharField(label=pgettext_lazy("technology", "Name"), max_length=120)
    quantity = forms.IntegerField(label=_("How many"), required=False, min_value=1, max_value=MOST_THINGS)
    zone = forms.ChoiceField(label=_("Network zone"), choices=[("", ""), *Zone.choices])
    note = forms.CharField(label=_("Remarks"), required=False, max_length=200)


MORE_LINES = 5
PEOPLE, MONEY, TECHNOLOGY = "people", "money", "technology"
LINES: dict[str, type[LineForm]] = {PEOPLE: PeopleLineForm, MONEY: MoneyLineForm, TECHNOLOGY: TechnologyLineForm}


class NeedForms:
    """The three tables of a way, which are sent together. `grow` names the one that gets further lines."""

    def __init__(self, mode: Mode, data: QueryDict | None = None) -> None:
        self.mode = mode
        self.grow = data.get("more", "") if data is not None else ""
        self.tables = {name: self._table(name, form, data) for name, form in LINES.items()}

    def _table(self, name: str, form: type[LineForm], data: QueryDict | None) -> Any:
        kwargs: dict[str, Any] = {"prefix": name}
        if name == PEOPLE:
            kwargs["form_kwargs"] = {"choices": self._choices}
        if data is None:
            return line_form_set(form)(initial=self._stored(name), **kwargs)
        if self.grow:
            extra = MORE_LINES if self.grow == name else 1
            return line_form_set(form, extra)(initial=typed_lines(data, name, form), **kwargs)
        return line_form_set(form)(data, **kwargs)

    @cached_property
    def _choices(self) -> Mapping[str, Any]:
        """Read once for all lines."""
        departments = [(row.pk, f"{'　' * row.depth}{row}") for row in current_departments().order_by("place")]
        skills = [(row.pk, row.name) for row in Skill.objects.all()]
        return {"department": [("", ""), *departments], "skill": [("", ""), *skills]}

    def _stored(self, name: str) -> list[dict[str, Any]]:
        if not self.mode.pk:
            return []
        rows: Any = {
            PEOPLE: self.mode.people_needs,
            MONEY: self.mode.money_needs,
            TECHNOLOGY: self.mode.technology_needs,
        }[name]
        names = LINES[name].base_fields
        return [{field: row.serializable_value(field) for field in names} for row in rows.all()]

    def is_valid(self) -> bool:
        # All of them are read, so that every mistake is said at once.
        wrong = [table for table in self.tables.values() if not table.is_valid()]
        return not wrong

    @property
    def has_errors(self) -> bool:
        return any(table.is_bound and table.total_error_count() for table in self.tables.values())

    def needs(self) -> Needs:
        return Needs(
            people=[PeopleNeed(**line) for line in self.tables[PEOPLE].lines],
            money=[MoneyNeed(**line) for line in self.tables[MONEY].lines],
            technology=[TechnologyNeed(**line) for line in self.tables[TECHNOLOGY].lines],
        )


class ChoiceReasonForm(forms.Form):
    """Why another way is taken; of an approved initiative it is a revision of the plan."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, is_revision: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_revision
        if is_revision:
            self.fields["reason"].help_text = REASON_HELP
