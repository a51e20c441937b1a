"""The first morning of a town: from the link of `kiun new-town` to the first initiative, with nothing there before."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, assert_quiet, press
from tests.e2e.installation import command

pytestmark = pytest.mark.e2e

ARGUMENTS = ("999016", "ひなた市", "--slug", "hinata", "--admin-email", "dx@hinata.example", "--admin-name", "緑川 葵")
PASSWORD = "shinsei-kiun-2026"
STAFF = (
    ("職員番号", "氏名", "メールアドレス", "所属", "役職"),
    ("0001", "青山 蓮", "ren@hinata.example", "市民課", "課長"),
    ("0002", "岸 直樹", "kishi@hinata.example", "市民課", "主事"),
)
GOAL = "オンラインの申請の割合を、令和7年度の18%から令和10年度末までに60%へ高める。"


@pytest.fixture
def staff_list(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in STAFF:
        book.active.append(row)
    book.save(tmp_path / "staff.xlsx")
    return tmp_path / "staff.xlsx"


def test_a_town_begins(empty_kiun: Served, page_at: Callable[..., Page], staff_list: Path):
    page = page_at(DESK)
    come_in(page, command(empty_kiun.folder, "new-town", *ARGUMENTS))
    town = f"{empty_kiun.url}/t/hinata"
    import_staff(page, town, staff_list)
    make_plan(page, town)
    set_goal(page)
    define_indicator(page)
    propose_initiative(page, town)
    page.goto(f"{town}/")
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        assert_accessible(page)
    assert_quiet(page)


def come_in(page: Page, printed: str) -> None:
    """With the link that the command printed."""
    (link,) = re.findall(r"http://\S+/invitations/\S+", printed)
    page.goto(link)
    expect(page.locator("[name=name]")).to_have_value("緑川 葵")
    fill(page, password=PASSWORD, again=PASSWORD)
    press(page, "始める")
    page.wait_for_url("**/t/hinata/**")


def import_staff(page: Page, town: str, staff_list: Path) -> None:
    page.goto(f"{town}/people/")
    page.get_by_role("link", name="職員名簿を取り込む").first.click()
    page.set_input_files("input[type=file]", staff_list)
    press(page, "内容を確かめる")
    expect(page.locator("main")).to_contain_text("青山 蓮")
    press(page, "取り込む")
    page.goto(f"{town}/people/")
    expect(page.locator("main")).to_contain_text("岸 直樹")


def make_plan(page: Page, town: str) -> None:
    page.goto(f"{town}/plans/")
    page.get_by_role("link", name="計画をつくる").first.click()
    fill(page, name="ひなた市DX推進計画", first_year="令和8年度", last_year="令和10年度")
    page.select_option("[name=status]", "current")
    press(page, "保存する")
    expect(page.locator("h2").first).to_have_text("ひなた市DX推進計画")


def set_goal(page: Page) -> None:
    page.get_by_role("link", name="目標を書く").first.click()
    fill(page, text=GOAL)
    press(page, "保存する")
    expect(page.locator("h1")).to_have_text(GOAL)


def define_indicator(page: Page) -> None:
    page.locator("main a[href$='/indicators/new/']").first.click()
    fill(page, name="オンラインの申請の割合", unit="%", baseline="18", target="60")
    fill(page, baseline_on="2026-03-31", deadline="2029-03-31")
    page.check("[name=direction][value=increase]")
    choose_owner(page)
    press(page, "指標をつくる")
    expect(page).to_have_url(re.compile(r"/indicators/\d+/$"))
    expect(page.locator("main")).to_contain_text("オンラインの申請の割合")


def propose_initiative(page: Page, town: str) -> None:
    page.goto(f"{town}/initiatives/")
    page.get_by_role("link", name="取組を提案する").first.click()
    fill(page, name="書かない窓口の導入", starts_on="2026-12-01", ends_on="2027-11-30")
    page.select_option("[name=goal]", label=GOAL)
    choose_owner(page)
    press(page, "提案する")
    expect(page).to_have_url(re.compile(r"/initiatives/\d+/$"))
    expect(page.locator("main")).to_contain_text("書かない窓口の導入")


def choose_owner(page: Page) -> None:
    """Of the department that the staff list has brought."""
    page.select_option("[name=department]", label="市民課")
    page.select_option("[name=owner]", label="青山 蓮（市民課 課長）")


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.fill(f"[name={name}]", text)
