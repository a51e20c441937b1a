"""工程表 in the browser: look, open, read as a table, and move a bar, by dragging and by the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, assert_quiet, sign_in

pytestmark = pytest.mark.e2e

DRAGGED, FOLLOWER, TYPED = "庁内無線LANの整備", "勤怠とテレワークの見直し", "電子契約の導入"


def open_roadmap(page: Page, kiun: Served, query: str = "") -> None:
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/roadmap/{query}")


def row_of(page: Page, name: str) -> Locator:
    return page.locator("[data-row]", has_text=name)


def dates_of(page: Page, name: str) -> tuple[str | None, str | None]:
    row = row_of(page, name)
    return row.get_attribute("data-from"), row.get_attribute("data-to")


def drag(page: Page, name: str, grip: str, by: float) -> None:
    """By so many pixels, as a hand does it: down, some way, the rest, up."""
    held = row_of(page, name).locator(f"[data-grip={grip}]")
    held.scroll_into_view_if_needed()
    box = held.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by / 2, y, steps=4)
    page.mouse.move(x + by, y, steps=4)


def test_a_dragged_bar_shows_what_it_does_and_is_saved_only_with_a_reason(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    open_roadmap(page, kiun, "?zoom=month")
    before = dates_of(page, DRAGGED)
    drag(page, DRAGGED, "end", 250)
    ghost = row_of(page, DRAGGED).locator(".k-road__ghost")
    expect(ghost).to_be_visible()
    page.keyboard.press("Escape")
    expect(ghost).to_have_count(0)
    page.mouse.up()
    expect(page.locator("#road-move")).not_to_be_visible()

    drag(page, DRAGGED, "end", 250)
    page.mouse.up()
    effect = page.locator("#move .k-effect")
    expect(effect).to_contain_text("日遅くなり")
    assert_accessible(page)
    page.get_by_role("button", name="やめておく").click()
    expect(ghost).to_have_count(0)
    page.reload()
    assert dates_of(page, DRAGGED) == before

    drag(page, DRAGGED, "bar", 250)
    page.mouse.up()
    expect(effect).to_contain_text("済んでいない作業")
    page.get_by_role("button", name="この内容で動かす").click()
    expect(page.locator("#move .k-summary")).to_contain_text("理由")
    page.fill("#move [name=reason]", "機器の納入が遅れるため")
    page.get_by_role("button", name="この内容で動かす").click()
    expect(page.locator("main")).to_contain_text("動かしました。")
    after = dates_of(page, DRAGGED)
    # Its work has begun: the beginning stays as it was.
    assert (after[0], after[1] is not None and before[1] is not None and after[1] > before[1]) == (before[0], True)
    page.goto(f"{kiun.url}/t/hinata/revisions/")
    expect(page.locator("main")).to_contain_text("機器の納入が遅れるため")
    assert_quiet(page)


def test_without_scripts_the_form_does_the_same(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK, scripts=False)
    open_roadmap(page, kiun)
    before = dates_of(page, TYPED)
    page.get_by_role("link", name=TYPED).click()
    page.get_by_role("link", name="動かす", exact=True).click()
    expect(page.locator("h1")).to_have_text(f"「{TYPED}」を動かす")
    page.fill("[name=ends_on]", "2028-09-30")
    page.get_by_role("button", name="影響を見る").click()
    expect(page.locator(".k-effect")).to_contain_text("令和10年9月30日に終わります。")
    page.fill("[name=reason]", "利用する課を増やすため")
    page.get_by_role("button", name="この内容で動かす").click()
    expect(page.locator("main")).to_contain_text("動かしました。")
    assert dates_of(page, TYPED) == (before[0], "2028-09-30")


def test_the_keyboard_reaches_everything(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    open_roadmap(page, kiun)
    page.get_by_role("link", name=TYPED).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=TYPED)).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".k-road__opened")).to_contain_text("取組のページを見る")
    assert_accessible(page)
    page.locator("[data-road]").focus()
    page.keyboard.press("t")
    expect(page.locator("table caption")).to_have_text("工程表")
    assert_accessible(page)
    page.get_by_role("region", name="工程表").focus()
    page.keyboard.press("t")
    expect(page.locator("[data-road]")).to_be_visible()
    assert_quiet(page)


def test_arrows_end_at_their_bars(kiun: Served, page_at: Callable[..., Page]):
    """The server reckons with the heights that the style sheet keeps; in the browser both are one."""
    page = page_at(DESK)
    open_roadmap(page, kiun)
    key = row_of(page, FOLLOWER).get_attribute("data-row")
    bar = row_of(page, FOLLOWER).locator(".k-road__track").bounding_box()
    head = page.locator(f".k-road__link[data-to='{key}'] .k-road__head").first.bounding_box()
    assert bar
    assert head
    assert bar["y"] - 2 <= head["y"] + head["height"] / 2 <= bar["y"] + bar["height"] + 2
    assert abs(head["x"] + head["width"] - bar["x"]) < 12


def test_on_a_phone_each_initiative_has_a_small_bar_of_its_own(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(PHONE)
    open_roadmap(page, kiun)
    name, field = row_of(page, TYPED).locator(".k-road__name"), row_of(page, TYPED).locator(".k-road__field")
    above, below = name.bounding_box(), field.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"] + 1
    assert below["width"] > 300
    expect(page.locator(".k-road__links").first).not_to_be_visible()
    assert_fits(page)


def test_on_a_phone_residents_open_what_they_want_to_read(kiun: Served, page_at: Callable[..., Page]):
    for scripts in (True, False):
        page = page_at(PHONE, scripts=scripts)
        page.goto(f"{kiun.url}/p/hinata/roadmap/")
        expect(page.locator("[data-road]")).not_to_be_visible()
        lanes = page.locator("details.k-tree")
        expect(lanes).to_have_count(8)
        shown = page.locator(".k-told").locator("visible=true")
        expect(shown).to_have_count(0)
        counter = lanes.filter(has_text="市民が「行かなくてよい」窓口")
        expect(counter.locator("summary")).to_contain_text("7件の取組 · 遅れ")
        height = page.locator("body").bounding_box()
        assert height
        assert height["height"] < 1200
        counter.locator("summary").click()
        expect(shown).to_have_count(7)
        expect(shown.filter(has_text="オンライン申請の拡大")).to_contain_text("40手続の公開")
        assert_fits(page)
        # A link to an initiative, as in a report, opens its lane.
        page.goto(f"{kiun.url}/p/hinata/roadmap/")
        shelter = page.locator(".k-told", has_text="防災情報の一斉配信")
        page.goto(f"{kiun.url}/p/hinata/roadmap/#{shelter.get_attribute('id')}")
        expect(shelter).to_be_visible()
        if scripts:
            assert_accessible(page)
            assert_quiet(page)


def test_the_table_shows_all_its_columns_in_a_window_of_1280_pixels(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    open_roadmap(page, kiun, "?view=table")
    heads = page.get_by_role("columnheader")
    assert heads.all_text_contents() == [
        "取組", "担当", "状態と進み具合", "期間", "段階", "節目", "前後の取組", "目標と見込み",
    ]  # fmt: skip
    last, frame = heads.last.bounding_box(), page.get_by_role("region", name="工程表").bounding_box()
    assert last
    assert frame
    assert last["x"] + last["width"] <= frame["x"] + frame["width"] + 1
    cut = page.locator(".k-roadtable :is(td, tbody th)").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    )
    assert cut == []
