from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.config.operations.preparation import load_demo_when_empty, prepare
from kiun.kernel.commands import KiunCommand


class Command(KiunCommand):
    help = gettext_lazy("Prepare database, cache and static files after an installation or an update")
    example = "kiun prepare\nkiun prepare --demo"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help=_("load the demonstration town if there is no town yet")
        )

    def handle(self, *, demo: bool, **options: Any) -> None:
        prepare(self.stdout.write)
        if demo:
            load_demo_when_empty(self.stdout.write)
        self.stdout.write(_("✓ Everything is prepared."))
