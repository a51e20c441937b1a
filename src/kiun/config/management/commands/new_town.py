from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.config.operations.address import served_at
from kiun.config.operations.founding import found_town
from kiun.kernel.commands import KiunCommand
from kiun.municipality.services.invitations import LIFETIME


class Command(KiunCommand):
    help = gettext_lazy("Create a municipality and its first administrator")
    example = "kiun new-town 999016 ひなた市 --slug hinata --admin-email dx@hinata.example --admin-name '緑川 葵'"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help=_("six-digit code of the municipality"))
        parser.add_argument("name", help=_("name as residents know it"))
        parser.add_argument("--slug", required=True, help=_("short name in addresses: small letters, digits, hyphens"))
        parser.add_argument("--admin-email", required=True, help=_("e-mail address of the first administrator"))
        parser.add_argument("--admin-name", default="", help=_("name of the first administrator"))

    def handle(self, *, code: str, name: str, slug: str, admin_email: str, admin_name: str, **options: Any) -> None:
        link = found_town(code=code, name=name, slug=slug, admin_email=admin_email, admin_name=admin_name)
        self.stdout.write(_("✓ %(town)s is created, and %(email)s is invited.") % {"town": name, "email": admin_email})
        self.stdout.write(
            _(
                "With this link the first administrator writes the own name, chooses a password and comes in. It is "
                "shown only now, and works for %(days)s days:"
            )
            % {"days": LIFETIME.days}
        )
        self.stdout.write(f"  {link}")
        self.stdout.write(
            _("Kiun has to run at %(address)s for it (“kiun up”). Does it run elsewhere, or has the link expired? Give "
              "the same command again, with PORT or KIUN_PUBLIC_URL as for “kiun up”.")
            % {"address": served_at()}
        )  # fmt: skip
