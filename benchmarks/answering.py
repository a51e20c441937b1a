"""A pulse sent to many people, answered all at once: python benchmarks/answering.py [--people 20000] [--clients 16]

Against the real server (`kiun up`), on SQLite or on an empty PostgreSQL database (--database URL). Each client opens
the page of a personal link and hands its eight answers in; --page leaves the opening out. With --kill the web process
and the worker are killed (-9) again and again while it runs, and started anew; whoever got no answer tries again with
the same link. In the end each answer must be there once: every person answers a number of their own, spread over the
points of the eight questions.
"""

import argparse
import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from queue import Empty, Queue
from urllib.parse import urlencode

RATE_TARGETS, P95_TARGET = {"postgresql": 150, "sqlite": 60}, 300
POINTS, KEYS = 5, ("W1", "A1", "E1", "P1", "V1", "T1", "I1", "S1")
BATCH = 2_000
PATIENCE = 120
# Long enough for a client to notice, short enough that most of the time something is up.
SECONDS_BETWEEN_KILLS = 8


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(KIUN_DATA_DIR=folder, PORT=str(arguments.port), DJANGO_SETTINGS_MODULE="kiun.config.settings")
        if arguments.database:
            os.environ["DATABASE_URL"] = arguments.database
        links = prepare(arguments.people)
        server = Server(arguments.port)
        killer = threading.Thread(target=server.kill_again_and_again, daemon=True)
        try:
            if arguments.kill:
                killer.start()
            load = Load(arguments.port, links, opens=not arguments.page)
            load.run(arguments.clients)
        finally:
            server.stop()
        load.report()
        check(links)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--port", type=int, default=8791)
    parser.add_argument("--kill", action="store_true", help="kill the processes while it runs")
    parser.add_argument("--page", action="store_true", help="hand in only, without opening the page first")
    return parser.parse_args()


