"""Every component, layout and state of the gallery in a real browser, on a phone and on a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, assert_quiet

pytestmark = pytest.mark.e2e

PAGES = [
    "",
    "overview/",
    "form/?rejected",
    "form/?notice",
    "wide-table/",
    "public/",
    "print/",
    "embed/",
    "sign-in/",
    "search/?q=申請",
    "errors/400/",
    "errors/403/",
    "errors/404/",
    "errors/403_csrf/",
    "errors/500/",
    "errors/domain/",
]


@pytest.fixture
def gallery(kiun: Served) -> Callable[[Page, str], Page]:
    def open_page(page: Page, path: str) -> Page:
        page.goto(f"{kiun.url}/gallery/{path}")
        if page.evaluate("typeof htmx") != "undefined":
            expect(page.locator("[data-chart]:not(.is-drawn)")).to_have_count(0)
        return page

    return open_page


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_quiet_and_fits(gallery, page_at, path, width):
    page = gallery(page_at(width), path)
    expect(page.locator("h1")).to_have_count(1)
    assert_accessible(page)
    assert_fits(page)
    assert_quiet(page)


def test_charts_are_drawn_and_their_tables_fold(gallery, page_at):
    page = gallery(page_at(DESK), "")
    chart = page.locator("#chart-online")
    expect(chart.locator("[data-chart-canvas] svg")).to_be_visible()
    expect(chart.get_by_role("table")).to_be_hidden()
    expect(chart.locator("svg text", has_text="目標 60%")).to_have_count(1)
    chart.get_by_text("表で見る").focus()
    page.keyboard.press("Enter")
    expect(chart.get_by_role("table")).to_be_visible()
    assert chart.get_by_role("row").nth(1).inner_text().split("\t") == ["令和6年4月1日", "28%", "", ""]


def test_without_scripts_the_tables_stand_open(gallery, page_at):
    page = gallery(page_at(DESK, scripts=False), "")
    expect(page.locator("#chart-online").get_by_role("table")).to_be_visible()
    expect(page.locator("#chart-online [data-chart-canvas]")).to_be_hidden()


def test_without_scripts_the_phone_still_has_every_way_in(gallery, page_at):
    page = gallery(page_at(PHONE, scripts=False), "overview/")
    page.locator("noscript").get_by_role("link", name="人材").click()
    assert page.url.endswith("/gallery/print/")


def test_search_opens_by_key_finds_while_typing_and_is_walked_by_arrows(gallery, page_at):
    page = gallery(page_at(DESK), "overview/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("searchbox", name="見られるものすべてから探す")
    expect(field).to_be_focused()
    field.fill("申請")
    hit = page.locator("#kiun-search-found").get_by_role("link", name="オンライン申請の割合")
    expect(hit).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    assert_quiet(page)


def test_dialog_opens_takes_the_focus_and_gives_it_back(gallery, page_at):
    page = gallery(page_at(DESK), "")
    opener = page.get_by_role("button", name="理由を添えて変える")
    opener.click()
    dialog = page.get_by_role("dialog", name="目標値を変える")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_grave_action_asks_first(gallery, page_at):
    page = gallery(page_at(DESK), "")
    sent = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.get_by_role("button", name="この指標をやめる").click()
    question = page.get_by_role("dialog", name="この指標をやめますか")
    expect(question).to_be_visible()
    question.get_by_role("button", name="やめておく").click()
    expect(question).to_be_hidden()
    assert sent == []


def test_phone_has_a_bar_for_the_thumb_and_a_menu_with_the_rest(gallery, page_at):
    page = gallery(page_at(PHONE), "overview/")
    bar = page.get_by_role("navigation", name="主なページ（画面下）")
    assert bar.get_by_role("link").all_inner_texts() == ["全体", "目標", "計画", "声"]
    assert all(box["height"] >= 44 for box in [link.bounding_box() for link in bar.get_by_role("link").all()])
    bar.get_by_role("button", name="メニュー").click()
    expect(page.get_by_role("dialog", name="メニュー").get_by_role("link", name="データ")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("opener", ["この語の意味：担当", "その他の操作"])
def test_what_opens_beside_its_button_stays_in_the_window(gallery, page_at, opener):
    page = gallery(page_at(PHONE), "")
    summary = page.locator("main summary", has_text=opener)
    summary.click()
    box = summary.locator("xpath=following-sibling::div").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE
    page.keyboard.press("Escape")
    expect(summary.locator("xpath=following-sibling::div")).to_be_hidden()


def test_job_tells_what_is_happening_and_stops_asking_when_done(gallery, page_at):
    page = gallery(page_at(DESK), "")
    job = page.locator("[data-job]")
    expect(job.get_by_text("閉じても続きます")).to_be_visible()
    expect(job.locator("[data-state=done]")).to_be_visible(timeout=15_000)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/job/" in request.url else None)
    page.wait_for_timeout(2500)
    assert asked == []


def test_a_live_page_follows_a_change_and_keeps_what_the_reader_did(gallery, page_at):
    page = page_at(DESK)
    page.route("**/gallery/version/", lambda route: route.fulfill(json={"version": "2"}))
    gallery(page, "overview/?live")
    page.get_by_label("覚え書き").fill("書きかけ")
    page.get_by_text("定義を読む").click()
    expect(page.locator("#overview")).to_have_attribute("data-live-version", "2", timeout=6000)
    expect(page.get_by_text("2回目の内容")).to_be_visible()
    expect(page.get_by_label("覚え書き")).to_have_value("書きかけ")
    expect(page.get_by_text("すべての申請の件数で割った値")).to_be_visible()
    assert_quiet(page)


def test_language_changes_and_stays_on_the_page(gallery, page_at):
    page = gallery(page_at(DESK), "public/")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/gallery/public/")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("navigation", name="The loop of momentum").get_by_text("Challenges")).to_be_visible()


def test_printed_report_shows_the_tables_and_no_controls(gallery, page_at):
    page = gallery(page_at(DESK), "print/")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="このページを印刷する")).to_be_hidden()
    expect(page.locator("#chart-online").get_by_role("table")).to_be_visible()
    expect(page.locator("#chart-online svg").first).to_be_visible()


def test_focus_is_seen_and_the_first_stop_skips_to_the_text(gallery, page_at):
    page = gallery(page_at(DESK), "overview/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="本文へ移る")
    expect(skip).to_be_focused()
    assert skip.evaluate("link => getComputedStyle(link).outlineWidth") == "4px"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
