"""What is written down about one item while the review is held: each field for itself, or all with one button."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.initiatives.models import AgendaItem, Grade, Initiative, InitiativeStatus, ReviewDecision, Verdict
from kiun.initiatives.models.reviews import LONGEST_WHAT
from kiun.initiatives.queries.reviews.people import offered_people
from kiun.initiatives.queries.reviews.readiness import decision_of, takes_grade
from kiun.initiatives.services.reviews.holding import FIELDS_OF_DECISION, FIELDS_OF_ITEM, as_written
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, PostChoiceField
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput


class HoldForm(VersionedForm):
    grade = forms.ChoiceField(
        label=pgettext_lazy("grade", "How it stands"), choices=Grade.choices, required=False, widget=forms.RadioSelect
    )
    verdict = forms.ChoiceField(label=_("Decision"), choices=Verdict.choices, required=False, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason of the decision"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    what = forms.CharField(
        label=_("What is to be done"),
        required=False,
        max_length=LONGEST_WHAT,
        help_text=_("Becomes a task as soon as the review is closed."),
    )
    person = PostChoiceField(label=_("Who does it"), queryset=None, required=False, empty_label=_("nobody yet"))
    due_on = DayField(label=pgettext_lazy("decision", "By"), widget=DateInput)
    initiative = AnyChoiceField(
        label=_("As a task of"), queryset=None, required=False, empty_label=_("no initiative: an errand of the person")
    )
    minutes = forms.CharField(
        label=_("What was said"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any, *, actor: Actor, item: AgendaItem) -> None:
        decision = decision_of(item)
        super().__init__(data, initial=_stored(item, decision))
        fields: Any = self.fields
        self._ask_for_grade(item)
        kept = decision.person_id if decision else None
        fields["person"].queryset = offered_people(actor, item.review, item.department, kept)
        if item.initiative_id:
            del fields["initiative"]
        else:
            fields["initiative"].queryset = _initiatives_for(item, decision)
        self.remember_version(item)

    def _ask_for_grade(self, item: AgendaItem) -> None:
        if not takes_grade(item):
            del self.fields["grade"]
        elif item.proposed_grade:
            words = {"grade": Grade(item.proposed_grade).label}
            self.fields["grade"].help_text = gettext("The figures speak for “%(grade)s”. The meeting decides.") % words

    def typed(self, name: str, text: str) -> Any:
        """One value as the service takes it; raises ValidationError with a sentence."""
        value = self.fields[name].clean(text)
        return value or None if name in ("person", "due_on", "initiative") else value


def _stored(item: AgendaItem, decision: ReviewDecision | None) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in FIELDS_OF_ITEM}
    return values | {name: getattr(decision, name) for name in FIELDS_OF_DECISION if decision}


def _initiatives_for(item: AgendaItem, decision: ReviewDecision | None) -> Any:
    """Of the indicator's goal; of an item without either, all that are under way."""
    under_way = Initiative.objects.filter(status=InitiativeStatus.APPROVED)
    if item.indicator:
        under_way = under_way.filter(served_goals__goal=item.indicator.goal_id)
    chosen = Initiative.objects.filter(pk=(decision.initiative_id if decision else None) or 0)
    return (under_way | chosen).distinct()


__all__ = ["HoldForm", "as_written"]
