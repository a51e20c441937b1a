"""Changing one line of the list, or many lines at once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import Merge, VersionedForm
from kiun.initiatives.forms.days import PlanDayField
from kiun.initiatives.models import UNFINISHED, Task, TaskStatus
from kiun.initiatives.queries.blockers import waiting_blockers
from kiun.initiatives.services.progress import state_in_words
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import parse_quantity
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import PostChoiceField, PostField
from kiun.municipality.models import OwnedModel
from kiun.municipality.queries import may_own_on, offered_posts, visible_posts
from kiun.ui.links import town_url


class QuickTaskForm(VersionedForm, forms.ModelForm[Task]):
    """`was` is the state that the person saw: a report of somebody else in between is not overwritten."""

    responsible = PostChoiceField(label=_("Person responsible"), queryset=None, empty_label=None)
    starts_on = PlanDayField(label=_("Begins on"), required=True, help_text="")
    due_on = PlanDayField(label=_("Due on"), required=True, help_text="")
    state = forms.ChoiceField(label=_("State"), choices=TaskStatus.choices)
    reason = forms.CharField(label=_("Reason for the change"), required=False, max_length=1000)
    was = forms.CharField(widget=forms.HiddenInput, required=False)
    resolution = forms.CharField(
        label=_("If it ends: what has become of the obstacle"),
        required=False,
        max_length=300,
        help_text=_("Whoever was asked to decide is told."),
    )

    class Meta:
        model = Task
        fields = ["responsible", "starts_on", "due_on"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"quick-{kwargs['instance'].pk}-%s", **kwargs})
        task, fields = self.instance, dict[str, Any](self.fields)
        fields["responsible"].queryset = offered_posts(actor, task.department, task.responsible_id)
        fields["state"].initial, fields["was"].initial = task.status, state_in_words(task)
        if not task.is_unfinished or not waiting_blockers(task):
            del self.fields["resolution"]
        self.remember_version(task)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        begins, due = cleaned.get("starts_on"), cleaned.get("due_on")
        if begins and due and due < begins:
            self.add_error("due_on", _("The task is due before it begins."))
        if cleaned.get("resolution") and cleaned.get("state") in UNFINISHED:
            words = _("This is written down only when the task ends. Choose its end as the state, or clear the field.")
            self.add_error("resolution", words)
        return cleaned

    @property
    def new_state(self) -> str | None:
        """None unless the person has chosen another one than was shown."""
        state, was = self.cleaned_data["state"], self.cleaned_data["was"]
        return None if was.startswith(f"{state}:") else state

    def merge(self, row: OwnedModel) -> Merge:
        merged = super().merge(row)
        assert isinstance(row, Task)
        if self.new_state is None:
            merged.data["state"] = row.status
        merged.data["was"] = state_in_words(row)
        return merged


class BulkForm(forms.Form):
    responsible = PostField(label=_("New person responsible"), required=False, help_text=_("By name or staff number."))
    days = forms.CharField(
        label=_("Move the dates by (days)"),
        required=False,
        max_length=10,
        help_text=_("7 is a week later, -7 a week sooner."),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000, help_text=_("Needed when due dates are put off.")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["responsible"]
        field.posts = visible_posts(actor).filter(may_own_on(actor.on))
        field.widget.attrs.update(
            {
                "list": "post-choices",
                "autocomplete": "off",
                "hx-get": town_url(actor.municipality, "initiatives:person_choices"),
                "hx-trigger": "input changed delay:200ms, focus once",
                "hx-target": "#post-choices",
            }
        )

    def clean_days(self) -> int:
        text = self.cleaned_data["days"].strip()
        try:
            days = parse_quantity(text).value if text else 0
        except DomainError as error:
            raise ValidationError(error.message) from error
        if days is None or days != int(days):
            raise ValidationError(_("Write the days as a whole number, such as 7 or -7."))
        return int(days)
