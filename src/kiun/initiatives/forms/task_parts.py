"""What is written about a task besides its plan: steps, comments, obstacles, files."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.forms.days import PlanDayField
from kiun.initiatives.models import UNFINISHED, Task, TaskStatus
from kiun.initiatives.queries.mentions import people_around
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import PostChoiceField
from kiun.municipality.models import Membership, Role
from kiun.municipality.queries import may_own_on
from kiun.ui.fields import FileField
from kiun.ui.widgets import LongSelect

DECIDING_ROLES = (Role.EXECUTIVE, Role.ADMIN, Role.HEAD)


class StepForm(forms.Form):
    text = forms.CharField(label=_("Step"), max_length=200)


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Comment"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("“@” and a name asks somebody: @白井さん."),
    )
    to = forms.MultipleChoiceField(label=_("Whom to ask or tell"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, actor: Actor, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people_around(actor, task)
        fields: Any = self.fields
        fields["to"].choices = [(post.pk, post.user.name) for post in self.people]

    @property
    def chosen(self) -> list[Membership]:
        wanted = set(self.cleaned_data["to"])
        return [post for post in self.people if str(post.pk) in wanted]


class DeciderField(PostChoiceField):
    widget = LongSelect


class BlockerForm(forms.Form):
    text = forms.CharField(
        label=_("What stands in the way"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What cannot go on, and what there is to choose from."),
    )
    decider = DeciderField(label=_("Who must decide"), queryset=None, empty_label=_("choose a person"))
    needed_by = PlanDayField(label=_("By when"))

    def __init__(self, *args: Any, actor: Actor, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deciding = Q(role__in=DECIDING_ROLES) | Q(pk=task.initiative.owner_id)
        posts = Membership.objects.filter(may_own_on(actor.on), deciding).select_related("user", "department")
        fields: Any = self.fields
        fields["decider"].queryset = posts
        fields["decider"].initial = _nearest_head(posts, task)


def _nearest_head(posts: Any, task: Task) -> Membership | None:
    """The head of the initiative's department, or of the nearest one above."""
    above = posts.filter(role=Role.HEAD, department__in=task.initiative.department.ancestor_ids)
    found: Membership | None = above.order_by("-department__path").first()
    return found


class DecisionForm(forms.Form):
    resolution = forms.CharField(
        label=_("Decision"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence that those who wait can act on."),
    )

    def ask_how_it_went_away(self) -> None:
        field = self.fields["resolution"]
        field.label, field.help_text = _("How it went away"), ""


class EndingForm(forms.Form):
    """A task ends while a decision is waited for. What was pressed comes along."""

    resolution = forms.CharField(
        label=_("What has become of it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever was asked to decide is told."),
    )
    status = forms.ChoiceField(
        choices=[(status.value, status.label) for status in TaskStatus if status not in UNFINISHED],
        widget=forms.HiddenInput,
    )
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class TaskFileForm(forms.Form):
    file = FileField(label=_("File"))


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
