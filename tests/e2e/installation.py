"""The real thing for the journeys: `kiun up` in processes of its own, on a port and a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.config.installations import KIUN, free_port

PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Served:
    url: str
    folder: Path
    process: "subprocess.Popen[bytes]"


def _environment(folder: Path, port: int) -> dict[str, str]:
    # One browser needs one process of the web server: each takes seconds to start.
    chosen = {"KIUN_DATA_DIR": str(folder), "PORT": str(port), "KIUN_PRODUCTION": "false", "KIUN_WEB_PROCESSES": "1"}
    environment = {**os.environ, **chosen}
    for name in ("DATABASE_URL", "KIUN_STATIC_ROOT", "KIUN_PUBLIC_URL", "PYTEST_XDIST_WORKER"):
        environment.pop(name, None)
    return environment


@contextmanager
def served(folder: Path, *, demo: bool = True) -> Iterator[Served]:
    """`demo`: with the demonstration town; else there is nothing and nobody yet."""
    port = free_port()
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [*KIUN, "up", *(["--demo"] if demo else [])],
        env=_environment(folder, port),
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


def command(kiun: Served, *arguments: str) -> str:
    """`kiun` as an administrator gives it beside the running server; what it printed."""
    environment = _environment(kiun.folder, urlsplit(kiun.url).port or 0)
    return subprocess.run(
        [*KIUN, *arguments], env=environment, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


def carry_out(kiun: Served, program: str) -> str:
    """A program beside the running server, on its data; what it printed."""
    environment = {
        **os.environ,
        "KIUN_DATA_DIR": str(kiun.folder),
        "KIUN_PRODUCTION": "false",
        "DJANGO_SETTINGS_MODULE": "kiun.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


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
