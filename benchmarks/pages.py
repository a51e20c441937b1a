"""Times every page of a large town over HTTP, against the real server: `python benchmarks/pages.py [--database URL]`.

Prints p50 and p95 in milliseconds per page at 1 and at 16 clients, requests per second, queries per page, and the peak
memory of the server's processes. The targets stand in benchmarks/RESULTS.md.
"""

import argparse
import http.client
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

SECONDS_PER_PAGE = 6.0
REQUESTS_ALONE = 100
CLIENTS = 16


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(KIUN_DATA_DIR=folder, PORT=str(arguments.port), DJANGO_SETTINGS_MODULE="kiun.config.settings")
        if arguments.database:
            os.environ["DATABASE_URL"] = arguments.database
        keys = _prepare()
        server = _serve(arguments.port)
        try:
            cookie = _sign_in(arguments.port)
            _report(arguments.port, cookie, keys, server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--port", type=int, default=8790)
    return parser.parse_args()


def _prepare() -> dict[str, int]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections
    from django.utils import timezone
    from django_scopes import scope

    from benchmarks.large_town import build_large_town
    from kiun.goals.models import Goal, Indicator, Plan
    from kiun.municipality.models import Department

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    town = build_large_town(timezone.localdate())
    if connection.vendor == "postgresql":
        # As autovacuum does within a minute on every ordinary server; without it the planner guesses.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"{connection.vendor}: town built in {time.perf_counter() - began:.1f} s")
    with scope(municipality=town):
        keys = {
            "plan": Plan.objects.first().pk,
            "goal": Goal.objects.first().pk,
            "indicator": Indicator.objects.first().pk,
            "department": Department.objects.exclude(parent=None).first().pk,
        }
    print(f"peak memory of building: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    connections.close_all()
    return keys


def _serve(port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [sys.executable, "-m", "kiun.config.command_line", "up", "web"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _attempt in range(150):
        try:
            if _get(port, "/healthz")[0] == http.client.OK:
                return server
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


Answer = tuple[int, bytes, http.client.HTTPMessage]


def _get(port: int, path: str, cookie: str = "", connection: http.client.HTTPConnection | None = None) -> Answer:
    own = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    own.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "ja"})
    answer = own.getresponse()
    return answer.status, answer.read(), answer.headers


def _sign_in(port: int) -> str:
    from benchmarks.large_town import PASSWORD

    _status, page, headers = _get(port, "/accounts/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
    cookie = headers["Set-Cookie"].split(";")[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = f"csrfmiddlewaretoken={token}&login=large-admin&password={PASSWORD}"
    form = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{port}/"}
    connection.request("POST", "/accounts/login/", body, {"Cookie": cookie, **form})
    answer = connection.getresponse()
    answer.read()
    cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return "; ".join(cookies)


def pages(keys: dict[str, int]) -> dict[str, str]:
    staff = "/t/daitoshi"
    return {
        "overview": f"{staff}/overview/",
        "department": f"{staff}/overview/departments/{keys['department']}/",
        "my page": f"{staff}/me/",
        "plan": f"{staff}/plans/{keys['plan']}/",
        "goals": f"{staff}/goals/",
        "vague goals": f"{staff}/goals/vague/",
        "goal": f"{staff}/goals/{keys['goal']}/",
        "indicators": f"{staff}/goals/indicators/",
        "indicator": f"{staff}/goals/indicators/{keys['indicator']}/",
        "enter a value": f"{staff}/goals/indicators/{keys['indicator']}/record/",
        "people": f"{staff}/people/",
        "departments": f"{staff}/departments/",
        "search": f"{staff}/search/?q=申請".replace("申請", "%E7%94%B3%E8%AB%8B"),
        "audit": f"{staff}/audit/",
        "notices": f"{staff}/notices/",
        "live version": f"{staff}/version/",
        "public": "/p/daitoshi/",
        "public indicator": f"/p/daitoshi/indicators/{keys['indicator']}/",
    }


def _report(port: int, cookie: str, keys: dict[str, int], pid: int) -> None:
    print("\npage                 status     KB  first ms  p50 ms  p95 ms | 16 clients: p50 ms  p95 ms  req/s")
    for name, path in pages(keys).items():
        sent = "" if path.startswith("/p/") else cookie
        first, status, size = _once(port, path, sent)
        alone = [_once(port, path, sent)[0] for _ in range(REQUESTS_ALONE)]
        together, rate = _together(port, path, sent)
        one = f"{first:>9.1f} {statistics.median(alone):>7.1f} {_p95(alone):>7.1f}"
        many = f"{statistics.median(together):>7.1f} {_p95(together):>7.1f} {rate:>6.0f}"
        print(f"{name:20} {status:>6} {size / 1024:>6.0f} {one} |             {many}", flush=True)
    print(f"\npeak memory of the server's processes: {_peak_memory(pid)} MB")


def _once(
    port: int, path: str, cookie: str, connection: http.client.HTTPConnection | None = None
) -> tuple[float, int, int]:
    began = time.perf_counter()
    status, body, _headers = _get(port, path, cookie, connection)
    return (time.perf_counter() - began) * 1000, status, len(body)


def _together(port: int, path: str, cookie: str) -> tuple[list[float], float]:
    times: list[float] = []
    end = time.perf_counter() + SECONDS_PER_PAGE

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < end:
            times.append(_once(port, path, cookie, connection)[0])

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    began = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return times, len(times) / (time.perf_counter() - began)


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _peak_memory(pid: int) -> int:
    """Sum of the peaks of the processes that the server started, from /proc."""
    session = {
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _session_of(entry) == pid
    }
    peaks = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{one}/status").read_text()) for one in session]
    return sum(int(peak[1]) for peak in peaks if peak) // 1024


def _session_of(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[3])
    except OSError:
        return -1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
