"""An officer's morning: sign in, mend a flagged goal, record a value, and see pages of others change by themselves."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_quiet, sign_in

pytestmark = pytest.mark.e2e

CHANGED_WITHIN_MS = 5_000
MENDED = "、令和7年度の18%から令和10年度末までに60%へ高める。"
UNTOUCHED = "建築確認の電子申請率"


def answer_question(page: Page, question: str, answer: str) -> None:
    asked = page.locator("#lint .k-ask label").first
    expect(asked).to_contain_text(question)
    page.fill("#answer", answer)
    page.get_by_role("button", name="次へ").click()


@pytest.mark.parametrize(
    ("vague_goal", "measured", "is_adopted"),
    [
        ("デジタルデバイドの解消に取り組む", "スマートフォンの利用率", True),
        ("産学官の連携を強化する", "共同研究に参加した企業の割合", False),
    ],
)
def test_a_vague_goal_is_mended_by_answering_one_question_after_the_other(
    kiun: Served, page_at: Callable[..., Page], vague_goal: str, measured: str, is_adopted: bool
):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/goals/vague/")
    vague = int(page.locator("h1").inner_text().split("の")[0])
    page.get_by_role("link", name=f"直す：{vague_goal}").click()
    expect(page.locator("#id_text")).to_have_value(vague_goal)
    page.fill("#id_text", f"{measured}を高める")
    answer_question(page, f"{measured}は何%でしたか", "１８")
    answer_question(page, "何%にしますか", "60")
    answer_question(page, "いつまでに", "令和10年度末")
    assert_quiet(page)
    assert_accessible(page)
    expect(page.locator("#saved-text")).to_contain_text(f"答えを入れた次の文で保存します：{measured}を{MENDED}")
    if is_adopted:
        page.get_by_role("button", name="この文にする").click()
        expect(page.locator("#id_text")).to_have_value(f"{measured}を{MENDED}")
        expect(page.locator("#saved-text")).not_to_contain_text("答えを入れた")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("h1")).to_have_text(f"{measured}を{MENDED}")
    expect(page.locator("main")).to_contain_text("保存しました。測れる目標です。")
    page.goto(f"{kiun.url}/t/hinata/goals/vague/")
    expect(page.locator("h1")).to_contain_text(f"{vague - 1}の目標")


def test_a_value_recorded_by_one_shows_on_the_open_pages_of_others(kiun: Served, page_at: Callable[..., Page]):
    mayor, resident, officer = page_at(DESK), page_at(PHONE), page_at(PHONE)
    sign_in(mayor, kiun.url, "hinata")
    resident.goto(f"{kiun.url}/p/hinata/")
    stale = mayor.locator(".k-tile", has_text="更新待ち").locator(".k-tile__value")
    before = int(stale.inner_text())
    sign_in(officer, kiun.url, "midorikawa")
    officer.goto(f"{kiun.url}/t/hinata/goals/indicators/?status=stale")
    officer.get_by_role("link", name=UNTOUCHED).first.click()
    officer.get_by_role("link", name="値を記録する").click()
    officer.fill("[name=value]", "１９．５％")
    officer.get_by_role("button", name="記録", exact=False).click()
    expect(officer.locator("h1")).to_contain_text("19.5%")
    expect(stale).to_have_text(str(before - 1), timeout=CHANGED_WITHIN_MS)
    expect(resident.locator("main")).to_contain_text("19.5%", timeout=CHANGED_WITHIN_MS)
    for page in (mayor, resident, officer):
        assert_quiet(page)


def test_the_search_finds_two_characters_of_japanese_from_the_keyboard(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "shirai")
    page.keyboard.press("Control+k")
    page.keyboard.type("待ち")
    found = page.locator("#kiun-search-found a", has_text="窓口の待ち時間（平均）")
    expect(found.first).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/hinata/**")
    assert_quiet(page)


def test_the_goal_form_works_without_scripts(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK, scripts=False)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/goals/vague/")
    page.get_by_role("link", name="直す：EBPMの推進").click()
    page.fill("#id_text", "根拠を示した事業の割合を高める")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("main")).to_contain_text("根拠を示した事業の割合を高める")
