from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiun.initiatives.models import Request
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import PostChoiceField
from kiun.municipality.queries import offered_posts
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput


class ContactForm(forms.Form):
    contact = PostChoiceField(
        label=_("Contact"), queryset=None, required=False, empty_label=pgettext_lazy("contact", "nobody")
    )

    def __init__(self, *args: Any, actor: Actor, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"contact": request.contact_id}})
        fields: Any = self.fields
        fields["contact"].queryset = offered_posts(actor, request.department, request.contact_id)


class ExtensionForm(forms.Form):
    until = DayField(label=_("Until when you need"), required=True, widget=DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionForm(forms.Form):
    words = forms.CharField(
        label=_("A word to the department"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when there cannot be more time."),
    )


class WithdrawForm(forms.Form):
    words = forms.CharField(
        label=_("Why it is not asked any more"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
