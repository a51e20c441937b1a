"""A real browser for the journeys: every page is watched for refused styles, script errors and foreign requests."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from kiun.dashboard.demo import DEMO_PASSWORD
from tests.e2e.installation import Served, begin_anew, command, served

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 900}
# Of a page that is just being exchanged for the next one there is nothing to measure yet.
BEYOND = "(page => page ? page.scrollWidth - page.clientWidth : -1)(document.documentElement)"


def chromium_path() -> str | None:
    return os.environ.get("KIUN_CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")


@dataclass
class Watch:
    """What a page did besides showing itself."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


_watches: dict[Page, Watch] = {}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # The browser's driver runs an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=args)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation in which there is nobody yet."""

    def make(folder: Path) -> None:
        folder.mkdir()
        with served(folder):
            pass

    return _made_once(tmp_path_factory, "empty", make)


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, empty_data: Path) -> Path:
    """The data folder of a demonstration town, with the work done that begins when it is loaded."""

    def make(folder: Path) -> None:
        shutil.copytree(empty_data, folder)
        command(folder, "prepare", "--demo")
        command(folder, "db_worker", "--batch", "--interval", "0")

    return _made_once(tmp_path_factory, "demo", make)


def _made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """By whichever of the processes that share the tests needs it first."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    made = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            making = shared / f"{name}-making"
            make(making)
            making.rename(made)
    return made


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, empty_data: Path) -> Iterator[Served]:
    """One for all files of tests: to start takes longer than most journeys."""
    folder = tmp_path_factory.mktemp("kiun")
    shutil.copytree(empty_data, folder, dirs_exist_ok=True)
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def kiun(installation: Served, demo_data: Path) -> Served:
    """Serves a demonstration town, fresh for the module."""
    return _beginning_with(demo_data, installation)


@pytest.fixture(scope="module")
def empty_kiun(installation: Served, empty_data: Path) -> Served:
    """Serves nobody yet when the module begins."""
    return _beginning_with(empty_data, installation)


def _beginning_with(data: Path, installation: Served) -> Served:
    _sessions.clear()
    begin_anew(installation, data)
    return installation


@pytest.fixture
def page_at(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`page_at(390)` opens a page of that width, in Japanese and with scripts unless told otherwise."""
    opened = []

    def open_page(width: int, *, language: str = "ja", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)}, locale=language, java_script_enabled=scripts
        )
        opened.append(context)
        page = context.new_page()
        watch = _watches[page] = Watch()
        page.on("console", lambda message: _note(watch, message.type, message.text))
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.on("request", lambda request: watch.hosts.add(urlsplit(request.url).netloc))
        return page

    yield open_page
    for context in opened:
        for page in context.pages:
            _watches.pop(page, None)
        context.close()


def _note(watch: Watch, kind: str, text: str) -> None:
    # A page that answers 4xx on purpose is reported by the browser as a failed load.
    if kind == "error" and "Failed to load resource" not in text:
        watch.errors.append(text)


def assert_quiet(page: Page) -> None:
    """No refused style or script, no script error, and nothing asked of anybody but the own server."""
    watch = _watches[page]
    assert watch.errors == []
    assert {host for host in watch.hosts if host} <= {urlsplit(page.url).netloc}


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


# Nothing of what these tags ask needs style sheets to be loaded once more, nor where in the page an element stands.
RUN_AXE = """tags => 'axe' in window && axe.run(
  document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false, selectors: false}
).then(found => found.violations)"""


def assert_accessible(page: Page) -> None:
    violations = page.evaluate(RUN_AXE, TAGS)
    if violations is False:
        page.evaluate(axe())
        violations = page.evaluate(RUN_AXE, TAGS)
    assert [f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0]['any'][:1]}" for v in violations] == []


def assert_fits(page: Page) -> None:
    """Nothing makes the page itself scroll sideways, once its charts have drawn themselves anew for this width."""
    for _try in range(20):
        if not (beyond := page.evaluate(BEYOND)):
            return
        page.wait_for_timeout(100)
    assert beyond == 0


def width_of(page: Page) -> int:
    return (page.viewport_size or {})["width"]


def make_wide(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})


def look(page: Page) -> None:
    """On a phone and on a desk, and at last as wide as it was."""
    page.wait_for_load_state()
    own = width_of(page)
    for width in sorted(HEIGHTS, key=lambda width: width == own):
        make_wide(page, width)
        assert_fits(page)
        assert_accessible(page)
    assert_quiet(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def confirm(page: Page, name: str) -> None:
    """Say yes to what is asked before it happens."""
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def agree(page: Page, name: str) -> None:
    """Press what asks first, and say yes."""
    press(page, name)
    confirm(page, name)


# The cookies of those who have signed in, by server and name.
_sessions: dict[tuple[str, str], Any] = {}


def sign_in(page: Page, url: str, username: str, password: str = DEMO_PASSWORD) -> None:
    """Through the form; who has done so on this server before goes on in the same session, unless it was ended."""
    if kept := _sessions.get((url, username)):
        page.context.add_cookies(kept)
        page.goto(url)
        if page.url.startswith(f"{url}/t/"):
            return
    _fill_in(page, url, username, password)
    _sessions[url, username] = page.context.cookies()


def _fill_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{url}/t/**")
