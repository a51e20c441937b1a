"""Keeps the processes of one installation alive together, and ends them together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

from django.utils.translation import gettext as _

QUICK_DEATH_SECONDS = 10.0
QUICK_DEATHS = 5
LONGEST_PAUSE_SECONDS = 8.0
GRACE_SECONDS = 10.0
POLL_SECONDS = 0.1

STOPPED = 0
GAVE_UP = 1

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple[str, ...]


def _die_with_parent() -> None:
    """Linux ends the child when its supervisor is killed outright and cannot do it itself."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class _Child:
    """One program in a process group of its own, so that Ctrl-C reaches the supervisor alone."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.quick_deaths = 0
        self.start_at = 0.0
        self.started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - the commands are our own
            self.program.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - there are no threads
        )
        self.started_at = time.monotonic()

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def bury(self) -> int:
        """Clear away what the dead process left behind, and plan its return. The exit code."""
        assert self.process is not None
        code = self.process.returncode
        self._signal_group(signal.SIGKILL)
        lived = time.monotonic() - self.started_at
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_DEATH_SECONDS else 0
        self.start_at = time.monotonic() + min(2.0 ** (self.quick_deaths - 1), LONGEST_PAUSE_SECONDS)
        self.process = None
        return code

    def ask_to_end(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def end(self, deadline: float) -> None:
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self._signal_group(signal.SIGKILL)
        self.process.wait()

    def _signal_group(self, number: signal.Signals) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


class Supervisor:
    def __init__(self, programs: Sequence[Program], say: Callable[[str], None]) -> None:
        self._children = [_Child(program) for program in programs]
        self._say = say
        self._stopping = False

    def run(self, when_started: Callable[[], bool]) -> int:
        """Serve until a signal comes. `when_started` is asked again and again until it answers True."""
        for number in _ENDING_SIGNALS:
            signal.signal(number, self._stop)
        has_started = False
        try:
            while not self._stopping:
                # The first program has the machine for itself until people can work with it.
                if not self._keep_alive(self._children if has_started else self._children[:1]):
                    return GAVE_UP
                has_started = has_started or when_started()
                time.sleep(POLL_SECONDS)
            self._say(_("Stopping …"))
            return STOPPED
        finally:
            # Before the start was complete, nobody's request is waiting for its answer.
            self._end_all(GRACE_SECONDS if has_started else 0)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _keep_alive(self, children: Sequence[_Child]) -> bool:
        for child in children:
            if child.has_died() and not self._may_return(child):
                return False
            if child.process is None and time.monotonic() >= child.start_at:
                child.start()
        return True

    def _may_return(self, child: _Child) -> bool:
        words = {"name": child.program.name, "code": child.bury(), "times": child.quick_deaths}
        if child.quick_deaths >= QUICK_DEATHS:
            self._say(
                _(
                    "✗ “%(name)s” ended %(times)s times in a row right after its start (last code %(code)s). "
                    "The reason stands in the lines above; “kiun check” examines the installation."
                )
                % words
            )
            return False
        self._say(_("“%(name)s” ended (code %(code)s) and is started again.") % words)
        return True

    def _end_all(self, grace: float) -> None:
        for child in self._children:
            child.ask_to_end()
        deadline = time.monotonic() + grace
        for child in self._children:
            child.end(deadline)
