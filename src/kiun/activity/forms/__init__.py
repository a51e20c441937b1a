from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from kiun.activity.history import VERBS, kind_name
from kiun.activity.models import MailRhythm
from kiun.activity.queries import AuditFilter, recorded_kinds

# Midnight of the first and of the last day that Python knows is no moment in every time zone.
DAYS = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


class AuditFilterForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    verb = forms.ChoiceField(label=_("What"), required=False)
    object_type = forms.ChoiceField(label=_("Kind"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}), validators=DAYS)
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}), validators=DAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("all"))
        self.fields["verb"].choices = [every, *VERBS.items()]  # type: ignore[attr-defined]
        self.fields["object_type"].choices = [every, *((kind, kind_name(kind)) for kind in recorded_kinds())]  # type: ignore[attr-defined]

    def wanted(self) -> AuditFilter:
        """What could be understood of the form; a wrong date narrows nothing."""
        self.is_valid()
        data = self.cleaned_data
        return AuditFilter(
            words=data.get("q", ""),
            verb=data.get("verb", ""),
            object_type=data.get("object_type", ""),
            since=data.get("since"),
            until=data.get("until"),
        )


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(label=_("Mail"), choices=MailRhythm.choices, widget=forms.RadioSelect)
