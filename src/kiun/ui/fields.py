from django import forms
from django.utils.translation import gettext_lazy as _


class FileField(forms.FileField):
    """A file is chosen and not written."""

    default_error_messages = {"required": _("Choose a file.")}
