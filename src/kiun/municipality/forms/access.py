from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiun.municipality.access_scopes import access_scopes
from kiun.municipality.actors import Actor
from kiun.municipality.forms.fields import DepartmentField
from kiun.municipality.models import Invitation, Role
from kiun.ui.widgets import DateInput


class InvitationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role in Kiun"), choices=Role.choices, initial=Role.MEMBER)
    department = DepartmentField(label=_("Department"), required=False, empty_label=_("none"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].offer(actor)  # type: ignore[attr-defined]


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Ten characters or more; not only digits, and no word that everybody uses."),
        strip=False,
    )
    again = forms.CharField(
        label=_("Password once more"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two passwords differ. Please write the same one twice."))
        return data


class AcceptForm(NewPasswordForm):
    name = forms.CharField(label=_("Your name"), max_length=80)
    kana = forms.CharField(label=_("Reading of your name"), max_length=80, required=False)
    field_order = ("name", "kana")

    @classmethod
    def initial_of(cls, invitation: Invitation) -> dict[str, Any]:
        return {"name": invitation.name, "kana": invitation.membership.user.kana if invitation.membership else ""}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code on your sheet"),
        max_length=100,
        help_text=_("Sixteen letters and digits in four groups; capital and small letters make no difference."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class FirstSignInForm(forms.Form):
    department = DepartmentField(label=_("Department (with those below)"), required=False, empty_label=_("all"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].offer(actor)  # type: ignore[attr-defined]


class AccessKeyForm(forms.Form):
    name = forms.CharField(label=_("What the key is for"), max_length=80)
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)
    source = forms.CharField(
        label=_("Only for this indicator source"),
        max_length=60,
        required=False,
        help_text=_("Empty: for all indicators."),
    )
    expires_on = forms.DateField(label=_("Valid until (last day)"), widget=DateInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope.id, scope.label) for scope in access_scopes]  # type: ignore[attr-defined]

    def expires_at(self) -> datetime | None:
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None
