import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.db import DatabaseError, close_old_connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.config.operations.ticking import Outcome, run_due
from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError
from kiun.kernel.schedule import duties


class Command(KiunCommand):
    help = gettext_lazy("Run the periodic work that is due: reminders, mails, jobs that stopped halfway")
    example = "kiun tick\nkiun tick --every 60"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=float, metavar="SECONDS", help=_("go on, once every so many seconds, until stopped")
        )

    def handle(self, *, every: float | None, **options: Any) -> None:
        if every is None:
            self._tick_once()
        else:
            self._tick_until_stopped(every)

    def _tick_once(self) -> None:
        outcomes = run_due(duties)
        if not outcomes:
            self.stdout.write(_("Nothing was due."))
        for outcome in outcomes:
            self._tell(outcome)
        if not all(outcome.was_successful for outcome in outcomes):
            raise DomainError(_("Some of the work failed; it is tried again in a few minutes. See the lines above."))

    def _tick_until_stopped(self, every: float) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            # The work at hand is finished before the process ends.
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            self._tick_quietly()
            stopped.wait(every)

    def _tick_quietly(self) -> None:
        close_old_connections()
        try:
            for outcome in run_due(duties):
                if outcome.words:
                    self._tell(outcome)
        except DatabaseError as error:
            # The database server restarts: the next round finds it again.
            self.stderr.write(_("The database does not answer: %(error)s") % {"error": str(error).strip()})
        finally:
            close_old_connections()

    def _tell(self, outcome: Outcome) -> None:
        mark = "✓" if outcome.was_successful else "✗"
        self.stdout.write(f"{mark} {outcome.duty} {outcome.words}".rstrip())
