from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kiun.municipality.models import Municipality
from kiun.ui.widgets import DateInput


class TownForm(forms.ModelForm[Municipality]):
    class Meta:
        model = Municipality
        fields = ("name", "kana", "kind", "population", "population_on", "is_public", "about")
        widgets = {"population_on": DateInput, "about": forms.Textarea(attrs={"rows": 5})}
        labels = {"is_public": _("Residents may see the public page")}
        help_texts = {
            "about": _("Stands at the top of the public page. Plain words, a few sentences."),
            "population_on": _("The day the number was counted."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("population") is not None and not data.get("population_on"):
            self.add_error("population_on", _("Write the day on which this number was counted."))
        return data


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    kana = forms.CharField(label=_("Reading"), max_length=80, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
