"""Times the roadmap of a town with 150 initiatives and 5,000 tasks: `python benchmarks/roadmap.py [--database URL]`.

First the server alone (one client, each page asked many times), then the first paint in Chromium, with an empty cache
and with the files of the page already there. The targets stand in benchmarks/RESULTS.md.
"""

import argparse
import http.client
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REQUESTS = 100
VISITS = 9
PAINTS = """
() => new Promise((done) => {
  new PerformanceObserver((list) => {
    // After the page has loaded it may take a moment until it is painted.
    const first = performance.getEntriesByName('first-contentful-paint')[0]
    const largest = list.getEntries().at(-1)
    done([first.startTime, largest.startTime, performance.getEntriesByType('navigation')[0].responseEnd])
  }).observe({type: 'largest-contentful-paint', buffered: true})
})
"""


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(KIUN_DATA_DIR=folder, PORT=str(arguments.port), DJANGO_SETTINGS_MODULE="kiun.config.settings")
        if arguments.database:
            os.environ["DATABASE_URL"] = arguments.database
        keys = _prepare(arguments.initiatives, arguments.tasks)
        server = _serve(arguments.port)
        try:
            cookie = _sign_in(arguments.port)
            print(f"load of the machine: {os.getloadavg()[0]:.1f}")
            _time_the_server(arguments.port, cookie, keys, arguments.requests)
            if not arguments.without_browser:
                _time_the_paint(arguments.port, keys)
            print(f"load of the machine: {os.getloadavg()[0]:.1f}")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--port", type=int, default=8791)
    parser.add_argument("--initiatives", type=int, default=150)
    parser.add_argument("--tasks", type=int, default=5_000)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--without-browser", action="store_true")
    return parser.parse_args()


def _prepare(initiatives: int, tasks: int) -> dict[str, int]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections
    from django.utils import timezone
    from django_scopes import scope

    from benchmarks.large_work import build_large_work
    from kiun.initiatives.models import InitiativeLink, InitiativeStatus

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    town = build_large_work(timezone.localdate(), initiatives=initiatives, tasks=tasks)
    if connection.vendor == "postgresql":
        # As autovacuum does within a minute on every ordinary server; without it the planner guesses.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(
        f"{connection.vendor}: {initiatives} initiatives, {tasks} tasks, {time.perf_counter() - began:.1f} s to build"
    )
    with scope(municipality=town):
        linked = InitiativeLink.objects.filter(
            before__status=InitiativeStatus.APPROVED, after__status=InitiativeStatus.APPROVED
        )
        moved = linked.values_list("before", flat=True)[0]
    connections.close_all()
    return {"initiative": moved}


def _serve(port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [sys.executable, "-m", "kiun.config.command_line", "up", "web"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _attempt in range(300):
        try:
            if _ask(port, "GET", "/healthz")[0] == http.client.OK:
                return server
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _ask(
    port: int, method: str, path: str, cookie: str = "", body: str = "", headers: dict[str, str] | None = None
) -> tuple[int, bytes, list[str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {"Cookie": cookie, "Accept-Language": "ja", **(headers or {})})
    answer = connection.getresponse()
    cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return answer.status, answer.read(), cookies


def _sign_in(port: int) -> str:
    from benchmarks.large_work import ADMIN, PASSWORD

    _status, page, cookies = _ask(port, "GET", "/accounts/login/")
    body = f"csrfmiddlewaretoken={_token(page)}&login={ADMIN}&password={PASSWORD}"
    form = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{port}/"}
    return "; ".join(_ask(port, "POST", "/accounts/login/", "; ".join(cookies), body, form)[2])


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1].decode()


def pages(keys: dict[str, int]) -> dict[str, str]:
    roadmap = "/t/shigoto/roadmap/"
    return {
        "roadmap, fiscal years": roadmap,
        "by department": f"{roadmap}?lanes=department",
        "quarters": f"{roadmap}?zoom=quarter",
        "months": f"{roadmap}?zoom=month",
        "an initiative opened": f"{roadmap}?open={keys['initiative']}",
        "late ones only": f"{roadmap}?late=on",
        "table": f"{roadmap}?view=table",
        "public": "/p/shigoto/roadmap/",
    }


def _time_the_server(port: int, cookie: str, keys: dict[str, int], requests: int) -> None:
    print("\n| page | KB | first ms | p50 ms | p95 ms |\n|---|---:|---:|---:|---:|")
    for name, path in pages(keys).items():
        sent = "" if path.startswith("/p/") else cookie
        print(_line(name, [_timed(port, "GET", path, sent) for _ in range(requests)]), flush=True)
    print(_line("effect of a move", _effects(port, cookie, keys, max(requests // 4, 20))), flush=True)


def _timed(port: int, method: str, path: str, cookie: str, body: str = "") -> tuple[float, int]:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{port}/"}
    began = time.perf_counter()
    status, content, _cookies = _ask(port, method, path, cookie, body, headers)
    assert status == http.client.OK, (path, status)
    return (time.perf_counter() - began) * 1000, len(content)


def _effects(port: int, cookie: str, keys: dict[str, int], requests: int) -> list[tuple[float, int]]:
    """As a drag asks for it: 30 days later, with all that follows."""
    path = f"/t/shigoto/roadmap/initiatives/{keys['initiative']}/move/"
    _status, page, _cookies = _ask(port, "GET", path, cookie)
    dates = re.findall(rb'name="(?:starts|ends)_on" value="([\d-]+)"', page)
    ends_on = f"{int(dates[1][:4]) + 1}{dates[1][4:].decode()}"
    body = (
        f"csrfmiddlewaretoken={_token(page)}&step=effect&starts_on={dates[0].decode()}&ends_on={ends_on}"
        "&with_work=on&with_followers=on"
    )
    return [_timed(port, "POST", path, cookie, body) for _ in range(requests)]


def _line(name: str, measured: list[tuple[float, int]]) -> str:
    times, size = [took for took, _ in measured], measured[-1][1] / 1024
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"| {name} | {size:.0f} | {times[0]:.1f} | {statistics.median(times):.1f} | {p95:.1f} |"


def _time_the_paint(port: int, keys: dict[str, int]) -> None:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("KIUN_CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    print("\n| in Chromium, 1280 px | answer ms | first paint ms | largest paint ms |\n|---|---:|---:|---:|")
    with sync_playwright() as playwright:
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=args)
        state = _signed_in(browser, port)
        for name, path in pages(keys).items():
            url = f"http://127.0.0.1:{port}{path}"
            empty = [_paint(_page(browser, state), url) for _ in range(VISITS)]
            page = _page(browser, state)
            _paint(page, url)
            known = [_paint(page, url) for _ in range(VISITS)]
            for cache, paints in (("empty cache", empty), ("files known", known)):
                middle = " | ".join(f"{statistics.median(column):.0f}" for column in zip(*paints, strict=True))
                print(f"| {name}, {cache} | {middle} |", flush=True)
        browser.close()


def _signed_in(browser: Any, port: int) -> Any:
    from benchmarks.large_work import ADMIN, PASSWORD

    page = _page(browser, None)
    page.goto(f"http://127.0.0.1:{port}/accounts/login/")
    page.fill("[name=login]", ADMIN)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/t/**")
    return page.context.storage_state()


def _page(browser: Any, state: Any) -> Any:
    return browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja", storage_state=state).new_page()


def _paint(page: Any, url: str) -> tuple[float, float, float]:
    page.goto(url, wait_until="load")
    first, largest, answered = page.evaluate(PAINTS)
    return answered, first, largest


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
