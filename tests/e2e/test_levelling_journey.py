"""A head has the overlapping tasks of the department put one after another, and takes the new days."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, Served, look, sign_in

pytestmark = pytest.mark.e2e


def test_overlapping_tasks_get_new_days(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "kuroda")
    page.goto(f"{kiun.url}/t/hinata/resources/")
    page.get_by_role("link", name="日程の平準化").click()
    look(page)
    page.locator(".k-decision", has_text="市民課").get_by_role("button", name="計算する").click()
    expect(page.locator("h1")).to_contain_text("件の作業が動きます", timeout=90_000)
    look(page)
    moved = page.locator("table tbody tr a").first.inner_text()
    page.fill("[name=reason]", "年末の重なりの解消")
    page.get_by_role("button", name="新しい日程を採用する").click()
    expect(page.locator("main")).to_contain_text("採用しました。作業は新しい日程になっています。")
    look(page)
    page.get_by_role("link", name=moved).click()
    expect(page.locator("main")).to_contain_text("年末の重なりの解消")
