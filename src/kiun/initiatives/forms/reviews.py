"""Planning a review, its agenda, and what the departments say to it."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.initiatives.models import AgendaItem, Initiative, Review
from kiun.initiatives.queries.reviews.people import offered_deciders, offered_participants
from kiun.initiatives.queries.visible import visible_initiatives
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import Period, Quarter, quarter_of
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, PostChoiceField, TreeChoiceField
from kiun.municipality.models import Membership
from kiun.municipality.queries import current_departments
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput

QUARTERS_BEFORE, QUARTERS_AFTER = 1, 3


class PostsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        place = " ".join(filter(None, [obj.department.name if obj.department else "", obj.title]))
        return f"{obj.user.name}（{place}）" if place else str(obj.user.name)


def quarter_choices(actor: Actor, *kept: Quarter) -> list[tuple[str, str]]:
    """Those around the present one, and the one chosen already."""
    quarter = quarter_of(actor.on)
    for _step in range(QUARTERS_BEFORE):
        quarter = quarter.previous()
    found = {*kept}
    for _step in range(QUARTERS_BEFORE + 1 + QUARTERS_AFTER):
        found.add(quarter)
        quarter = quarter.next()
    return [(Period.of_quarter(one).key, one.label) for one in sorted(found)]


def quarter_in(key: object) -> Quarter | None:
    try:
        period = Period.from_key(str(key or ""))
    except DomainError:
        return None
    return quarter_of(period.start) if period.kind == "quarter" else None


class ReviewForm(VersionedForm, forms.ModelForm[Review]):
    quarter_key = forms.ChoiceField(label=_("Quarter"))
    held_on = DayField(label=_("Held on"), required=True, widget=DateInput)
    decider = PostChoiceField(
        label=_("Who decides"),
        queryset=None,
        empty_label=None,
        help_text=_("Stands in the ledger as the one who decided, if the minutes say that they were there."),
    )
    participants = PostsField(
        label=_("Participants"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Review
        fields = ["held_on", "place", "decider"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        review = self.instance
        kept = [review.period] if review.year else []
        fields["quarter_key"].choices = quarter_choices(actor, *kept)
        chosen = list(review.participants.values_list("post", flat=True)) if review.pk else []
        fields["decider"].queryset = offered_deciders(actor, review.decider_id)
        fields["participants"].queryset = offered_participants(actor, chosen)
        fields["place"].help_text = _("For example 庁議室 10時から11時半.")
        if review.pk:
            fields["participants"].initial = chosen
            fields["quarter_key"].initial = Period.of_quarter(review.period).key
            self.remember_version(review)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if quarter := quarter_in(cleaned.get("quarter_key")):
            self.instance.year, self.instance.quarter = quarter.fiscal_year.year, quarter.number
        return cleaned


class ItemForm(VersionedForm, forms.ModelForm[AgendaItem]):
    """An item that nothing in the data asks for."""

    initiative = AnyChoiceField(label=_("Initiative"), queryset=None, required=False, empty_label=_("none"))
    department = TreeChoiceField(
        label=_("Department in charge"), queryset=None, required=False, empty_label=_("that of the initiative, or none")
    )

    class Meta:
        model = AgendaItem
        fields = ["title", "question", "initiative", "department"]

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["initiative"].queryset = visible_initiatives(actor).exclude(status__in=["done", "stopped"])
        fields["department"].queryset = current_departments()
        fields["question"].widget.attrs["rows"] = 3
        if self.instance.pk:
            self.remember_version(self.instance)


class PutOffForm(forms.Form):
    put_off_reason = forms.CharField(
        label=_("Why not this time"), max_length=300, help_text=_("The item comes back in the next review.")
    )


class StatementForm(VersionedForm):
    text = forms.CharField(
        label=_("How your department sees it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What has happened, what you propose, what you need from whom. A few sentences are enough."),
    )


class CloseForm(forms.Form):
    summary = forms.CharField(
        label=_("The review in a few words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands at the top of the minutes."),
    )
    rest_reason = forms.CharField(
        label=_("Why the other items were not decided on"),
        max_length=300,
        help_text=_("They return in the next review."),
    )
    attended = PostsField(
        label=_("Who was there"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody is ticked beforehand: the minutes name those who were really there."),
        error_messages={"required": _("Choose who was there.")},
    )

    def __init__(self, data: Any, *, review: Review, has_rest: bool) -> None:
        super().__init__(data)
        fields: Any = self.fields
        expected = Q(pk__in=review.participants.values("post")) | Q(pk=review.decider_id)
        fields["attended"].queryset = Membership.objects.filter(expected).select_related("user", "department")
        if not has_rest:
            del fields["rest_reason"]


class ChangeForm(VersionedForm, forms.ModelForm[Initiative]):
    """What a decision 「変える」 most often changes in the plan; everything else has its own form."""

    starts_on = DayField(label=_("Begins on"), required=True, widget=DateInput)
    ends_on = DayField(label=_("Ends on"), required=True, widget=DateInput)
    reason = forms.CharField(
        label=_("Reason for the change"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        model = Initiative
        fields = ["starts_on", "ends_on", "summary", "priority", "priority_reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["summary"].widget.attrs["rows"] = 4
        self.remember_version(self.instance)


class ReportForm(forms.Form):
    """How far an errand is that a review decided on."""

    report = forms.CharField(
        label=_("What has been done"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
