"""Every page that links lead to, looked at on a phone and on a desk."""

from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.e2e.conftest import DESK, PHONE, assert_accessible, assert_fits, assert_quiet, axe, make_wide, width_of

FILES = (".csv", ".xlsx")
DOWNLOADS = {
    "goals:import_template",
    "goals:indicator_export",
    "goals:plan_export",
    "initiatives:budget_export",
    "initiatives:capacity_export",
    "initiatives:comparison_export",
    "initiatives:request_workbook",
    "initiatives:round_archive_file",
    "initiatives:round_export",
    "initiatives:round_sample",
    "initiatives:work_export",
    "initiatives:work_template",
    "momentum:export",
    "surveys:results_export",
    "surveys:sheets_export",
}


def crawl(page: Page, start: str) -> dict[str, str]:
    """One address for each kind of page, by following links from `start`; each is looked at on the way."""
    page.context.add_init_script(axe())
    found: dict[str, str] = {}
    problems: list[str] = []
    waiting = [start]
    while waiting:
        url = waiting.pop(0)
        name = name_of(url)
        if name is None or name in found or name in DOWNLOADS or urlsplit(url).path.endswith(FILES):
            continue
        answer = page.goto(url)
        if answer is None or answer.status >= 400:
            raise AssertionError(f"{url} answered {answer and answer.status}")
        found[name] = url
        problems += problems_of(page, name)
        # The language stays the one that the page was opened in.
        links = page.eval_on_selector_all(
            "a[href]:not([hreflang])", "links => links.map(link => link.getAttribute('href'))"
        )
        waiting += [urljoin(url, link) for link in links if urljoin(url, link).startswith(base_of(url))]
    assert "\n\n".join(problems) == ""
    return found


def problems_of(page: Page, name: str) -> list[str]:
    """On a phone and on a desk: as it was opened, then at the other width, at which the next page is opened."""
    problems = []
    opened = width_of(page)
    for width in sorted((PHONE, DESK), key=lambda width: width != opened):
        make_wide(page, width)
        for check in (assert_fits, assert_accessible, assert_quiet):
            try:
                check(page)
            except AssertionError as error:
                problems.append(f"{name} at {width} px ({page.url}): {error}")
    return problems


def name_of(url: str) -> str | None:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return None


def base_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
