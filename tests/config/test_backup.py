"""A round trip on the database that the tests run on, while somebody goes on writing."""

import shutil
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pytest
from django.db import connection

from kiun.config.operations import backup as backup_of
from kiun.config.operations.archive import read_manifest
from tests.config.installations import Installation

INSERT = "INSERT INTO config_dutyrun (duty, due_at, outcome) VALUES ('{duty}', '2026-11-23 00:00:00+00', '')"


class Writer:
    """Writes pairs, each in one transaction: a copy with half a pair would be no copy of any moment."""

    def __init__(self, own: Installation) -> None:
        self._own = own
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.pairs = 0
        self.wrote_some = threading.Event()

    def _write(self) -> None:
        database = self._own.connect()
        while not self._stopped.is_set():
            for half in ("left", "right"):
                database.execute(INSERT.format(duty=f"{half} {self.pairs}"))
            database.commit()
            self.pairs += 1
            if self.pairs > 20:
                self.wrote_some.set()
        database.close()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self.wrote_some.wait(timeout=30)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()


def duties(own: Installation) -> list[str]:
    database = own.connect()
    rows = database.execute("SELECT duty FROM config_dutyrun WHERE duty <> 'config.backup' ORDER BY id").fetchall()
    database.close()
    return [row[0] for row in rows]


def pairs(count: int) -> list[str]:
    return [f"{half} {number}" for number in range(count) for half in ("left", "right")]


def write(own: Installation, duty: str) -> None:
    database = own.connect()
    database.execute(INSERT.format(duty=duty))
    database.commit()
    database.close()


def store(own: Installation, name: str, content: bytes) -> Path:
    path = own.data / "files" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def backup(own: Installation, *arguments: str) -> Path:
    done = own.kiun("backup", "kept.zip", *arguments)
    assert done.returncode == 0, done.stderr
    return own.folder / "kept.zip"


