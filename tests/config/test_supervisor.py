"""With small programs in place of Kiun's; tests/config/test_up.py does the same with the real ones."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.installations import ROOT

SCRIPT = """
import sys
from kiun.config.operations import supervisor
from kiun.config.operations.supervisor import Program, Supervisor
import django
from django.conf import settings
settings.configure(USE_I18N=False)
supervisor.LONGEST_PAUSE_SECONDS = 0.1
programs = [Program(name, (sys.executable, "-u", "-c", code)) for name, code in {programs!r}]
sys.exit(Supervisor(programs, lambda words: print(words, flush=True)).run({started}))
"""
FOREVER = "import time\nprint('{name} runs', flush=True)\ntime.sleep(600)"
DEAF = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"


def supervise(programs: list[tuple[str, str]], started: str = "lambda: True") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(programs=programs, started=started)],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    )


def lines_until(process: "subprocess.Popen[str]", last: str) -> list[str]:
    lines = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line.strip())
        if line.strip() == last:
            return lines
    raise AssertionError(lines)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_programs_start_after_the_first_and_end_together(ending: signal.Signals) -> None:
    process = supervise([("web", FOREVER.format(name="web")), ("worker", FOREVER.format(name="worker"))])
    assert lines_until(process, "worker runs") == ["web runs", "worker runs"]
    process.send_signal(ending)
    assert process.communicate(timeout=20)[0] == "Stopping …\n"
    assert process.returncode == 0


def test_a_program_that_died_comes_back(tmp_path: Path) -> None:
    mark = tmp_path / "born before"
    code = f"""
import os, pathlib, time
mark = pathlib.Path({str(mark)!r})
print("again" if mark.exists() else "born", flush=True)
if not mark.exists():
    mark.touch()
    os._exit(3)
time.sleep(600)
"""
    process = supervise([("worker", code)])
    assert lines_until(process, "again") == ["born", "“worker” ended (code 3) and is started again.", "again"]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0


def test_a_program_that_cannot_live_stops_everything_with_a_reason() -> None:
    process = supervise([("web", FOREVER.format(name="web")), ("worker", "raise SystemExit(7)")])
    output = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert output.splitlines()[-1] == (
        "✗ “worker” ended 5 times in a row right after its start (last code 7). "
        "The reason stands in the lines above; “kiun check” examines the installation."
    )


def test_a_program_deaf_to_requests_is_ended_all_the_same() -> None:
    """Before the start is complete there is no grace: nobody waits for an answer yet."""
    process = supervise([("web", DEAF + FOREVER.format(name="web"))], started="lambda: False")
    lines_until(process, "web runs")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
