from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.config.operations.founding import Founded, found_town
from kiun.kernel.commands import KiunCommand
from kiun.municipality.services.invitations import LIFETIME

SECONDS_A_DAY = 60 * 60 * 24


class Command(KiunCommand):
    help = gettext_lazy("Create a municipality and its first administrator")
    example = "kiun new-town 999016 ひなた市 --slug hinata --admin-email dx@hinata.example"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help=_("six-digit code of the municipality"))
        parser.add_argument("name", help=_("name as residents know it"))
        parser.add_argument("--slug", required=True, help=_("short name in addresses: small letters, digits, hyphens"))
        parser.add_argument("--admin-email", required=True, help=_("e-mail address of the first administrator"))
        parser.add_argument("--admin-name", default="", help=_("name of the first administrator"))

    def handle(self, *, code: str, name: str, slug: str, admin_email: str, admin_name: str, **options: Any) -> None:
        founded = found_town(
            code=code, name=name, slug=slug, admin_email=admin_email, admin_name=admin_name or admin_email
        )
        if founded.must_accept:
            self._tell_the_invitation(name, admin_email, founded.link)
        else:
            self._tell_the_administrator(name, admin_email, founded)

    def _tell_the_invitation(self, town: str, email: str, link: str) -> None:
        self.stdout.write(_("✓ %(town)s is created, and %(email)s is invited.") % {"town": town, "email": email})
        self.stdout.write(
            _(
                "This person already has an account, and becomes administrator by signing in and accepting. Send "
                "them this link. It is shown only now, and works for %(days)s days:"
            )
            % {"days": LIFETIME.days}
        )
        self.stdout.write(f"  {link}")
        self.stdout.write(_("If it has expired, give the same command again."))

    def _tell_the_administrator(self, town: str, email: str, founded: Founded) -> None:
        self.stdout.write(_("✓ %(town)s is created, with %(email)s as administrator.") % {"town": town, "email": email})
        self.stdout.write(
            _("Send this link to the administrator. It is shown only now, and works for %(days)s days:")
            % {"days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_A_DAY}
        )
        self.stdout.write(f"  {founded.link}")
        self.stdout.write(
            _("If it has expired: kiun changepassword %(user)s") % {"user": founded.administrator.username}
        )
