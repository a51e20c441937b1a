"""Tasks in the hands of several people at once: what one does is seen by the others, and nobody's words are lost."""

from collections.abc import Callable
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, assert_quiet, sign_in

pytestmark = pytest.mark.e2e

SEEN_WITHIN_MS = 5_000
# Of 市民課, with 白井 健太 as the person responsible and a checklist.
WITH_STEPS = "窓口からの案内の切替え"
UNDER_WAY = "システムの設定と試験"
NOT_BEGUN = "広報と案内"


def open_task(page: Page, kiun: Served, name: str) -> str:
    page.goto(f"{kiun.url}/t/hinata/work/tasks/?q={name}&state=all")
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.locator("h1")).to_have_text(name)
    return page.url


def test_what_one_does_is_seen_by_others_who_go_on_writing(kiun: Served, page_at: Callable[..., Page]):
    head, member = page_at(DESK), page_at(PHONE)
    sign_in(head, kiun.url, "kuroda")
    task = open_task(head, kiun, WITH_STEPS)
    head.fill("#comment-add textarea", "@白井さん、案内文は")
    sign_in(member, kiun.url, "shirai")
    member.goto(task)
    member.get_by_role("checkbox", name="案内文の作成").click()
    expect(member.locator(".k-taskbar")).to_contain_text("33%")
    expect(head.locator(".k-taskbar")).to_contain_text("33%", timeout=SEEN_WITHIN_MS)
    expect(head.locator("#comment-add textarea")).to_have_value("@白井さん、案内文は")
    head.locator("#comment-add textarea").press_sequentially("できましたか")
    head.get_by_role("button", name="コメントを送る").click()
    expect(member.locator("#comments")).to_contain_text("案内文はできましたか", timeout=SEEN_WITHIN_MS)
    for page in (head, member):
        assert_quiet(page)
        assert_accessible(page)
        assert_fits(page)


def test_two_who_edit_the_same_line_are_told_of_each_other(kiun: Served, page_at: Callable[..., Page]):
    first, second = page_at(DESK), page_at(DESK)
    for page, name in ((first, "kuroda"), (second, "midorikawa")):
        sign_in(page, kiun.url, name)
        page.goto(f"{kiun.url}/t/hinata/work/tasks/?q={UNDER_WAY}")
        page.get_by_role("link", name=f"直す {UNDER_WAY}").click()
        expect(page.get_by_label("期限")).to_be_visible()
    second.get_by_label("期限").fill("R9.1.20")
    first.get_by_label("期限").fill("R9.1.25")
    first.get_by_role("button", name="保存する").click()
    expect(first.locator("tbody tr").first).to_contain_text("R9.1.25")
    # The page of the second follows the others, but not in the line that is being written.
    expect(second.locator("#kiun-announcements")).to_have_text("ページを最新にしました。", timeout=SEEN_WITHIN_MS)
    expect(second.get_by_label("期限")).to_have_value("R9.1.20")
    second.get_by_role("button", name="保存する").click()
    expect(second.get_by_role("alert")).to_contain_text("黒田 恵理")
    expect(second.get_by_label("期限")).to_have_value("R9.1.20")
    assert_accessible(second)
    second.get_by_role("button", name="保存する").click()
    expect(second.locator("tbody tr").first).to_contain_text("R9.1.20")
    for page in (first, second):
        assert_quiet(page)


def test_what_stands_in_the_way_is_decided_on_the_first_page_of_the_mayor(kiun: Served, page_at: Callable[..., Page]):
    mayor, member = page_at(PHONE), page_at(DESK)
    sign_in(mayor, kiun.url, "hinata")
    mayor.goto(f"{kiun.url}/t/hinata/overview/")
    sign_in(member, kiun.url, "shirai")
    task = open_task(member, kiun, NOT_BEGUN)
    member.get_by_role("link", name="判断を求める").click()
    member.fill("[name=text]", "広報紙の特集にするか、折り込みにするか")
    member.select_option("[name=decider]", label="日向 一郎（秘書課 市長）")
    member.get_by_role("button", name="判断を求める").click()
    asked = mayor.locator(".k-decision", has_text="広報紙の特集にするか")
    expect(asked).to_be_visible(timeout=SEEN_WITHIN_MS)
    asked.locator("summary").click()
    asked.locator("textarea").fill("特集にする。3月号で。")
    assert_accessible(mayor)
    assert_fits(mayor)
    asked.get_by_role("button", name="判断を記録する").click()
    expect(mayor.locator("main")).to_contain_text("判断を記録し、待っていた人に知らせました。")
    member.goto(task)
    expect(member.locator("#blockers")).to_contain_text("特集にする。3月号で。")
    expect(member.locator("#blockers")).to_contain_text("日向 一郎が判断")
    for page in (mayor, member):
        assert_quiet(page)


