from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.forms.versioned import VersionedForm
from kiun.initiatives.models import Audience, Inquiry, RequestState, Rhythm, Round, Target
from kiun.initiatives.queries.inquiries import CollationFilter, Offices
from kiun.initiatives.queries.inquiries.collation import LATE, MISSING
from kiun.kernel.keys import key_in
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import DepartmentField, PostChoiceField
from kiun.municipality.models import Department
from kiun.municipality.queries import offered_posts
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput

EVERY = pgettext_lazy("filter", "all")
DEFAULT_DAYS = 14


class RoundForm(VersionedForm):
    """The inquiry with the day of its round; that day changes here only in a draft."""

    title = forms.CharField(label=_("Title of the inquiry"), max_length=120)
    purpose = forms.CharField(
        label=pgettext_lazy("inquiry", "What it is for"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why you ask, and what the departments get back. It stands on the page and in the workbook."),
    )
    due_on = DayField(label=_("To be answered by"), required=True, widget=DateInput)
    rhythm = forms.ChoiceField(
        label=_("How often"), choices=Rhythm.choices, initial=Rhythm.ONCE, widget=forms.RadioSelect
    )
    next_on = DayField(
        label=_("The next round goes out on"),
        widget=DateInput,
        help_text=_("Only for an inquiry that repeats. It is sent by itself, with the last values."),
    )
    days_to_answer = forms.IntegerField(
        label=_("Days to answer in the following rounds"), min_value=1, max_value=180, initial=DEFAULT_DAYS
    )
    owner = PostChoiceField(label=_("Person in charge"), queryset=None)

    def __init__(self, *args: Any, actor: Actor, round_: Round | None = None, **kwargs: Any) -> None:
        if round_:
            inquiry = {name: getattr(round_.inquiry, name) for name in FACTS}
            kwargs["initial"] = {**inquiry, "owner": round_.inquiry.owner_id, "due_on": round_.due_on}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if round_ is None:
            del fields["owner"]
            return
        fields["owner"].queryset = offered_posts(actor, round_.inquiry.department, round_.inquiry.owner_id)
        if not round_.is_draft:
            del fields["due_on"]
        self.remember_version(round_)

    def facts(self) -> dict[str, Any]:
        """The fields of the inquiry."""
        return {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}

    def inquiry(self) -> Inquiry:
        return Inquiry(**self.facts())


FACTS = ("title", "purpose", "rhythm", "next_on", "days_to_answer", "owner")


class AudienceForm(forms.Form):
    audience = forms.ChoiceField(label=_("Who is asked"), choices=Audience.choices, widget=forms.RadioSelect)
    divisions = forms.ModelMultipleChoiceField(
        label=_("Divisions"), queryset=Department.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    departments = forms.ModelMultipleChoiceField(
        label=_("Departments"), queryset=Department.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, round_: Round, **kwargs: Any) -> None:
        chosen = list(Target.objects.filter(round=round_).values_list("department_id", flat=True))
        initial = {"audience": round_.audience, "divisions": chosen, "departments": chosen}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.offices = Offices(actor.on)
        fields: Any = self.fields
        fields["divisions"].queryset = Department.objects.filter(pk__in=[row.pk for row in self.offices.divisions])
        fields["divisions"].choices = [(row.pk, row.name) for row in self.offices.divisions]
        fields["departments"].queryset = Department.objects.filter(pk__in=[row.pk for row in self.offices.rows])
        fields["departments"].choices = [(row.pk, f"{'　' * row.depth}{row.name}") for row in self.offices.rows]

    def chosen(self) -> list[Department]:
        name = {Audience.DIVISIONS: "divisions", Audience.PICKED: "departments"}.get(self.cleaned_data["audience"])
        return list(self.cleaned_data[name]) if name else []


class UntilForm(forms.Form):
    until = DayField(label=_("To be answered by"), required=True, widget=DateInput)


class AddDepartmentForm(forms.Form):
    department = DepartmentField(label=_("Department"), empty_label=_("choose a department"))
    due_on = DayField(label=_("To be answered by"), required=True, widget=DateInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["department"].offer(actor)


class CollationFilterForm(forms.Form):
    q = forms.CharField(label=_("Name of the department"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    division = forms.ChoiceField(label=_("Division"), required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, divisions: list[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        states = [state for state in RequestState.choices if state[0] != RequestState.WITHDRAWN]
        fields["state"].choices = [
            ("", EVERY),
            (MISSING, pgettext_lazy("request", "not answered")),
            (LATE, pgettext_lazy("request", "overdue")),
            *states,
        ]
        fields["division"].choices = [("", EVERY), *((row.pk, row.name) for row in divisions)]


def filter_in(data: Any) -> CollationFilter:
    """An impossible choice in the address narrows nothing."""
    return CollationFilter(
        words=data.get("q", ""),
        state=data.get("state", "") if data.get("state") in KNOWN_STATES else "",
        division=key_in(data.get("division")),
        sort=data.get("sort", ""),
    )


KNOWN_STATES = {MISSING, LATE, *RequestState.values}
