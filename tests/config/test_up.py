"""The real thing: web server, worker and ticker in their own processes, as `make run` starts them."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.client import HTTPConnection

import pytest

from tests.config.installations import Installation, installation

PATIENCE = 90


def answer(own: Installation, path: str = "/healthz") -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", int(own.environment["PORT"]), timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def wait_for_answer(own: Installation) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError):
            assert answer(own) == (200, b"ok")
            return
        time.sleep(0.1)
    raise AssertionError("no answer")


def descendants(pid: int) -> dict[int, str]:
    """Processes below `pid`, with what they run, in full (-ww): `ps` cuts its lines where COLUMNS is set."""
    listing = subprocess.run(["ps", "-axwwo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    below = {pid}
    while grown := {int(row[0]) for row in rows if int(row[1]) in below} - below:
        below |= grown
    return {int(row[0]): row[2] for row in rows if int(row[0]) in below - {pid}}


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 20
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, {pid for pid in pids if is_alive(pid)}
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state) and not state.startswith("Z")


@contextmanager
def running(own: Installation, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = own.start("up", *arguments)
    try:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("✓ Kiun is ready"):
                break
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_all(process: "subprocess.Popen[str]") -> dict[int, str]:
    """Once worker and ticker have joined the web server."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = descendants(process.pid)
        if all(any(word in args for args in found.values()) for word in ("granian", "db_worker", "tick")):
            return found
        time.sleep(0.2)
    raise AssertionError(found)


@pytest.fixture(scope="module")
def served(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Running, for tests that leave it so."""
    with installation(tmp_path_factory.mktemp("served"), copied_from=prepared) as made:
        made.environment["KIUN_WEB_PROCESSES"] = "1"
        with running(made):
            yield made


def test_one_signal_ends_all_of_it(own: Installation) -> None:
    """SIGINT, SIGTERM and SIGHUP do the same: tests/config/test_supervisor.py."""
    with running(own) as process:
        assert answer(own) == (200, b"ok")
        family = wait_for_all(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        wait_until_gone(set(family))


def test_a_killed_web_server_comes_back_and_a_killed_supervisor_leaves_nobody(own: Installation) -> None:
    own.environment["KIUN_WEB_PROCESSES"] = "1"
    with running(own) as process:
        family = wait_for_all(process)
        web = next(pid for pid, args in family.items() if "granian" in args and descendants(pid))
        os.kill(web, signal.SIGKILL)
        wait_until_gone({web})
        wait_for_answer(own)
        family = wait_for_all(process)
        process.kill()
        wait_until_gone(set(family))


def test_another_terminal_knows_where_it_runs(served: Installation) -> None:
    """Founding a town needs no PORT although Kiun was started with one."""
    without_port = {name: value for name, value in served.environment.items() if name != "PORT"}
    elsewhere = replace(served, environment=without_port)
    founded = elsewhere.kiun("new-town", "999016", "ひなた市", "--slug", "hinata", "--admin-email", "dx@hinata.example")
    assert f"http://127.0.0.1:{served.environment['PORT']}/t/hinata/invitations/" in founded.stdout, founded.stderr


def test_a_taken_port_is_one_clear_line(served: Installation) -> None:
    second = served.kiun("up")
    port = int(served.environment["PORT"])
    assert second.returncode == 1
    assert second.stderr == (
        f"✗ Port {port} is taken by another program. Choose another one, for example: PORT={port + 80} make run\n"
    )


def test_production_refuses_what_check_refuses(own: Installation) -> None:
    own.environment.update(KIUN_PRODUCTION="1", KIUN_PUBLIC_URL="http://kiun.example.jp")
    done = own.kiun("up")
    assert done.returncode == 1
    assert "Passwords would cross the network unencrypted (http://kiun.example.jp)." in done.stderr
