"""allauth's forms without words inside the fields: a placeholder disappears while one types."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms


class PlainFields(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class LoginForm(PlainFields, account.LoginForm):  # type: ignore[misc]
    """Name and password."""


class ResetPasswordForm(PlainFields, account.ResetPasswordForm):  # type: ignore[misc]
    """Asks for the link."""


class ResetPasswordKeyForm(PlainFields, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """Behind the link."""


class ChangePasswordForm(PlainFields, account.ChangePasswordForm):  # type: ignore[misc]
    """For those who know the present one."""


class SetPasswordForm(PlainFields, account.SetPasswordForm):  # type: ignore[misc]
    """For those who had none."""


class ReauthenticateForm(PlainFields, account.ReauthenticateForm):  # type: ignore[misc]
    """Once more before a change that matters."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that is enough by itself is what nearly everybody wants; the name is the person's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["name"].initial = ""
