"""The mayor asks what less money would mean, sees what moves, and accepts it into the plan."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_fits, assert_quiet, sign_in

pytestmark = pytest.mark.e2e


def test_a_what_if_is_calculated_looked_at_and_accepted(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "hinata")
    page.goto(f"{kiun.url}/t/hinata/what-if/")
    page.get_by_role("link", name="予算が変わったら").click()
    page.get_by_label("増減").fill("-20")
    page.get_by_role("button", name="この前提で進む").click()
    page.get_by_role("button", name="計算する").click()
    stop = page.get_by_role("button", name="ここまでの結果で止める")
    accept = page.get_by_role("link", name="計画に採用する")
    expect(stop.or_(accept).first).to_be_visible(timeout=60_000)
    expect(accept).to_be_visible(timeout=120_000)
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        assert_accessible(page)
    accept.click()
    page.get_by_label("理由").fill("補正予算の減額による")
    page.get_by_role("button", name="採用する").click()
    expect(page.get_by_text("計画の変更第")).to_be_visible()
    page.get_by_role("link", name="変更第").first.click()
    expect(page.get_by_text("補正予算の減額による").first).to_be_visible()
    assert_quiet(page)
