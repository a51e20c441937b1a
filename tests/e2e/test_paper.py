"""Pages on A4 as somebody brings them to a meeting, and what residents take into their own pages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_quiet, sign_in

pytestmark = pytest.mark.e2e

STAFF_PAGES = ["overview/", "plans/1/", "goals/1/", "goals/indicators/1/", "overview/departments/1/"]
PUBLIC_PAGES = ["", "indicators/1/"]
CONTROLS = "button, .k-button, .k-rowactions a, summary > .k-icon, form"


def print_out(page: Page) -> int:
    """Shown as it is printed from here on; the number of its sheets."""
    sheets = len(re.findall(rb"/Type /Page\b", page.pdf(format="A4", prefer_css_page_size=True)))
    page.emulate_media(media="print")
    return sheets


def assert_headed_and_without_controls(page: Page) -> None:
    head = page.locator(".k-report__head")
    expect(head).to_contain_text("ひなた市")
    expect(head).to_contain_text(re.compile("令和.+日 印刷"))
    shown = page.locator(CONTROLS).evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML)"
    )
    assert shown == []


def test_what_staff_print_says_whose_it_is_and_holds_no_control(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    for address in STAFF_PAGES:
        page.emulate_media(media="screen")
        page.goto(f"{kiun.url}/t/hinata/{address}")
        expect(page.locator(".k-report__head")).to_be_hidden()
        print_out(page)
        assert_headed_and_without_controls(page)
    assert_quiet(page)


def test_an_indicator_takes_two_sheets_and_its_picture_stands_on_the_first(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/goals/indicators/1/")
    expect(page.locator(".k-chart__canvas svg")).to_be_visible()
    assert print_out(page) == 2
    for heading in page.get_by_role("columnheader", name="操作", include_hidden=True).all():
        expect(heading).to_be_hidden()


def test_the_overview_prints_every_decision(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "hinata")
    page.goto(f"{kiun.url}/t/hinata/overview/")
    waiting = page.locator("section").filter(has=page.get_by_role("link", name="ほか3件", include_hidden=True))
    asked = waiting.locator(".k-decision--open").locator("visible=true")
    goals = waiting.locator(".k-decision:not(.k-decision--open)").locator("visible=true")
    expect(asked).to_have_count(3)
    expect(goals).to_have_count(5)
    assert print_out(page) == 2
    expect(asked).to_have_count(3)
    expect(goals).to_have_count(8)
    expect(page.get_by_role("link", name="ほか3件")).to_be_hidden()


def test_a_plan_prints_the_goals_of_branches_that_nobody_opened(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/plans/1/")
    page.wait_for_load_state("networkidle")
    print_out(page)
    assert page.locator("article.k-goal").evaluate_all("all => all.filter(one => one.checkVisibility()).length") == 43
    torn = page.locator(".k-ind, .k-goal").evaluate_all(
        "all => all.filter(one => getComputedStyle(one).breakInside !== 'avoid').length"
    )
    assert torn == 0


def test_residents_print_closed_policies_too(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    for address in PUBLIC_PAGES:
        page.emulate_media(media="screen")
        page.goto(f"{kiun.url}/p/hinata/{address}")
        print_out(page)
        assert_headed_and_without_controls(page)
    page.goto(f"{kiun.url}/p/hinata/")
    articles = page.locator("article").evaluate_all(
        "all => all.map(one => one.checkVisibility({contentVisibilityAuto: true}) && one.offsetHeight > 0)"
    )
    assert articles == [True] * 43


def test_a_phone_shows_the_last_value_clear_of_the_target(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(PHONE)
    page.goto(f"{kiun.url}/p/hinata/indicators/1/")
    chart = page.locator(".k-chart__canvas svg")
    number = chart.locator(
        "text[font-weight='700'], text[style*='700']", has_text=re.compile(r"^\d+(\.\d+)?%$")
    ).last.bounding_box()
    target = chart.locator("path[stroke-dasharray='6,5']").first.bounding_box()
    assert number, "the value is written"
    assert target, "the target is drawn"
    assert number["y"] > target["y"] + target["height"] or number["y"] + number["height"] < target["y"]


def test_the_line_for_another_page_is_copied_and_what_it_shows_fits(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{kiun.url}/p/hinata/indicators/1/")
    button = page.get_by_role("button", name="この1行をコピーする")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="コピーしました")).to_be_visible()
    line = page.evaluate("navigator.clipboard.readText()")
    assert line == page.locator(".k-code").text_content()
    assert_quiet(page)
    height = int(re.findall('height="([0-9]+)"', line)[0])
    for width in (340, PHONE, 685, DESK):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{kiun.url}/p/hinata/indicators/1/embed/")
        expect(page.locator(".k-chart__canvas svg")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollHeight") == height
