import csv
import io
import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.analysis.goal_text import GoalReading, read_goal
from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import parse_date
from kiun.kernel.tabular.text_files import decode

TEXT_COLUMN = "text"
FROM_STANDARD_INPUT = "-"


class Command(KiunCommand):
    help = gettext_lazy(
        "Say what goal statements lack before they can be measured: indicator, baseline, target, deadline"
    )
    example = "kiun lint-goals 目標.csv\nkiun lint-goals goals.csv --json --today 2026-11-23"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", help=_("a CSV file with a column “text”, or one statement a line (- reads the input)")
        )
        parser.add_argument("--json", action="store_true", help=_("print the findings as a JSON array"))
        parser.add_argument(
            "--today",
            default="",
            metavar="DAY",
            help=_("the day from which 来年度末 and the like are counted; today if not given"),
        )

    def handle(self, *, file: str, today: str, **options: Any) -> None:
        day: date = parse_date(today) if today else timezone.localdate()
        readings = [read_goal(text, today=day) for text in statements(_content(file))]
        if options["json"]:
            self.stdout.write(json.dumps([reading.as_dict() for reading in readings], ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n\n".join(_told(reading) for reading in readings))
            vague = sum(reading.is_vague for reading in readings)
            self.stdout.write(
                "\n" + _("%(all)s statements, %(vague)s of them vague") % {"all": len(readings), "vague": vague}
            )


def _content(file: str) -> bytes:
    if file == FROM_STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise DomainError(_("The file %(file)s cannot be read. Check the path.") % {"file": file}) from error


def statements(content: bytes) -> list[str]:
    """The column “text” of a table with such a column, else every line that is not empty."""
    text, _encoding = decode(content)
    table = csv.DictReader(io.StringIO(text, newline=""))
    if TEXT_COLUMN in [(name or "").strip() for name in table.fieldnames or ()]:
        table.fieldnames = [(name or "").strip() for name in table.fieldnames or ()]
        return [row[TEXT_COLUMN] or "" for row in table]
    return [line.strip() for line in text.splitlines() if line.strip()]


def _told(reading: GoalReading) -> str:
    mark = "？" if reading.is_vague else "✓"
    return "\n".join(
        [f"{mark} {reading.text}", *(f"   {q.text}" for q in reading.questions), f"   → {reading.rewrite}"]
    )
