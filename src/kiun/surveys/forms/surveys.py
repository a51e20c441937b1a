"""Forms of a survey: what it says, whom it invites, until when."""

import re
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.activity.forms.versioned import VersionedForm
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import AnyChoiceField, DepartmentField, DepartmentsField, PostChoiceField
from kiun.municipality.queries import offered_posts
from kiun.surveys.models import Anonymity, Audience, Survey
from kiun.surveys.queries.invitees import Choice, Whom
from kiun.surveys.queries.questionnaires import newest_versions
from kiun.surveys.queries.visible import visible_questionnaires
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput

MOST_CARDS_ON_A_PAGE = 500
SAMPLE = re.compile(r"(?P<number>\d{1,6}(?:\.\d{1,2})?)\s*(?P<sign>[%人]?)")
A_HUNDRED = 100


class QuestionnaireField(AnyChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(_("%(name)s (version %(number)s)") % {"name": obj.name, "number": obj.number})


class SurveyForm(VersionedForm, forms.ModelForm[Survey]):
    questionnaire = QuestionnaireField(label=_("Questionnaire"), queryset=None)
    department = DepartmentField(
        label=pgettext_lazy("survey", "Asked by"), required=False, empty_label=_("the DX office")
    )
    closes_on = DayField(label=_("Last day for answers"), required=True, widget=DateInput)
    owner = PostChoiceField(label=_("Person in charge"), queryset=None)

    class Meta:
        model = Survey
        fields = [
            "questionnaire", "title", "intro", "thanks", "audience", "anonymity", "has_open_link", "offers_pairing",
            "closes_on", "department", "owner", "title_en", "intro_en", "thanks_en",
        ]  # fmt: skip
        help_texts = {
            "title": _("As people see it, for example 窓口についてのアンケート."),
            "intro": _("Why you ask, in two or three sentences. It stands before the questions and in the notice."),
            "thanks": _("What will be done with the answers, where results can be read, and when. It is shown at the "
                        "end."),
            "has_open_link": _("For residents and partners: one address and one QR code for all."),
            "offers_pairing": _("Only whoever agrees. It shows how the same people change between two surveys, without "
                                "names."),
        }  # fmt: skip
        widgets = {
            "intro": forms.Textarea(attrs={"rows": 3}),
            "thanks": forms.Textarea(attrs={"rows": 3}),
            "intro_en": forms.Textarea(attrs={"rows": 3}),
            "thanks_en": forms.Textarea(attrs={"rows": 3}),
            "audience": forms.RadioSelect,
            "anonymity": forms.RadioSelect,
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        newest = newest_versions(actor).values("pk")
        offered = visible_questionnaires(actor).filter(pk__in=newest)
        if self.instance.questionnaire_id:
            offered = offered | visible_questionnaires(actor).filter(pk=self.instance.questionnaire_id)
        fields["questionnaire"].queryset = offered.order_by("name", "number")
        fields["audience"].choices, fields["anonymity"].choices = Audience.choices, Anonymity.choices
        if actor.is_admin:
            fields["department"].offer(actor)
        else:
            del fields["department"]
        if self.instance.pk:
            fields["owner"].queryset = offered_posts(actor, self.instance.department, self.instance.owner_id)
            self.remember_version(self.instance)
        else:
            del fields["owner"]

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}


class InviteForm(forms.Form):
    whom = forms.ChoiceField(
        label=_("Who is invited"),
        choices=[
            (Whom.ALL.value, _("all staff")),
            (Whom.DEPARTMENTS.value, _("some departments")),
            (Whom.SAMPLE.value, _("a random sample of all staff")),
        ],
        initial=Whom.ALL.value,
        widget=forms.RadioSelect,
    )
    departments = DepartmentsField(label=_("Departments, each with all below it"), required=False)
    size = forms.CharField(
        label=_("How large the sample is"),
        required=False,
        max_length=12,
        help_text=_("For example 400 or 20%. Each department is drawn by its share, and nobody chooses the people."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["departments"].offer(actor)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        whom = cleaned.get("whom")
        if whom == Whom.DEPARTMENTS and not cleaned.get("departments"):
            self.add_error("departments", _("Choose at least one department."))
        if whom == Whom.SAMPLE and not self.errors:
            cleaned["people"], cleaned["percent"] = self._sample(cleaned.get("size", ""))
        return cleaned

    def _sample(self, text: str) -> tuple[int, Decimal]:
        found = SAMPLE.fullmatch(normalize("NFKC", text).replace(",", "").strip())
        number = Decimal(found["number"]) if found else Decimal(0)
        is_share = bool(found and found["sign"] == "%")
        if not number or (is_share and number > A_HUNDRED) or (not is_share and number != int(number)):
            self.add_error("size", _("Write how many people, for example 400, or a share, for example 20%."))
            return 0, Decimal(0)
        return (0, number) if is_share else (int(number), Decimal(0))

    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(
            whom=Whom(data["whom"]),
            departments=tuple(data["departments"]) if data["whom"] == Whom.DEPARTMENTS else (),
            people=data.get("people", 0),
            percent=data.get("percent", Decimal(0)),
        )


class UntilForm(forms.Form):
    until = DayField(label=_("Last day for answers"), required=True, widget=DateInput)


class CardsForm(forms.Form):
    count = forms.IntegerField(
        label=_("Number of cards"), min_value=1, max_value=MOST_CARDS_ON_A_PAGE, help_text=_("Ten on a sheet of A4.")
    )


class SlipsForm(forms.Form):
    department = DepartmentField(
        label=_("Department, with all below it"), required=False, empty_label=pgettext_lazy("filter", "all")
    )
    only_without_mail = forms.BooleanField(
        label=_("Only for people without a mail address"), required=False, initial=True
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["department"].offer(actor)
