import http.client
import socket
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiun.config.operations.address import keep_address
from kiun.config.operations.inspection import Level, inspect_installation
from kiun.config.operations.preparation import load_demo_when_empty, prepare
from kiun.config.operations.supervisor import Program, Supervisor
from kiun.dashboard.demo import DEMO_PASSWORD
from kiun.dashboard.demo.organisation import ACCOUNTS
from kiun.kernel.commands import KiunCommand
from kiun.kernel.errors import DomainError
from kiun.municipality.models import Municipality

PATIENCE_SECONDS = 60.0
SECONDS_BETWEEN_TICKS = "60"

PROGRAM_NAMES = ("web", "worker", "ticker")
OWN_COMMAND = (sys.executable, "-m", "kiun.config.command_line")


def _program(name: str) -> Program:
    commands = {
        "web": (
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"),
            *("--host", settings.BIND_HOST, "--port", str(settings.BIND_PORT)),
            *("--workers", str(settings.WEB_PROCESSES), "--blocking-threads", str(settings.WEB_THREADS)),
            *("--respawn-failed-workers", "--workers-kill-timeout", "8"),
            "kiun.config.wsgi:application",
        ),
        "worker": (*OWN_COMMAND, "db_worker", "--interval", "0.5"),
        "ticker": (*OWN_COMMAND, "tick", "--every", SECONDS_BETWEEN_TICKS),
    }
    return Program(name, commands[name])


def _program_name(text: str) -> str:
    if text not in PROGRAM_NAMES:
        raise ArgumentTypeError(_("choose from web, worker, ticker"))
    return text


class Command(KiunCommand):
    help = gettext_lazy("Serve the pages, do the background work and keep the schedule, until Ctrl-C")
    example = "kiun up\nPORT=8080 kiun up --demo\nkiun up worker ticker"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "programs",
            nargs="*",
            type=_program_name,
            metavar="PROGRAM",
            help=_("only these: web, worker, ticker (default: all)"),
        )
        parser.add_argument(
            "--demo", action="store_true", help=_("load the demonstration town if there is no town yet")
        )

    def handle(self, *, programs: Sequence[str], demo: bool, **options: Any) -> None:
        wanted = programs or PROGRAM_NAMES
        serves_pages = "web" in wanted
        if serves_pages:
            _require_free_port()
        prepare(self._say)
        if demo:
            load_demo_when_empty(self._say)
        _require_safety()
        accounts = _demo_accounts()
        if serves_pages:
            keep_address()
        connections.close_all()
        announcement = _Announcement(self._say, accounts) if serves_pages else (lambda: True)
        code = Supervisor([_program(name) for name in wanted], self._say).run(announcement)
        if code:
            sys.exit(code)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


class _Announcement:
    """Prints the address once the web server answers there, or says that it does not."""

    def __init__(self, say: Any, accounts: Sequence[str]) -> None:
        self._say = say
        self._accounts = accounts
        self._begun = time.monotonic()

    def __call__(self) -> bool:
        if _answers():
            self._say(_("✓ Kiun is ready: %(url)s   (Ctrl-C stops it)") % {"url": settings.PUBLIC_URL})
            for line in self._accounts:
                self._say(f"  {line}")
            return True
        if time.monotonic() - self._begun > PATIENCE_SECONDS:
            raise DomainError(
                _("The web server did not answer within %(seconds)s seconds; the reason stands in the lines above.")
                % {"seconds": int(PATIENCE_SECONDS)}
            )
        return False


def _own_address() -> str:
    return "127.0.0.1" if settings.BIND_HOST in {"0.0.0.0", "::"} else settings.BIND_HOST  # noqa: S104 - compared only


def _answers() -> bool:
    connection = http.client.HTTPConnection(_own_address(), settings.BIND_PORT, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _require_free_port() -> None:
    with socket.socket() as probe:
        if probe.connect_ex((_own_address(), settings.BIND_PORT)) == 0:
            raise DomainError(
                _("Port %(port)s is taken by another program. Choose another one, for example: PORT=%(other)s make run")
                % {"port": settings.BIND_PORT, "other": settings.BIND_PORT + 80}
            )


def _require_safety() -> None:
    """In production, nothing is served that `kiun check` would refuse."""
    if not settings.PRODUCTION:
        return
    refused = [verdict for verdict in inspect_installation() if verdict.level == Level.REFUSED]
    if refused:
        sentences = " ".join(f"{verdict.finding} {verdict.remedy}" for verdict in refused)
        raise DomainError(_("Kiun does not start in production like this: %(why)s") % {"why": sentences})


def _demo_accounts() -> list[str]:
    if not Municipality.objects.filter(is_demo=True).exists():
        return []
    heading = _("To try it, sign in with one of these names; the password is always %(password)s") % {
        "password": DEMO_PASSWORD
    }
    return [
        heading,
        *(
            f"  {post.username:<12} {post.department or post.title} {post.name} ({post.role.label})"
            for post in ACCOUNTS
        ),
    ]
