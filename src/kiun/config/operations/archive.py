"""The backup file: one zip with a manifest that knows the checksum of everything else in it."""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from kiun.kernel.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files/"
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a file
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
BLOCK = 1024 * 1024
LONGEST_MANIFEST = 64 * BLOCK


@dataclass(frozen=True)
class Entry:
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`migrations` are all that the database had gone through; `database_version` is that of its server."""

    kiun: str
    created_at: str
    database: str
    database_version: str
    migrations: list[str]
    format: int = FORMAT
    entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def database_entry(self) -> str:
        return DATABASES[self.database]


class ArchiveWriter:
    """Collects entries with their checksums; the manifest is written last, when all are known."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, path: Path) -> None:
        digest = hashlib.sha256()
        size = 0
        with path.open("rb") as source, self._archive.open(_entry_info(name), "w", force_zip64=True) as target:
            while block := source.read(BLOCK):
                digest.update(block)
                size += len(block)
                target.write(block)
        self.entries[name] = Entry(size, digest.hexdigest())

    def close(self, manifest: Manifest) -> None:
        content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
        self._archive.writestr(_entry_info(MANIFEST), content)


def _entry_info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def open_archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise DomainError(_("There is no file %(path)s.") % {"path": path}) from None
    except (zipfile.BadZipFile, OSError):
        raise DomainError(_("%(path)s is not a backup of Kiun, or it is damaged.") % {"path": path}) from None


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """The manifest, after everything that can be told without reading the content was found in order."""
    try:
        with archive.open(MANIFEST) as content:
            manifest = _parse(json.loads(content.read(LONGEST_MANIFEST)))
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile):
        raise DomainError(_("The file is not a backup of Kiun, or it is damaged.")) from None
    if manifest.format != FORMAT:
        raise DomainError(
            _("The backup was written by a newer Kiun (%(kiun)s). Update first.") % {"kiun": manifest.kiun}
        )
    _check_names(archive.namelist(), manifest)
    return manifest


def _parse(content: dict[str, Any]) -> Manifest:
    entries = {name: Entry(**entry) for name, entry in content.pop("entries").items()}
    return Manifest(**content, entries=entries)


def _check_names(names: Iterable[str], manifest: Manifest) -> None:
    found = sorted(names)
    if found != sorted([MANIFEST, *manifest.entries]):
        raise DomainError(_("The backup does not contain exactly what its manifest names; it was changed or damaged."))
    allowed = {manifest.database_entry, SECRET_KEY}
    for name in manifest.entries:
        if name not in allowed and not _is_safe_file(name):
            raise DomainError(_("The backup holds a file that would be written elsewhere: %(name)s.") % {"name": name})
    if manifest.database_entry not in manifest.entries:
        raise DomainError(_("The backup holds no database."))


def _is_safe_file(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        name.startswith(FILES)
        and not name.endswith("/")
        and ".." not in parts
        and "\\" not in name
        and ":" not in name
        and str(PurePosixPath(name)) == name
    )


def extract(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Unpack everything below `folder`, and refuse what differs from the manifest by a single byte."""
    for name, entry in manifest.entries.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(name) as source, target.open("wb") as sink:
                found = _copy(source, sink, entry.size)
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError) as error:
            raise DomainError(
                _("The backup is damaged at %(name)s: %(error)s") % {"name": name, "error": error}
            ) from None
        if found != entry:
            raise DomainError(_("The backup is damaged: the checksum of %(name)s does not fit.") % {"name": name})


def _copy(source: IO[bytes], sink: IO[bytes], expected_size: int) -> Entry:
    digest = hashlib.sha256()
    size = 0
    # One byte more than promised is enough to know; a bomb is never unpacked.
    while block := source.read(min(BLOCK, expected_size - size + 1)):
        digest.update(block)
        size += len(block)
        if size > expected_size:
            break
        sink.write(block)
    return Entry(size, digest.hexdigest())
