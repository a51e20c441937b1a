"""`kiun backup` and `kiun restore`: database, uploaded files and, if wished, the secret key in one file."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kiun.config.models import DutyRun
from kiun.config.operations import database_copy
from kiun.config.operations.archive import (
    DATABASES,
    FILES,
    SECRET_KEY,
    ArchiveWriter,
    Manifest,
    extract,
    open_archive,
    read_manifest,
)
from kiun.config.operations.inspection.database import BACKUP
from kiun.kernel.errors import DomainError

KEY_FILE = "secret_key"
RESTORING, LOST_AND_FOUND = ".restoring-", "lost+found"


@dataclass(frozen=True)
class Written:
    path: Path
    files: int
    size: int


def write_backup(path: Path | None = None, *, with_secret_key: bool = False) -> Written:
    now = timezone.localtime()
    target = path or settings.DATA_DIR / "backups" / f"kiun-{now:%Y%m%d-%H%M%S}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    try:
        files = _write_archive(unfinished, _describe(now.isoformat()), with_secret_key=with_secret_key)
        # Only a whole file ever has the final name.
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    _remember(now)
    return Written(target, files, target.stat().st_size)


def _remember(at: datetime) -> None:
    """For `kiun check`, which asks how old the last backup is."""
    DutyRun.objects.update_or_create(duty=BACKUP, defaults={"due_at": at, "last_run_at": at, "was_successful": True})


def _describe(created_at: str) -> Manifest:
    return Manifest(
        kiun=version("kiun"),
        created_at=created_at,
        database=connection.vendor,
        database_version=database_copy.server_version(),
        migrations=database_copy.applied_migrations(),
    )


def _write_archive(path: Path, manifest: Manifest, *, with_secret_key: bool) -> int:
    """The number of uploaded files. The database comes first: a file it names was stored before its row."""
    with TemporaryDirectory(dir=settings.DATA_DIR) as folder, _private(path) as archive:
        writer = ArchiveWriter(archive)
        copy = Path(folder) / "database"
        database_copy.dump(copy)
        writer.add(DATABASES[connection.vendor], copy)
        stored = sorted(file for entry in _stored_entries() for file in (entry, *entry.rglob("*")) if file.is_file())
        for file in stored:
            # A file that is deleted while we copy belongs to a row that is gone as well.
            with suppress(FileNotFoundError):
                writer.add(f"{FILES}{file.relative_to(settings.MEDIA_ROOT).as_posix()}", file)
        if with_secret_key:
            writer.add(SECRET_KEY, _written_key(Path(folder)))
        writer.close(replace(manifest, entries=writer.entries))
    return len(stored)


def _private(path: Path) -> zipfile.ZipFile:
    """Only the owner may read a backup: it holds everything."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    return zipfile.ZipFile(os.fdopen(descriptor, "w+b"), "w")


def _written_key(folder: Path) -> Path:
    path = folder / KEY_FILE
    path.write_text(settings.SECRET_KEY, encoding="ascii")
    return path


def describe_backup(path: Path) -> Manifest:
    """The manifest of a backup that this installation could restore; a DomainError if it could not."""
    with open_archive(path) as archive:
        manifest = read_manifest(archive)
    if manifest.database != connection.vendor:
        raise DomainError(
            _("The backup comes from %(theirs)s, but this installation uses %(ours)s. Set DATABASE_URL accordingly.")
            % {"theirs": manifest.database, "ours": connection.vendor}
        )
    unknown = database_copy.migrations_unknown_to_the_program(manifest.migrations)
    if unknown:
        raise DomainError(
            _("The backup was written by a newer Kiun (%(kiun)s; unknown: %(unknown)s). Update the program first.")
            % {"kiun": manifest.kiun, "unknown": ", ".join(unknown[:3])}
        )
    return manifest


def restore_backup(path: Path) -> Manifest:
    """Everything is unpacked and verified beside the living data; only then do the two change places."""
    manifest = describe_backup(path)
    _require_room(manifest)
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix="restore-") as name:
        folder = Path(name)
        with open_archive(path) as archive:
            extract(archive, manifest, folder)
        with files_beside(folder) as incoming, files_swapped(incoming):
            database_copy.restore(folder / manifest.database_entry)
        _take_over_key(folder)
    return manifest


def remember_restored(manifest: Manifest) -> None:
    """The data of a backup cannot know that backup; called when its tables fit the program again."""
    _remember(datetime.fromisoformat(manifest.created_at))


def _require_room(manifest: Manifest) -> None:
    needed = 2 * sum(entry.size for entry in manifest.entries.values())
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < needed:
        raise DomainError(
            _("Restoring needs %(needed)s MB on the disk of %(folder)s, but only %(free)s MB are free.")
            % {"needed": needed // 1_000_000, "folder": settings.DATA_DIR, "free": free // 1_000_000}
        )


@contextmanager
def files_beside(folder: Path) -> Iterator[Path]:
    """The unpacked files, on the disk of the living ones: that may be another, mounted for several machines."""
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.MEDIA_ROOT, prefix=RESTORING) as name:
        incoming = Path(name) / "incoming"
        incoming.mkdir()
        for entry in sorted((folder / FILES).glob("*")):
            shutil.move(entry, incoming)
        yield incoming


@contextmanager
def files_swapped(incoming: Path) -> Iterator[None]:
    """The folder of the files stays what it is, a mount or a link: its content is exchanged. Whatever fails, now or in
    the block, what was there comes back.
    """
    before = incoming.with_name("before")
    before.mkdir()
    moves = [(entry, before / entry.name) for entry in _stored_entries()]
    moves += [(entry, settings.MEDIA_ROOT / entry.name) for entry in sorted(incoming.iterdir())]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.rename(target)
            done.append((source, target))
        yield
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def _stored_entries() -> list[Path]:
    """What lies in the folder of the files, without what a disk keeps there for itself, or a restoring that was cut off
    may have left.
    """
    return sorted(
        entry
        for entry in settings.MEDIA_ROOT.glob("*")
        if not entry.name.startswith(RESTORING) and entry.name != LOST_AND_FOUND
    )


def _take_over_key(folder: Path) -> None:
    key = folder / SECRET_KEY
    if key.exists():
        key.chmod(0o600)
        key.replace(settings.DATA_DIR / KEY_FILE)
