import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from kiun.config.api import api
from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError

COMMITTED = Path("docs/api/openapi.json")


def description_of_the_api() -> str:
    """As it is committed: the words of the code, whatever language the terminal speaks."""
    with override("en"):
        return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Command(KiunCommand):
    help = gettext_lazy(
        "Write the description of the interface (docs/api/openapi.json), or check that it fits the code"
    )
    example = "kiun openapi\nkiun openapi --check"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help=_("write nothing; fail when the file differs"))

    def handle(self, *, check: bool, **options: Any) -> None:
        description = description_of_the_api()
        if check:
            self._check(description)
            return
        COMMITTED.parent.mkdir(parents=True, exist_ok=True)
        COMMITTED.write_text(description, encoding="utf-8")
        self.stdout.write(f"✓ {COMMITTED}")

    def _check(self, description: str) -> None:
        written = COMMITTED.read_text(encoding="utf-8") if COMMITTED.exists() else ""
        if written != description:
            raise DomainError(
                _("%(file)s does not fit the code. Run “kiun openapi” and commit it.") % {"file": COMMITTED}
            )
        self.stdout.write(f"✓ {COMMITTED}")
