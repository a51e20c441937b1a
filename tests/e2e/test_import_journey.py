"""The first thing an officer does: the workbook that the town already has goes in, and the pages fill."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, look, sign_in

pytestmark = pytest.mark.e2e

ROWS = (
    ("あさひ市DX推進計画　指標一覧",),
    ("（令和８年４月１日現在）",),
    (),
    ("No.", "施策", "取組", "指標", "単位", "現状値", "目標値", "担当課", "実績", None),
    (None, None, None, None, None, "令和5年度", "令和10年度", None, "令和6年度", "令和7年度"),
    (1, "窓口改革", "書かない窓口", "オンラインの申請の割合", "％", "２０", "６０", "市民課", "25.5", "３１"),
    (2, None, None, "窓口で待つ時間", "分", 24, 15, "市民課", 23, "－"),
    (3, "働き方改革", "ペーパーレス", "紙を使う枚数", "万枚", 412, 250, "総務課", 400, "約380"),
    ("※令和7年度は速報値",),
)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.merge_cells("F4:F4")
    book.active.merge_cells("I4:J4")
    book.save(tmp_path / "plan.xlsx")
    return tmp_path / "plan.xlsx"


def test_the_towns_own_workbook_goes_in(kiun: Served, page_at: Callable[..., Page], workbook: Path):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/plans/")
    page.get_by_role("link", name="取り込む").first.click()
    page.set_input_files("input[type=file]", workbook)
    page.get_by_role("button", name="ファイルを読み取る").click()
    expect(page.locator("main")).to_contain_text("指標3件が見つかりました")
    look(page)
    page.locator("main").get_by_text("変わるところの確認").last.click()
    expect(page.get_by_label("計画の名称")).to_have_value("あさひ市DX推進計画")
    look(page)
    page.get_by_label("この計画を住民向けページにも載せる").check()
    page.get_by_role("button", name="計画に取り込む").click()
    expect(page.locator("h1")).to_contain_text("plan.xlsx を取り込みました", timeout=30_000)
    look(page)
    page.get_by_role("link", name="計画を見る").click()
    expect(page.locator("main")).to_contain_text("窓口で待つ時間")
    again = page_at(DESK)
    sign_in(again, kiun.url, "hinata")
    expect(again.locator("h1")).to_contain_text("63の指標のうち")
    public = page_at(PHONE)
    public.goto(f"{kiun.url}/p/hinata/")
    expect(public.locator("main")).to_contain_text("紙を使う枚数")


def test_a_file_that_is_no_table_is_refused_with_what_to_do(kiun: Served, page_at: Callable[..., Page], tmp_path: Path):
    broken = tmp_path / "plan.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/plans/import/")
    page.set_input_files("input[type=file]", broken)
    page.get_by_role("button", name="ファイルを読み取る").click()
    expect(page.locator(".k-error").first).to_be_visible()
    look(page)
