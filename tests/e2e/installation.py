"""The real thing for the journeys: `kiun up` in processes of its own, on a port and a folder of its own."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

from tests.config.installations import KIUN, free_port

PATIENCE_SECONDS = 120
KEYS_OF_A_BEGINNING = 1_000_000
_beginnings = count(1)


@dataclass(frozen=True)
class Served:
    url: str
    folder: Path
    process: "subprocess.Popen[bytes]"

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(_connect(self.folder)) as database:
            return database.execute(query, values).fetchall()


def _connect(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "kiun.sqlite3", timeout=30)


def begin_anew(kiun: Served, prepared: Path) -> None:
    """The rows that were prepared in another folder, instead of those that are served.

    What is new from here on gets keys that no row had before: the server remembers pages by them.
    """
    _until(lambda: not kiun.rows("SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status = 'RUNNING'"))
    with closing(_connect(prepared)) as source, closing(_connect(kiun.folder)) as target:
        source.backup(target)
        with target:
            target.execute("DELETE FROM sqlite_sequence")
            target.execute(
                "INSERT INTO sqlite_sequence SELECT name, ? FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'",
                [next(_beginnings) * KEYS_OF_A_BEGINNING],
            )


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _environment(folder: Path, **more: str) -> dict[str, str]:
    # One browser needs one process of the web server: each takes seconds to start.
    chosen = {"KIUN_DATA_DIR": str(folder), "KIUN_PRODUCTION": "false", "KIUN_WEB_PROCESSES": "1", **more}
    environment = {**os.environ, **chosen}
    for name in {"DATABASE_URL", "KIUN_STATIC_ROOT", "KIUN_PUBLIC_URL", "PORT", "PYTEST_XDIST_WORKER"} - set(more):
        environment.pop(name, None)
    return environment


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    port = free_port()
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [*KIUN, "up"],
        env=_environment(folder, PORT=str(port)),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait(port, process, folder)
        yield Served(f"http://127.0.0.1:{port}", folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()


def command(folder: Path, *arguments: str) -> str:
    """`kiun` as an administrator gives it, beside the running server or without one; what it printed."""
    return _output_of(*KIUN, *arguments, environment=_environment(folder))


# Many people of a test have one password: to hash it takes as long as all the rest of making them.
HASH_ONCE = """
from functools import cache
from django.contrib.auth import hashers
hashers.make_password = cache(hashers.make_password)
"""


def carry_out(kiun: Served, program: str) -> str:
    """A program beside the running server, on its data; what it printed."""
    environment = _environment(kiun.folder, DJANGO_SETTINGS_MODULE="kiun.config.settings")
    return _output_of(sys.executable, "-c", HASH_ONCE + program, environment=environment)


def _output_of(*arguments: str, environment: dict[str, str]) -> str:
    return subprocess.run(arguments, env=environment, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def _wait(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, (folder / "log").read_text()
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().read() == b"ok":
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise AssertionError((folder / "log").read_text())
