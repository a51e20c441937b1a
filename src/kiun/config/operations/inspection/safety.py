"""Settings that would let strangers in."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from kiun.config.operations.inspection.verdicts import Verdict, fine, refused, unsafe, warning
from kiun.config.secret_key import MINIMUM_LENGTH

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LEAST_DIFFERENT_CHARACTERS = 12


def _is_loopback() -> bool:
    return urlsplit(settings.PUBLIC_URL).hostname in LOOPBACK


def mode() -> Verdict:
    if settings.PRODUCTION:
        return fine("mode", _("Kiun runs in production."))
    if _is_loopback():
        return fine("mode", _("Kiun is being tried out on this machine only."))
    return warning(
        "mode", _("Other machines reach Kiun, but it does not run in production."), _("Set KIUN_PRODUCTION=1.")
    )


def secret_key() -> Verdict:
    key = settings.SECRET_KEY
    if len(key) < MINIMUM_LENGTH or len(set(key)) < LEAST_DIFFERENT_CHARACTERS or key.startswith("django-insecure"):
        return unsafe(
            "secret_key",
            _("The secret key can be guessed."),
            _("Remove KIUN_SECRET_KEY: Kiun then draws a key by itself."),
        )
    return fine("secret_key", _("The secret key is long and random."))


def debugging() -> Verdict:
    if settings.DEBUG:
        return unsafe("debug", _("Error pages show the program's inside."), _("Remove KIUN_DEBUG."))
    return fine("debug", _("Error pages show nothing of the program's inside."))


def address() -> Verdict:
    url = settings.PUBLIC_URL
    if settings.IS_HTTPS:
        return fine("address", _("People reach Kiun at %(url)s.") % {"url": url})
    if _is_loopback():
        return _loopback_address(url)
    if settings.ALLOW_HTTP:
        return warning(
            "address",
            _("Passwords cross the network unencrypted (%(url)s).") % {"url": url},
            _("Use this in a closed network only, and move to https as soon as there is a certificate."),
        )
    return unsafe(
        "address",
        _("Passwords would cross the network unencrypted (%(url)s).") % {"url": url},
        _("Set KIUN_PUBLIC_URL to an https address; in a closed network without certificates, set KIUN_ALLOW_HTTP=1."),
    )


def _loopback_address(url: str) -> Verdict:
    if settings.PRODUCTION:
        return warning(
            "address",
            _("Links in mails lead to %(url)s, which only this machine understands.") % {"url": url},
            _("Set KIUN_PUBLIC_URL to the address that people type."),
        )
    return fine("address", _("People reach Kiun at %(url)s.") % {"url": url})


def proxy() -> Verdict:
    if settings.IS_HTTPS and settings.TRUSTED_PROXIES == 0:
        return warning(
            "proxy",
            _("All visitors seem to come from the proxy: one person's wrong passwords would lock everybody out."),
            _("Set KIUN_BEHIND_PROXY=1 and KIUN_TRUSTED_PROXIES to the number of proxies in front of Kiun."),
        )
    return fine("proxy", _("Proxies in front of Kiun: %(count)s.") % {"count": settings.TRUSTED_PROXIES})


def framework() -> Verdict:
    messages = [message for message in checks.run_checks(include_deployment_checks=True) if not message.is_silenced()]
    errors = [message for message in messages if message.level >= checks.ERROR]
    if errors:
        return refused("framework", " ".join(f"{error.id}: {error.msg}" for error in errors), errors[0].hint or "")
    if messages:
        return warning(
            "framework",
            _("Django remarks: %(ids)s.") % {"ids": ", ".join(str(message.id) for message in messages)},
            _("Django's documentation explains these numbers."),
        )
    return fine("framework", _("Django finds nothing wrong."))
