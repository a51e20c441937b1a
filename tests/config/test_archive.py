"""Backups come from elsewhere: nothing in them is believed before it was checked."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from kiun.config.operations.archive import extract, open_archive, read_manifest
from kiun.kernel.errors import DomainError

CONTENT = b"tables"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def entry(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def manifest(**changes: Any) -> dict[str, Any]:
    entries = {"database.sqlite3": entry(CONTENT)}
    return {
        "format": 1,
        "kiun": "0.1.0",
        "created_at": "2026-11-23T09:00:00+09:00",
        "database": "sqlite",
        "database_version": "3.40.1",
        "migrations": [],
        "entries": entries,
    } | changes


def archive(path: Path, description: object, contents: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path / "backup.zip", "w") as file:
        for name, content in contents.items():
            file.writestr(name, content)
        file.writestr("manifest.json", json.dumps(description))
    return path / "backup.zip"


def read(path: Path, folder: Path) -> None:
    with open_archive(path) as file:
        extract(file, read_manifest(file), folder)


def test_a_whole_archive_is_unpacked(tmp_path: Path) -> None:
    contents = {"database.sqlite3": CONTENT, "files/1/ab/abc": b"minutes"}
    description = manifest(entries={name: entry(content) for name, content in contents.items()})
    read(archive(tmp_path, description, contents), tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_bytes() for name in contents} == contents


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/passwd",
        "files/../../outside",
        "files/./x",
        "files//x",
        "files/..\\outside",
        "files/C:x",
        "files/",
        "other.txt",
        "database.dump",
    ],
)
def test_a_file_that_would_land_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    contents = {"database.sqlite3": CONTENT, name: b"evil"}
    description = manifest(entries={name: entry(content) for name, content in contents.items()})
    with pytest.raises(DomainError, match="would be written elsewhere"):
        read(archive(tmp_path, description, contents), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("description", "contents", "words"),
    [
        ([], {"database.sqlite3": CONTENT}, "not a backup of Kiun"),
        ({"entries": {}}, {"database.sqlite3": CONTENT}, "not a backup of Kiun"),
        (manifest(surprise=1), {"database.sqlite3": CONTENT}, "not a backup of Kiun"),
        (manifest(format=2), {"database.sqlite3": CONTENT}, "written by a newer Kiun"),
        (manifest(), {}, "exactly what its manifest names"),
        (manifest(), {"database.sqlite3": CONTENT, "files/x": b""}, "exactly what its manifest names"),
        (manifest(entries={}), {}, "holds no database"),
        (manifest(), {"database.sqlite3": b"Tables"}, "checksum of database.sqlite3"),
        (manifest(), {"database.sqlite3": CONTENT * 1000}, "checksum of database.sqlite3"),
    ],
)
def test_an_archive_that_is_not_as_it_was_written_is_refused(
    description: object, contents: dict[str, bytes], words: str, tmp_path: Path
) -> None:
    with pytest.raises(DomainError, match=words):
        read(archive(tmp_path, description, contents), tmp_path / "out")


def test_a_bomb_is_never_unpacked(tmp_path: Path) -> None:
    """It promises six bytes and holds a gigabyte's worth of zeros."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("database.sqlite3", bytes(50_000_000))
        file.writestr("manifest.json", json.dumps(manifest()))
    with pytest.raises(DomainError, match="checksum"):
        read(tmp_path / "bomb.zip", tmp_path / "out")
    assert (tmp_path / "out" / "database.sqlite3").stat().st_size <= len(CONTENT)


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "letter.zip").write_text("Dear colleagues")
    with pytest.raises(DomainError, match="is not a backup of Kiun"):
        open_archive(tmp_path / "letter.zip")
    with pytest.raises(DomainError, match="There is no file"):
        open_archive(tmp_path / "nothing.zip")
