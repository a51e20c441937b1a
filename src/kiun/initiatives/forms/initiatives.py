from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.goals.forms.goals import chosen_department
from kiun.goals.models import Goal, PlanStatus, Policy
from kiun.goals.queries import visible_goals
from kiun.initiatives.models import Initiative, InitiativeStatus
from kiun.initiatives.queries.served_goals import say_goals
from kiun.initiatives.services.initiatives import GOALS
from kiun.kernel.keys import key_in
from kiun.kernel.trees import by_place
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, PostChoiceField, TreeChoiceField
from kiun.municipality.models import Department
from kiun.municipality.queries import current_departments, offered_posts
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput, LongSelect

LONGEST_GOAL = 60
ALTERNATIVES_ID = "alternatives"


def _label_of(goal: Goal) -> str:
    text = goal.text if len(goal.text) <= LONGEST_GOAL else f"{goal.text[: LONGEST_GOAL - 1]}…"
    return f"{goal.code} {text}" if goal.code else text


class GoalChoiceField(AnyChoiceField):
    widget = LongSelect

    def label_from_instance(self, obj: Goal) -> str:
        return _label_of(obj)


class GoalsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Goal) -> str:
        return _label_of(obj)


def offered_goals(actor: Actor, initiative: Initiative) -> QuerySet[Goal]:
    """Open goals of plans that have not ended, and those that it serves already."""
    is_open = Q(ended_on__isnull=True) & ~Q(plan__status=PlanStatus.CLOSED)
    served = Q(pk__in=initiative.served_goals.values("goal")) if initiative.pk else Q(pk__in=[])
    goals = visible_goals(actor).filter(is_open | served)
    return goals.order_by("-plan__first_year", "plan", by_place("policy"), "order", "pk")


class OwnerForm(forms.Form):
    """The people of the department that was just chosen."""

    owner = PostChoiceField(label=_("Owner"), queryset=None, empty_label=_("choose a person"))

    def __init__(self, chosen: Mapping[str, str], *, actor: Actor) -> None:
        super().__init__(initial={"owner": key_in(chosen.get("owner"))})
        department = current_departments().filter(pk=key_in(chosen.get("department")) or 0).first()
        fields: Any = self.fields
        fields["owner"].queryset = offered_posts(actor, department, key_in(chosen.get("owner")))


