from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import TreeChoiceField
from kiun.municipality.queries import current_departments


class FeedForm(forms.Form):
    department = TreeChoiceField(
        label=_("What the calendar shows"), queryset=None, required=False, empty_label=_("my own tasks")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["department"].queryset = current_departments()
