from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.config.operations.backup import write_backup
from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError


class Command(KiunCommand):
    help = gettext_lazy("Write database and uploaded files into one file, while people go on working")
    example = "kiun backup\nkiun backup kiun-before-update.zip --with-secret-key"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help=_("file to write (default: a dated name in the folder backups of the data)"),
        )
        parser.add_argument(
            "--with-secret-key",
            action="store_true",
            help=_("also keep the key that signs sessions and links; lock such a file away"),
        )

    def handle(self, *, file: Path | None, with_secret_key: bool, **options: Any) -> None:
        try:
            written = write_backup(file, with_secret_key=with_secret_key)
        except OSError as error:
            raise DomainError(_("The backup could not be written: %(error)s") % {"error": error}) from error
        self.stdout.write(
            _("✓ %(path)s (%(size)s MB, uploaded files: %(files)s)")
            % {"path": written.path, "size": f"{written.size / 1_000_000:.1f}", "files": written.files}
        )
