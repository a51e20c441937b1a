from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.config.operations import database_copy
from kiun.config.operations.archive import Manifest
from kiun.config.operations.backup import describe_backup, remember_restored, restore_backup
from kiun.config.operations.preparation import prepare
from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError
from kiun.municipality.models import Municipality


class Command(KiunCommand):
    help = gettext_lazy("Put a backup in the place of the present data, after verifying all of it")
    example = "kiun restore kiun-20260401-030000.zip\nkiun restore kiun-20260401-030000.zip --yes"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("file written by “kiun backup”"))
        parser.add_argument("--yes", action="store_true", help=_("replace the data that is there now"))

    def handle(self, *, file: Path, yes: bool, **options: Any) -> None:
        prepare(self.stdout.write)
        manifest = describe_backup(file)
        self._tell(manifest)
        towns = Municipality.objects.count()
        if towns and not yes:
            raise DomainError(
                _(
                    "Nothing was changed: the present data (municipalities: %(towns)s) would be replaced. "
                    "If that is meant, run the command again with --yes; “kiun backup” keeps the present state."
                )
                % {"towns": towns}
            )
        restore_backup(file)
        prepare(self.stdout.write)
        remember_restored(manifest)
        self.stdout.write(_("✓ The data of the backup is in place. Restart Kiun if it is running."))

    def _tell(self, manifest: Manifest) -> None:
        self.stdout.write(
            _("Backup of %(when)s, Kiun %(kiun)s, %(database)s %(version)s, entries: %(entries)s")
            % {
                "when": manifest.created_at[:16].replace("T", " "),
                "kiun": manifest.kiun,
                "database": manifest.database,
                "version": manifest.database_version,
                "entries": len(manifest.entries),
            }
        )
        ours = database_copy.server_version()
        if manifest.database == "postgresql" and manifest.database_version != ours:
            self.stdout.write(
                _("！ The backup comes from PostgreSQL %(theirs)s, this server is %(ours)s.")
                % {"theirs": manifest.database_version, "ours": ours}
            )