def test_a_backup_taken_while_people_write_comes_back_whole(own: Installation) -> None:
    store(own, "1/ab/abcdef", b"minutes")
    with Writer(own) as writer:
        before = writer.pairs
        done = own.kiun("backup", "kept.zip")
        after = writer.pairs
    assert done.returncode == 0, done.stderr
    store(own, "1/cd/later", b"added after the backup")

    restored = own.kiun("restore", "kept.zip", "--yes")

    assert restored.returncode == 0, restored.stderr
    found = duties(own)
    assert found == pairs(len(found) // 2)
    assert before <= len(found) // 2 <= after
    assert files(own) == {"1/ab/abcdef": b"minutes"}


def files(own: Installation) -> dict[str, bytes]:
    folder = own.data / "files"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_restoring_while_people_write_leaves_either_state_and_never_half_a_pair(own: Installation) -> None:
    write(own, "kept")
    backup(own)
    with suppress(Exception), Writer(own):
        restored = own.kiun("restore", "kept.zip", "--yes")
    assert restored.returncode == 0, restored.stderr
    found = duties(own)
    assert found[0] == "kept"
    halves = [duty.split()[1] for duty in found[1:]]
    assert halves[::2] == halves[1::2]


def test_files_on_another_disk_stay_there_when_a_backup_comes_back(own: Installation, tmp_path: Path) -> None:
    elsewhere = tmp_path / "shared"
    elsewhere.mkdir()
    (own.data / "files").symlink_to(elsewhere)
    store(own, "1/ab/abcdef", b"minutes")
    backup(own)
    store(own, "1/cd/later", b"added after the backup")

    restored = own.kiun("restore", "kept.zip", "--yes")

    assert restored.returncode == 0, restored.stderr
    assert (own.data / "files").is_symlink()
    assert [path.relative_to(elsewhere).as_posix() for path in sorted(elsewhere.rglob("*"))] == [
        "1",
        "1/ab",
        "1/ab/abcdef",
    ]


def test_what_cannot_be_put_back_leaves_the_files_that_were_there(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    for place in ("files/1/living", "files/lost+found/kept", "restored/files/1/restored", "restored/files/2/restored"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    with pytest.raises(OSError, match="full"):
        _restore_until_the_disk_is_full(tmp_path / "restored", settings.MEDIA_ROOT)
    assert names(settings.MEDIA_ROOT) == ["1/living", "lost+found/kept"]


def _restore_until_the_disk_is_full(folder: Path, files_now: Path) -> None:
    with backup_of.files_beside(folder) as incoming, backup_of.files_swapped(incoming):
        assert names(files_now) == ["1/restored", "2/restored", "lost+found/kept"]
        raise OSError("the disk is full")


def names(folder: Path) -> list[str]:
    """What lies there, but for what is on its way."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in found if not name.startswith("."))


def test_a_backup_is_for_its_owner_only_and_has_a_dated_name(own: Installation) -> None:
    done = own.kiun("backup")
    assert done.returncode == 0, done.stderr
    (path,) = (own.data / "backups").iterdir()
    assert path.name.startswith("kiun-20")
    assert path.name.endswith(".zip")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert done.stdout.startswith(f"✓ {path} (")


@pytest.mark.parametrize(("arguments", "is_kept"), [((), False), (("--with-secret-key",), True)])
def test_the_secret_key_travels_only_when_it_is_asked_to(
    own: Installation, arguments: tuple[str, ...], is_kept: bool
) -> None:
    key = own.data / "secret_key"
    first = key.read_text()
    backup(own, *arguments)
    key.write_text("another key, drawn by another installation, long enough for it")
    assert own.kiun("restore", "kept.zip", "--yes").returncode == 0
    assert (key.read_text() == first) == is_kept
    assert stat.S_IMODE(key.stat().st_mode) & 0o077 == 0 or not is_kept


def test_restoring_over_a_town_needs_a_yes(own: Installation) -> None:
    path = backup(own)
    founded = own.kiun("new-town", "999016", "ひなた市", "--slug", "hinata", "--admin-email", "dx@hinata.example")
    assert founded.returncode == 0, founded.stderr
    refused = own.kiun("restore", str(path))
    assert refused.returncode == 1
    assert "Nothing was changed: the present data (municipalities: 1) would be replaced." in refused.stderr
    assert "--yes" in refused.stderr
    assert own.kiun("restore", str(path), "--yes").returncode == 0


def damaged(path: Path) -> Path:
    """The archive with one letter changed in an uploaded file, and everything else as it was."""
    target = path.with_name("damaged.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as sink:
        for name in source.namelist():
            content = source.read(name)
            sink.writestr(name, content.replace(b"minutes", b"Minutes") if name.startswith("files/") else content)
    return target


def test_a_backup_that_was_changed_is_refused_and_nothing_happens(own: Installation) -> None:
    store(own, "1/ab/abcdef", b"minutes")
    path = backup(own)
    write(own, "written since")
    refused = own.kiun("restore", str(damaged(path)), "--yes")
    assert (refused.returncode, refused.stderr) == (
        1,
        "✗ The backup is damaged: the checksum of files/1/ab/abcdef does not fit.\n",
    )
    assert duties(own)[-1] == "written since"
    assert files(own) == {"1/ab/abcdef": b"minutes"}
    assert [entry.name for entry in own.data.iterdir() if entry.name.startswith("restore-")] == []


def test_a_full_disk_leaves_no_half_backup(own: Installation) -> None:
    refused = own.kiun("backup", "/dev/full/kept.zip")
    assert refused.returncode == 1
    assert refused.stderr.startswith("✗ The backup could not be written: ")


@contextmanager
def without_on_path(own: Installation, name: str) -> Iterator[None]:
    """All programs but one, as on a machine where it is not installed."""
    folder = own.folder / "bin"
    folder.mkdir()
    for tool in ("ps", "sh"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    path = own.environment["PATH"]
    own.environment["PATH"] = str(folder)
    yield
    own.environment["PATH"] = path


def test_missing_programs_of_postgresql_are_named(own: Installation) -> None:
    with without_on_path(own, "pg_dump"):
        done = own.kiun("backup", "kept.zip")
    if connection.vendor == "sqlite":
        assert done.returncode == 0
    else:
        assert done.returncode == 1
        assert done.stderr.startswith("✗ The program “pg_dump” is missing. Install PostgreSQL's client programs")


def test_a_backup_of_a_newer_program_is_refused_by_the_name_of_what_is_unknown(own: Installation) -> None:
    database = own.connect()
    database.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('goals', '9999_future', '2026-11-23 00:00:00+00')"
    )
    database.commit()
    database.close()
    path = backup(own)
    with zipfile.ZipFile(path) as archive:
        assert "municipality.0001_initial" in read_manifest(archive).migrations
    refused = own.kiun("restore", str(path), "--yes")
    assert refused.returncode == 1
    assert refused.stderr.startswith("✗ The backup was written by a newer Kiun (")
    assert "; unknown: goals.9999_future). Update the program first." in refused.stderr
