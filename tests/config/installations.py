"""Real installations for tests: `kiun` in processes of its own, with a data folder and a database of its own."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection

ROOT = Path(__file__).parents[2]
KIUN = (sys.executable, "-m", "kiun.config.command_line")
# For programs of tests that need tables and not how they came to be: made from the models, as the tests' own are.
MAKE_TABLES = """
from django.conf import settings
from django.core.management import call_command


class NoMigrations:
    def __contains__(self, _app):
        return True

    def __getitem__(self, _app):
        return None


settings.MIGRATION_MODULES = NoMigrations()
call_command("migrate", run_syncdb=True, verbosity=0)
"""


@dataclass(frozen=True)
class Installation:
    folder: Path
    environment: dict[str, str]

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*KIUN, *arguments], env=self.environment, cwd=self.folder, text=True, stdout=subprocess.PIPE, **options
        )

    def kiun(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*KIUN, *arguments],
            env=self.environment,
            cwd=self.folder,
            text=True,
            capture_output=True,
            check=False,
            timeout=120,
        )

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> str:
        """Its name on the PostgreSQL server."""
        return self.environment["DATABASE_URL"].rpartition("/")[2]

    def connect(self) -> Any:
        """A plain connection, as another process of the installation would have it."""
        if connection.vendor == "sqlite":
            import sqlite3

            return sqlite3.connect(self.data / "kiun.sqlite3", timeout=30)
        import psycopg

        return psycopg.connect(self.environment["DATABASE_URL"].replace("postgres://", "postgresql://"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def installation(folder: Path, copied_from: Installation | None = None) -> Iterator[Installation]:
    """On the kind of database that the tests run on; a PostgreSQL database goes with the installation."""
    made = _new_installation(folder, copied_from)
    try:
        yield made
    finally:
        _drop_database(made)


@contextmanager
def shared_installation(folder: Path, fill: Callable[[Installation], None]) -> Iterator[Installation]:
    """One for all processes that share the tests, to be copied: the first of them fills it, the last one drops its
    database.
    """
    folder.mkdir(exist_ok=True)
    filled = folder / "environment.json"
    with (folder / "users").open("w") as users:
        with _alone(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not filled.exists():
                filled.write_text(json.dumps(_filled(folder, fill).environment))
        shared = Installation(folder, json.loads(filled.read_text()))
        try:
            yield shared
        finally:
            with _alone(folder), suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                filled.unlink()
                _drop_database(shared)


def shared_folder(base: Path) -> Path:
    """Where all processes that share the tests find it; pytest gives each of them a folder of its own below."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _filled(folder: Path, fill: Callable[[Installation], None]) -> Installation:
    shutil.rmtree(folder / "data", ignore_errors=True)
    made = _new_installation(folder)
    try:
        fill(made)
    except BaseException:
        _drop_database(made)
        raise
    return made


def _new_installation(folder: Path, copied_from: Installation | None = None) -> Installation:
    folder.mkdir(parents=True, exist_ok=True)
    if copied_from:
        shutil.copytree(copied_from.data, folder / "data")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KIUN_", "PYTEST_"))}
    environment |= {
        "KIUN_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
        "LANG": "en_US.UTF-8",
        "PORT": str(free_port()),
    }
    environment.pop("DATABASE_URL", None)
    environment.pop("LC_ALL", None)
    if connection.vendor == "postgresql":
        environment["DATABASE_URL"] = _create_database(copied_from.database if copied_from else "template1")
    return Installation(folder, environment)


def _create_database(template: str) -> str:
    settings = connection.settings_dict
    name = f"kiun_{uuid4().hex[:12]}"
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    host = settings["HOST"].replace("/", "%2F")
    return f"postgres://{settings['USER']}{secret}@{host}:{settings['PORT'] or 5432}/{name}"


def _drop_database(made: Installation) -> None:
    if connection.vendor == "postgresql":
        with _server() as server:
            server.execute(f'DROP DATABASE "{made.database}" WITH (FORCE)')


def _server() -> Any:
    import psycopg

    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or 5432,
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    )
