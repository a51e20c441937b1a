"""Real installations for tests: `kiun` in processes of its own, with a data folder and a database of its own."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
    folder.mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        yield Installation(folder, environment)
        return
    with _database(copied_from.environment["DATABASE_URL"].rpartition("/")[2] if copied_from else "template1") as url:
        yield Installation(folder, {**environment, "DATABASE_URL": url})


@contextmanager
def _database(template: str) -> Iterator[str]:
    import psycopg

    settings = connection.settings_dict
    server = {"host": settings["HOST"], "port": settings["PORT"] or 5432, "user": settings["USER"]}
    name = f"kiun_{uuid4().hex[:12]}"
    with psycopg.connect(**server, password=settings["PASSWORD"], dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
            host = server["host"].replace("/", "%2F")
            yield f"postgres://{server['user']}{secret}@{host}:{server['port']}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
