"""The days of a planned wave, and how many of the staff are asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.activity.forms.versioned import VersionedForm
from kiun.momentum.models import Wave
from kiun.surveys.models import Audience
from kiun.ui.fields import DayField
from kiun.ui.widgets import DateInput


class WaveForm(VersionedForm, forms.ModelForm[Wave]):
    opens_on = DayField(label=_("Opens on"), required=True, widget=DateInput)
    closes_on = DayField(label=_("Last day for answers"), required=True, widget=DateInput)

    class Meta:
        model = Wave
        fields = ("opens_on", "closes_on", "sample_percent")
        labels = {"sample_percent": _("Share of the staff that is asked")}
        help_texts = {
            "sample_percent": _(
                "100 asks everybody. From about 2,000 people on, a share is enough for the town; departments need all."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember_version(self.instance)
        if self.instance.audience != Audience.STAFF:
            del self.fields["sample_percent"]