def test_whoever_ends_a_task_says_what_has_become_of_the_question(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(PHONE)
    sign_in(page, kiun.url, "shirai")
    task = open_task(page, kiun, NOT_BEGUN)
    page.get_by_role("link", name="判断を求める").click()
    page.fill("[name=text]", "表紙の色をどうするか")
    page.select_option("[name=decider]", label="日向 一郎（秘書課 市長）")
    page.get_by_role("button", name="判断を求める").click()
    page.locator("button[name=status][value=done]").first.click()
    expect(page.get_by_role("heading", name="作業を完了にする")).to_be_visible()
    expect(page.locator("main")).to_contain_text("表紙の色をどうするか")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("支障はどうなったか").fill("印刷所の見本から選んだ")
    page.get_by_role("button", name="作業を完了にする").click()
    expect(page).to_have_url(task)
    expect(page.locator("#blockers")).to_contain_text("印刷所の見本から選んだ")
    assert_quiet(page)


def test_the_list_and_the_board_are_driven_from_the_keyboard(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/work/tasks/?q=改善の発表会")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="改善の発表会", exact=True)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#results")).to_contain_text("条件に合うものはありません")
    page.goto(f"{kiun.url}/t/hinata/work/board/?q=全職員の研修")
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-column=todo]")).not_to_contain_text("全職員の研修")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("次の作業へ")
    assert_accessible(page)
    assert_quiet(page)


def test_a_card_is_dragged_to_another_column(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "kuroda")
    page.goto(f"{kiun.url}/t/hinata/work/board/?q=本番の開始")
    page.locator("[data-card]", has_text="本番の開始").drag_to(page.locator("[data-column=doing]"))
    expect(page.locator("[data-column=doing]")).to_contain_text("本番の開始")
    assert_accessible(page)
    assert_quiet(page)


def test_one_press_on_a_phone_and_no_script(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(PHONE, scripts=False)
    sign_in(page, kiun.url, "shirai")
    page.goto(f"{kiun.url}/t/hinata/work/mine/")
    page.locator("#later-tasks summary").click()
    page.locator(".k-mine", has_text=UNDER_WAY).get_by_role("button", name="75%").click()
    page.locator("#later-tasks summary").click()
    expect(page.locator(".k-mine", has_text=UNDER_WAY)).to_contain_text("75%")
    page.goto(f"{kiun.url}/t/hinata/work/tasks/?q={UNDER_WAY}")
    page.get_by_role("link", name=f"直す {UNDER_WAY}").click()
    page.get_by_label("理由").fill("試験の日程")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("main")).to_contain_text("保存しました。")


def test_a_calendar_program_reads_the_address(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "shirai")
    page.goto(f"{kiun.url}/t/hinata/work/calendars/")
    page.get_by_role("button", name="アドレスを作る").click()
    address = page.locator(".k-secret").inner_text().strip()
    assert_accessible(page)
    with urlopen(address) as answer:
        calendar = answer.read().decode()
    assert calendar.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY:期限：" in calendar


def test_a_list_begins_with_what_it_lists_and_folds_its_conditions_away_on_a_phone(
    kiun: Served, page_at: Callable[..., Page]
):
    for scripts in (True, False):
        phone = page_at(PHONE, scripts=scripts)
        sign_in(phone, kiun.url, "midorikawa")
        for address, kept in (("work/tasks/", "state=all"), ("initiatives/", "state=late")):
            phone.goto(f"{kiun.url}/t/hinata/{address}?{kept}")
            fold, field = phone.locator(".k-fold"), phone.get_by_label("部署", exact=True)
            expect(fold.locator("summary")).to_have_text("絞り込み（1）")
            expect(field).not_to_be_visible()
            first = phone.locator("#results tbody tr").first.bounding_box()
            assert first
            assert first["y"] < phone.viewport_size["height"]  # type: ignore[index]
            fold.locator("summary").click()
            expect(field).to_be_visible()
            field.select_option(label="　市民課")
            if not scripts:
                phone.get_by_role("button", name="絞り込む").click()
            expect(fold.locator("summary")).to_have_text("絞り込み（2）")
            assert_fits(phone)
            if scripts:
                assert_accessible(phone)
                assert_quiet(phone)
    # From a tablet on they lie open from the first paint on: no script opens them.
    tablet = page_at(768, scripts=False)
    sign_in(tablet, kiun.url, "midorikawa")
    tablet.goto(f"{kiun.url}/t/hinata/initiatives/")
    expect(tablet.get_by_label("部署", exact=True)).to_be_visible()
    expect(tablet.locator(".k-fold > summary")).not_to_be_visible()
