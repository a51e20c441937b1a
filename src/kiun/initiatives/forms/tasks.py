from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.forms.versioned import Merge, VersionedForm
from kiun.initiatives.forms.days import PlanDayField
from kiun.initiatives.forms.rows import PostsField, PredecessorRow, PredecessorsField, rows_of
from kiun.initiatives.models import Phase, Skill, Task
from kiun.initiatives.queries import visible_tasks
from kiun.initiatives.services.task_links import say_link, unseen_links
from kiun.kernel.keys import key_in
from kiun.kernel.tabular import Quantity
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, PostChoiceField, TreeChoiceField
from kiun.municipality.models import Department, Membership, OwnedModel
from kiun.municipality.queries import current_departments, offered_posts
from kiun.municipality.queries.people import post_label
from kiun.ui.fields import QuantityField

LISTS = ("helpers", "before")
PERSON_DAYS = ("", "人日", "日", "person-days", "days")


class TaskForm(VersionedForm, forms.ModelForm[Task]):
    name = forms.CharField(label=_("Task"), max_length=120, help_text=_("A verb and a thing: 様式を整える."))
    note = forms.CharField(
        label=pgettext_lazy("task", "Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    department = TreeChoiceField(label=_("Department where it is done"), queryset=None, empty_label=None)
    responsible = PostChoiceField(
        label=_("Person responsible"),
        queryset=None,
        empty_label=_("choose a person"),
        help_text=_("One person who answers for it."),
    )
    helpers = PostsField(label=_("Helpers"), required=False, help_text=_("By name or staff number, one in each line."))
    estimate = QuantityField(
        label=_("Estimate"),
        required=True,
        help_text=_("How many working days of one person it takes, such as 0.5 or 3."),
    )
    starts_on = PlanDayField(label=_("Begins on"), required=True)
    due_on = PlanDayField(label=_("Due on"), required=True)
    before = PredecessorsField(
        label=_("What comes before it"),
        required=False,
        help_text=_("Tasks of this initiative are offered; others are found by typing."),
    )
    phase = AnyChoiceField(label=_("Phase"), queryset=None, required=False, empty_label=_("none"))
    skill = AnyChoiceField(label=_("Skill needed"), queryset=None, required=False, empty_label=_("none in particular"))
    reason = forms.CharField(
        label=_("Reason for the change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when the due date of an approved initiative's task is put off."),
    )

    class Meta:
        model = Task
        fields = [
            "name", "note", "department", "responsible", "estimate", "starts_on", "due_on", "phase", "skill",
            "priority",
        ]  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self._offer()
        if self.instance.pk:
            self._fill_lists()
            self.remember_version(self.instance)
        else:
            del self.fields["reason"]

    def _offer(self) -> None:
        task, fields = self.instance, dict[str, Any](self.fields)
        fields["department"].queryset = current_departments()
        fields["responsible"].queryset = offered_posts(self.actor, chosen_department(self), task.responsible_id)
        fields["phase"].queryset = Phase.objects.filter(initiative=task.initiative_id)
        fields["skill"].queryset = Skill.objects.all()
        kept = task.helpers.values_list("helper_id", flat=True) if task.pk else ()
        fields["helpers"].offer_colleagues(self.actor, kept)
        others = visible_tasks(self.actor).select_related("initiative").exclude(pk=task.pk)
        fields["before"].offer(others, task.initiative, self.actor.municipality)

    def _fill_lists(self) -> None:
        task = self.instance
        helpers = task.helpers.select_related("helper__user", "helper__department")
        self.initial.setdefault("helpers", [helper.helper for helper in helpers])
        self.initial.setdefault("before", self._stored_rows(task))

    def _stored_rows(self, task: Task) -> list[PredecessorRow]:
        """Of what this person may see; the rest stays when the task is saved."""
        links = task.links_before.filter(before__in=visible_tasks(self.actor)).select_related("before__initiative")
        return rows_of(links, task.initiative)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        begins, due = cleaned.get("starts_on"), cleaned.get("due_on")
        if begins and due and due < begins:
            self.add_error("due_on", _("The task is due before it begins."))
        return cleaned

    def clean_estimate(self) -> Decimal:
        quantity: Quantity = self.cleaned_data["estimate"]
        if quantity.value is None or quantity.unit not in PERSON_DAYS:
            raise ValidationError(_("Write the estimate in person-days, from 0.1 to 1,000."))
        return round(quantity.value, 1)

    def merge(self, row: OwnedModel) -> Merge:
        self._stored = row
        return super().merge(row)

    def _take_over(self, data: QueryDict, name: str, before: Any, after: Any) -> bool:
        """Helpers and predecessors are recorded in words; what only the other changed comes from the stored rows."""
        if name not in LISTS:
            return super()._take_over(data, name, before, after)
        mine = self._in_words(name)
        if mine == after:
            return True
        if mine != before:
            return False
        self._put_stored(data, name)
        return True

    def _in_words(self, name: str) -> str:
        chosen = self.cleaned_data[name]
        if name == "helpers":
            return "、".join(str(post) for post in chosen)
        unseen = unseen_links(self.actor, self.instance).select_related("before")
        kept = [say_link(link.before.name, link.kind, link.lag_days) for link in unseen]
        return "、".join([*kept, *(predecessor.words for predecessor in chosen)])

    def _put_stored(self, data: QueryDict, name: str) -> None:
        task = self._stored
        assert isinstance(task, Task)
        if name == "helpers":
            helpers = task.helpers.select_related("helper__user", "helper__department")
            data.setlist(name, [post_label(helper.helper) for helper in helpers])
            return
        rows = self._stored_rows(task)
        data.setlist(f"{name}_task", [row.task for row in rows])
        data.setlist(f"{name}_kind", [row.kind for row in rows])
        data.setlist(f"{name}_lag", [row.lag for row in rows])


class TaskPeopleForm(forms.Form):
    """What the form shows after another department was chosen."""

    responsible = PostChoiceField(
        label=_("Person responsible"),
        queryset=None,
        empty_label=_("choose a person"),
        help_text=_("One person who answers for it."),
    )

    def __init__(self, chosen: QueryDict, *, actor: Actor) -> None:
        kept = key_in(chosen.get("responsible"))
        super().__init__(initial={"responsible": kept})
        department = current_departments().filter(pk=key_in(chosen.get("department")) or 0).first()
        fields: Any = self.fields
        fields["responsible"].queryset = offered_posts(actor, department, kept)


def chosen_department(form: Any) -> Department | None:
    """The department that stands in the form now, saved or not: its people are offered."""
    raw = form["department"].value()
    key = raw.pk if isinstance(raw, Department) else raw
    return Department.objects.filter(pk=key_in(key) or 0).first()


def first_responsible(actor: Actor, task: Task) -> Membership | None:
    """Whoever plans it, or else the owner of the initiative: most people plan their own work."""
    own = [post for post in actor.own if post.may_own(actor.on) and post.department_id]
    owner = task.initiative.owner
    return next(iter(own), owner if owner.may_own(actor.on) else None)