def prepare(people: int) -> list[str]:
    """A town in which so many are invited; their secrets, by the number that each answers."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone
    from django_scopes import scope

    from kiun.momentum.models import Wave
    from kiun.momentum.services.waves import invited_to, prepare_survey
    from kiun.municipality.actors import system_actor
    from kiun.municipality.models import Membership, User
    from kiun.surveys.models import Ticket
    from kiun.surveys.services import issue_links, open_survey

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from tests.factories import make_department, make_town

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    today = timezone.localdate()
    town = make_town("kiunload", "大都市（架空）")
    with scope(municipality=town):
        departments = [make_department(town, f"第{n}課") for n in range(200)]
        users = User.objects.bulk_create(
            [User(username=f"a{n}", email=f"a{n}@example.com", name=f"職員 {n}", password="!") for n in range(people)],
            batch_size=BATCH,
        )
        Membership.objects.bulk_create(
            [
                Membership(municipality=town, user=user, department=departments[n % 200], valid_from=today)
                for n, user in enumerate(users)
            ],
            batch_size=BATCH,
        )
        days = {"opens_on": today, "closes_on": today + timedelta(days=13)}
        wave = Wave(municipality=town, fiscal_year=2026, quarter=2, **days)
        wave.save()
        actor = system_actor(town, on=today)
        survey = open_survey(actor=actor, survey=prepare_survey(wave), invited=invited_to(wave, today))
        tickets = Ticket.objects.filter(survey=survey).order_by("pk")
        links = [secret for _ticket, secret in issue_links(actor=actor, survey=survey, tickets=tickets)]
    connections.close_all()
    return links


class Server:
    """`kiun up`, and what kills its processes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.is_over = threading.Event()
        self.kills = 0
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        started = subprocess.Popen(
            [sys.executable, "-m", "kiun.config.command_line", "up", "web", "worker"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                asked.request("GET", "/healthz")
                if asked.getresponse().status == http.client.OK:
                    return started
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def kill_again_and_again(self) -> None:
        while not self.is_over.wait(SECONDS_BETWEEN_KILLS):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.kills += 1
            self.process = self._start()

    def stop(self) -> None:
        self.is_over.set()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        if self.kills:
            print(f"all processes killed and started again {self.kills} times")


class Load:
    def __init__(self, port: int, links: list[str], *, opens: bool) -> None:
        self.port, self.opens = port, opens
        self.waiting: Queue[tuple[int, str]] = Queue()
        for one in enumerate(links):
            self.waiting.put(one)
        self.times: list[float] = []
        self.tries: Counter[str] = Counter()
        self.seconds = 0.0

    def run(self, clients: int) -> None:
        began = time.perf_counter()
        threads = [threading.Thread(target=self._answer_all) for _ in range(clients)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        self.seconds = time.perf_counter() - began

    def _answer_all(self) -> None:
        connection = self._connect()
        while True:
            try:
                number, secret = self.waiting.get_nowait()
            except Empty:
                return
            while True:
                try:
                    self._answer(connection, number, secret)
                    break
                except (OSError, http.client.HTTPException):
                    # The process was killed: nobody knows whether the answer arrived.
                    self.tries["again"] += 1
                    connection = self._connect()
                    time.sleep(0.2)

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def _answer(self, connection: http.client.HTTPConnection, number: int, secret: str) -> None:
        path = f"/p/kiunload/a/{secret}/"
        # A browser that has never been here; without the page a token of its own, as the server would have set it.
        cookie = token = "a" * 32
        if self.opens:
            status, body, headers = self._timed(connection, "GET", path, {}, "")
            assert status == http.client.OK, status
            cookie = re.search(r"csrftoken=(\w+)", headers["Set-Cookie"])[1]
            token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)[1].decode()
        form = {"csrfmiddlewaretoken": token}
        form |= {f"a-{key}": point for key, point in zip(KEYS, _points(number), strict=True)}
        sent = {"Cookie": f"csrftoken={cookie}", "Referer": f"http://127.0.0.1:{self.port}/"}
        sent["Content-Type"] = "application/x-www-form-urlencoded"
        status, _body, _headers = self._timed(connection, "POST", path, sent, urlencode(form))
        self.tries[str(status)] += 1
        if status >= http.client.INTERNAL_SERVER_ERROR:
            raise http.client.HTTPException(str(status))

    def _timed(
        self, connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        began = time.perf_counter()
        connection.request(method, path, body or None, {"Accept-Language": "ja", **headers})
        answer = connection.getresponse()
        read = answer.read()
        self.times.append((time.perf_counter() - began) * 1000)
        return answer.status, read, answer.headers

    def report(self) -> None:
        p95 = statistics.quantiles(self.times, n=20)[-1]
        rate = self.tries["302"] / self.seconds
        print(f"{self.tries['302']:,} answers in {self.seconds:.0f} s: {rate:.0f} a second; ", end="")
        print(f"p50 {statistics.median(self.times):.0f} ms, p95 {p95:.0f} ms (target {P95_TARGET}); {dict(self.tries)}")


def _points(number: int) -> Iterator[int]:
    """The number in the points of eight questions: whose answer a sheet is can be told from it."""
    for _question in KEYS:
        number, digit = divmod(number, POINTS)
        yield digit + 1


def check(links: list[str]) -> None:
    """Close the survey and count: each number once."""
    from django.db import connection
    from django_scopes import scope

    from kiun.municipality.actors import system_actor
    from kiun.municipality.models import Municipality
    from kiun.surveys.models import Sheet, Survey, Ticket
    from kiun.surveys.services import close_survey

    town = Municipality.objects.get(slug="kiunload")
    with scope(municipality=town):
        survey = Survey.objects.get()
        close_survey(actor=system_actor(town), survey=survey)
        found = Counter(_number(answers) for answers in Sheet.objects.values_list("answers", flat=True))
        used = Ticket.objects.filter(is_used=True).count()
    lost = set(range(len(links))) - found.keys()
    doubled = [number for number, times in found.items() if times > 1]
    print(f"{connection.vendor}: {used:,} tickets used, {sum(found.values()):,} sheets; ", end="")
    print(
        f"lost {len(lost)}, doubled {len(doubled)} (target 0 and 0; {RATE_TARGETS[connection.vendor]} answers a second)"
    )


def _number(answers: dict[str, int]) -> int:
    return sum((answers[key] - 1) * POINTS**place for place, key in enumerate(KEYS))


if __name__ == "__main__":
    main()
