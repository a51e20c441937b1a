"""The table of capacities takes a block that was copied from a spreadsheet."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import DESK, Served, assert_quiet, sign_in

pytestmark = pytest.mark.e2e

PASTE = """(field, text) => {
  const data = new DataTransfer()
  data.setData('text/plain', text)
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""


def test_a_block_from_a_spreadsheet_fills_the_table(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/resources/capacity/")
    fields = page.locator("[data-grid] tbody tr").nth(1).locator("input:not([type=hidden])")
    below = page.locator("[data-grid] tbody tr").nth(2).locator("input:not([type=hidden])")
    fields.nth(1).evaluate(PASTE, "1.5\t２\r\n0.5\t1人\r\n")
    assert [fields.nth(place).input_value() for place in range(4)] == ["", "1.5", "２", ""]
    assert [below.nth(place).input_value() for place in range(1, 3)] == ["0.5", "1人"]
    fields.nth(1).press("ArrowDown")
    assert below.nth(1).evaluate("field => field === document.activeElement")
    below.nth(1).press("ArrowUp")
    page.get_by_role("button", name="表を保存する").click()
    page.get_by_text("4件の月を変更しました。").wait_for()
    assert [fields.nth(place).input_value() for place in range(1, 3)] == ["1.5", "2"]
    assert_quiet(page)
