"""Figures that come by themselves: a program is given a key, and a table of figures is read by its columns."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, Served, look, sign_in

pytestmark = pytest.mark.e2e


def test_a_program_gets_a_key_that_is_shown_once(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/sources/programs/new/")
    page.fill("[name=label]", "番号発券機")
    page.fill("[name=slug]", "ticket-machine")
    page.fill("[name=unit]", "分")
    page.get_by_role("button", name="つないでアクセスキーを作る").click()
    expect(page.locator("h1")).to_contain_text("番号発券機")
    secret = page.locator("main code").first.inner_text()
    look(page)
    page.goto(f"{kiun.url}/t/hinata/sources/programs/ticket-machine/")
    assert secret not in page.content()
    look(page)


def test_a_table_of_figures_is_read_by_its_columns(kiun: Served, page_at: Callable[..., Page], tmp_path: Path):
    table = tmp_path / "発券.csv"
    table.write_bytes("年月,待ち時間\n2026年8月,22.8\n2026年9月,22.5\n".encode("cp932"))
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/sources/files/new/")
    page.set_input_files("input[type=file]", table)
    page.get_by_role("button", name="ファイルを読み取る").click()
    expect(page.locator("main")).to_contain_text("待ち時間")
    look(page)
