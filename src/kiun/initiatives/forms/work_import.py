from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.ui.fields import FileField

MEGABYTE = 1024 * 1024


class UploadForm(forms.Form):
    file = FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy("The Excel workbook that Kiun gave out, or one of its sheets as a CSV file."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            limit = settings.UPLOAD_LIMIT_BYTES // MEGABYTE
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Delete pictures and unused sheets, and save it again.")
                % {"limit": limit}
            )
        return file


class ConfirmForm(forms.Form):
    """Asks for a reason where something that was approved changes."""

    agreed = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=gettext_lazy("Reason for the change"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Something that was approved changes: all of it becomes one entry in the ledger."),
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]
