from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.analysis.goal_text import MAX_CHARACTERS
from kiun.goals.forms.lint import ANSWER, GoalLint, lint_of
from kiun.goals.models import Challenge, Goal, Policy
from kiun.kernel.keys import key_in
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, PostChoiceField, TreeChoiceField
from kiun.municipality.models import Department
from kiun.municipality.queries import current_departments, offered_posts
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput


class GoalForm(VersionedForm, forms.ModelForm[Goal]):
    text = forms.CharField(
        label=_("What, how much, by when"),
        help_text=_("The words of the plan are fine. Only what is missing will be asked for."),
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    policy = TreeChoiceField(label=_("Policy"), queryset=None, required=False, empty_label=_("none yet"))
    challenge = AnyChoiceField(
        label=_("Why: the challenge it answers"), queryset=None, required=False, empty_label=_("none yet")
    )
    department = TreeChoiceField(
        label=_("Department in charge"), queryset=None, required=False, empty_label=_("not decided yet")
    )
    owner = PostChoiceField(label=_("Owner"), queryset=None, required=False, empty_label=_("not decided yet"))
    reason = forms.CharField(
        label=_("Reason for the change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It will stand in the history, for whoever asks later."),
    )

    class Meta:
        model = Goal
        fields = ["text", "policy", "challenge", "department", "owner", "code", "is_public"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = actor.on
        goal = self.instance
        fields: Any = self.fields
        fields["policy"].queryset = Policy.objects.filter(plan=goal.plan_id)
        fields["challenge"].queryset = Challenge.objects.filter(plan=goal.plan_id)
        fields["department"].queryset = current_departments()
        fields["owner"].queryset = offered_posts(actor, chosen_department(self), goal.owner_id)
        if goal.pk:
            self.remember_version(goal)
        else:
            del fields["reason"]

    @cached_property
    def lint(self) -> GoalLint:
        """An answer that was typed counts when the goal is saved, too."""
        step = ANSWER if self.data.get("answer") else ""
        return lint_of(self.data if self.is_bound else {"text": self["text"].value() or ""}, self.today, step=step)

    def clean_text(self) -> str:
        question = self.lint.question
        if question and question.error:
            raise ValidationError(question.error)
        return self.lint.saved_text.strip()


def chosen_department(form: Any) -> Department | None:
    """The department that stands in the form now, saved or not: its people are offered."""
    raw = form["department"].value()
    key = raw.pk if isinstance(raw, Department) else raw
    return Department.objects.filter(pk=key_in(key) or 0).first()


class EndForm(forms.Form):
    on = DayField(label=_("Ends on"), required=True, widget=DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
