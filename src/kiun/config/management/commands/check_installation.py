import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.config.operations.inspection import Level, Verdict, inspect_installation
from kiun.kernel.commands import KiunCommand

MARKS = {Level.FINE: "✓", Level.WARNING: "！", Level.REFUSED: "✗"}


class Command(KiunCommand):
    help = gettext_lazy("Examine this installation, and refuse what is unsafe for real people")
    example = "kiun check\nKIUN_PRODUCTION=1 kiun check --json"
    exit_codes = gettext_lazy(
        "0 safe (warnings may be printed), 1 something is refused, 2 the command was not understood"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help=_("print the verdicts for programs"))

    def handle(self, *, as_json: bool, **options: Any) -> None:
        verdicts = inspect_installation()
        if as_json:
            self.stdout.write(json.dumps([asdict(verdict) for verdict in verdicts], ensure_ascii=False, indent=2))
        else:
            self._tell(verdicts)
        if any(verdict.level == Level.REFUSED for verdict in verdicts):
            sys.exit(1)

    def _tell(self, verdicts: list[Verdict]) -> None:
        for verdict in verdicts:
            self.stdout.write(f"{MARKS[verdict.level]} {verdict.finding}")
            if verdict.remedy:
                self.stdout.write(f"   → {verdict.remedy}")
        counts = {level: sum(verdict.level == level for verdict in verdicts) for level in Level}
        self.stdout.write(
            _("✓ %(fine)s   ！ %(warning)s   ✗ %(refused)s") % {str(level): count for level, count in counts.items()}
        )
