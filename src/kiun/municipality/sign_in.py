"""Who may sign in and how; allauth asks here. Accounts come from an invitation or from the town's staff list alone."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from kiun.municipality.middleware import client_address
from kiun.municipality.models import User
from kiun.municipality.services.invitations import mark_verified
from kiun.municipality.services.people import record_sign_in

logger = logging.getLogger(__name__)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Signing in failed too often and is stopped for a while. Wait fifteen minutes, or set a new password."
        ),
        "email_password_mismatch": _("The name and the password do not fit together. Please check both."),
        "username_password_mismatch": _("The name and the password do not fit together. Please check both."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        record_sign_in(user=user, address=client_address(request))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        set_language_cookie(response, user.language)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The page answers the same whether a mail went out or not: a failing mail server must not tell who exists."""
        if settings.EMAIL_BACKEND == SMTP and not settings.EMAIL_HOST:
            logger.warning(
                "No mail server is set (KIUN_EMAIL_HOST): a mail of the kind %s was not sent", template_prefix
            )
            return
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("A mail of the kind %s could not be sent", template_prefix)


def set_language_cookie(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE or 60 * 60 * 24 * 365,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """OIDC: the address that the town's own service has verified leads to the account that already has it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        addresses = verified_addresses(sociallogin)
        if email_domains(sociallogin) and not addresses:
            # Whether connected already or only now: a person from outside does not become one of the town by that.
            raise _refusal(
                request,
                _(
                    "The service has confirmed no address of the municipality for you. Please sign in with your "
                    "password, or ask the DX office of your municipality."
                ),
            )
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        user = known_user(addresses)
        if user is None:
            raise _refusal(
                request,
                _(
                    "There is no account for your address in Kiun. Please ask the DX office of your municipality for "
                    "an invitation."
                ),
            )
        mark_verified(user)
        sociallogin.connect(request, user)


def _refusal(request: HttpRequest, reason: object) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(
        render(request, "socialaccount/authentication_error.html", {"reason": reason}, status=403)
    )


def verified_addresses(sociallogin: Any) -> list[str]:
    """What the service vouches for; `email_domains` in its settings limits it to the town's own addresses."""
    domains = email_domains(sociallogin)
    addresses = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
    return [email for email in addresses if not domains or email.rpartition("@")[2] in domains]


def email_domains(sociallogin: Any) -> list[str]:
    app = getattr(sociallogin.provider, "app", None)
    return (getattr(app, "settings", None) or {}).get("email_domains") or []


def known_user(addresses: list[str]) -> User | None:
    for email in addresses:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user:
            return user
    return None
