from django import forms
from django.utils.translation import gettext_lazy as _

from kiun.initiatives.models.tasks import LONGEST_COMMENT


class CommentForm(forms.Form):
    text = forms.CharField(label=_("Comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 3}))