class InitiativeForm(VersionedForm, forms.ModelForm[Initiative]):
    name = forms.CharField(
        label=_("Name of the initiative"), max_length=120, help_text=_("For example 書かない窓口の導入.")
    )
    summary = forms.CharField(
        label=_("What is done, and for whom"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Two or three sentences that a colleague of another department understands."),
    )
    goal = GoalChoiceField(
        label=_("The goal it is for"),
        queryset=None,
        empty_label=_("choose a goal"),
        help_text=_("The one that it brings forward most. Its forecast is shown beside the work."),
    )
    goals = GoalsField(label=_("Further goals that it serves"), queryset=None, required=False)
    policy = TreeChoiceField(
        label=_("Policy"),
        queryset=None,
        required=False,
        empty_label=_("the policy of the goal"),
    )
    department = TreeChoiceField(label=_("Department in charge"), queryset=None, empty_label=_("choose a department"))
    owner = PostChoiceField(
        label=_("Owner"),
        queryset=None,
        empty_label=_("choose a person"),
        help_text=_("Answers for the whole; each task has a person of its own."),
    )
    starts_on = DayField(label=_("Begins on"), required=True, widget=DateInput)
    ends_on = DayField(label=_("Ends on"), required=True, widget=DateInput)
    legal_deadline = DayField(label=_("Deadline set by law"), widget=DateInput)
    reason = forms.CharField(
        label=_("Reason for the change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It will stand in the history, for whoever asks later."),
    )

    class Meta:
        model = Initiative
        fields = [
            "name", "summary", "policy", "department", "owner", "starts_on", "ends_on", "priority", "priority_reason",
            "legal_deadline", "legal_basis", "alternative_to", "is_public", "public_text", "code",
        ]  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        instance = kwargs["instance"]
        kwargs["initial"] = _goals_served(instance) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self._offer(actor, instance)
        self._explain()
        if instance.pk:
            self.remember_version(instance)
        if not self.is_revision:
            del self.fields["reason"]

    def _offer(self, actor: Actor, initiative: Initiative) -> None:
        fields: Any = self.fields
        goals = offered_goals(actor, initiative)
        fields["goal"].queryset = fields["goals"].queryset = goals
        fields["policy"].queryset = Policy.objects.filter(plan__in=goals.order_by().values("plan"))
        fields["department"].queryset = offered_departments(actor, initiative.department_id)
        fields["owner"].queryset = offered_posts(actor, chosen_department(self), initiative.owner_id)

    def _explain(self) -> None:
        fields: Any = self.fields
        fields["alternative_to"].widget.attrs["list"] = ALTERNATIVES_ID
        fields["alternative_to"].help_text = _(
            "Initiatives with the same words here are alternatives: at most one of them is carried out."
        )
        fields["priority_reason"].help_text = _("For example 法改正の施行日が決まっているため.")
        fields["legal_basis"].help_text = _("For example 地方公共団体情報システムの標準化に関する法律.")
        fields["public_text"].widget.attrs["rows"] = 3
        fields["public_text"].help_text = _("What residents gain from it. Once it is approved, they read it.")
        if "reason" in fields and self.is_revision:
            fields["reason"].required = True

    @property
    def is_revision(self) -> bool:
        """What was approved changes with a reason only."""
        return bool(self.instance.pk) and self.instance.needs_reason

    @property
    def chosen_goals(self) -> list[Goal]:
        """The main one first."""
        main = self.cleaned_data["goal"]
        return [main, *(goal for goal in self.cleaned_data["goals"] if goal != main)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The initiative ends before it begins."))
        if goal := cleaned.get("goal"):
            self.instance.plan = goal.plan
            cleaned["policy"] = cleaned.get("policy") or goal.policy
        return cleaned

    def _take_over(self, data: Any, name: str, before: Any, after: Any) -> bool:
        """The goals are recorded as one text, whatever fields they are chosen in."""
        if name != GOALS:
            return super()._take_over(data, name, before, after)
        mine = say_goals(self.chosen_goals)
        if mine == before:
            stored = _goals_served(self.instance)
            data["goal"] = str(stored["goal"])
            data.setlist("goals", [str(key) for key in stored["goals"]])
        return mine in (before, after)


def _goals_served(initiative: Initiative) -> dict[str, Any]:
    keys = list(initiative.served_goals.values_list("goal", flat=True)) if initiative.pk else []
    return {"goal": keys[0], "goals": keys[1:]} if keys else {}


def offered_departments(actor: Actor, *kept: int | None) -> QuerySet[Department]:
    """Whose work a person may enter: that of the own departments and of those below; all, for the DX office."""
    departments = current_departments()
    if actor.is_admin:
        return departments
    own = Q(pk__in=[key for key in kept if key])
    for post in actor.memberships:
        if post.department:
            own |= Q(path__startswith=post.department.path)
    return departments.filter(own)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It will stand in the history, for whoever asks later."),
    )


class EndForm(ReasonForm):
    status = forms.ChoiceField(
        label=_("How does it end?"),
        widget=forms.RadioSelect,
        choices=[
            (InitiativeStatus.DONE, _("It is completed: what was planned is there.")),
            (InitiativeStatus.STOPPED, _("It is stopped: its people and its money are free for something else.")),
        ],
    )
    on = DayField(label=_("Ends on"), required=True, widget=DateInput)
    field_order = ["status", "on", "reason"]

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if initiative.status == InitiativeStatus.PROPOSED:
            del self.fields["status"]

    def clean(self) -> dict[str, Any]:
        """A proposal can only be dropped."""
        cleaned: dict[str, Any] = super().clean() or {}
        status = InitiativeStatus(cleaned["status"]) if cleaned.get("status") else InitiativeStatus.STOPPED
        return cleaned if "status" in self.errors else {**cleaned, "status": status}
