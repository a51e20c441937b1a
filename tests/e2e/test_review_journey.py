"""見直し from the agenda that made itself to a decision that became a task, with the mayor looking on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, Served, agree, look, press, sign_in

pytestmark = pytest.mark.e2e

ITEM = "公用車の予約を紙からやめるか"


def test_a_review_is_held_and_its_decision_is_followed_up(kiun: Served, page_at: Callable[..., Page]):
    officer, mayor = page_at(DESK), page_at(DESK)
    sign_in(officer, kiun.url, "midorikawa")
    sign_in(mayor, kiun.url, "hinata")
    review_url = prepare(officer, kiun.url)
    agree(officer, "見直しを始める")
    expect(officer.locator("#meeting")).to_be_visible()
    look(officer)
    item_url = kiun.url + find_item(officer, review_url)
    mayor.goto(item_url)
    decide(officer, review_url, item_url)
    # The mayor's page has heard of it without being loaded again.
    expect(mayor.locator("[name=reason]")).to_have_value("紙の台帳は転記の誤りが多い。", timeout=10_000)
    look(mayor)
    close(officer, review_url)
    follow_up(officer, kiun.url)


def prepare(page: Page, base: str) -> str:
    """The one in preparation: the agenda stands; one item is added by hand."""
    page.goto(f"{base}/t/hinata/reviews/")
    look(page)
    page.locator("main .k-actions").get_by_role("link", name="見直し").click()
    expect(page.locator("ol.k-agenda > li").first).to_be_visible()
    look(page)
    url = page.url
    page.get_by_role("link", name="議題を加える").click()
    look(page)
    page.fill("[name=title]", ITEM)
    press(page, "議題に加える")
    page.goto(url)
    expect(page.locator("main")).to_contain_text(ITEM)
    return url


def find_item(page: Page, review_url: str) -> str:
    """It may stand among those that are not urgent, which are folded up."""
    page.goto(review_url)
    return str(page.get_by_role("link", name=ITEM, include_hidden=True).first.get_attribute("href"))


def decide(page: Page, review_url: str, item_url: str) -> None:
    page.goto(item_url)
    page.get_by_label("遅れ", exact=True).check()
    page.get_by_label("変える", exact=True).check()
    page.fill("[name=reason]", "紙の台帳は転記の誤りが多い。")
    page.fill("[name=what]", "予約の台帳を表計算に移す")
    person = page.locator("[name=person] option", has_text="緑川 葵").first.get_attribute("value")
    page.select_option("[name=person]", value=person)
    page.fill("[name=due_on]", "2099-03-31")
    page.fill("[name=minutes]", "台帳は三冊ある。")
    # Whoever goes on at once loses nothing.
    page.goto(review_url)
    page.wait_for_load_state("networkidle")
    page.goto(item_url)
    expect(page.locator("[name=minutes]")).to_have_value("台帳は三冊ある。")
    expect(page.locator("[name=what]")).to_have_value("予約の台帳を表計算に移す")
    look(page)


def close(page: Page, review_url: str) -> None:
    page.goto(f"{review_url}close/")
    look(page)
    page.fill("[name=summary]", "公用車の予約は表計算に移す。")
    if page.locator("[name=rest_reason]").count():
        page.fill("[name=rest_reason]", "時間が足りなかった。")
    expect(page.locator("[name=attended]:checked")).to_have_count(0)
    page.get_by_label("日向 一郎").check()
    agree(page, "見直しを閉じて、決定を動かす")
    expect(page.locator("main")).to_contain_text("公用車の予約は表計算に移す。")
    look(page)
    page.goto(f"{review_url}minutes/")
    expect(page.locator("main")).to_contain_text("紙の台帳は転記の誤りが多い。")
    look(page)


def follow_up(page: Page, base: str) -> None:
    """The feedback loop shows it as open until somebody says that it is done."""
    page.goto(f"{base}/t/hinata/reviews/decisions/")
    look(page)
    page.get_by_role("link", name="予約の台帳を表計算に移す").first.click()
    look(page)
    page.fill("[name=report]", "4月の予約から表計算にした。")
    press(page, "済んだ")
    expect(page.locator("main")).to_contain_text("4月の予約から表計算にした。")
    page.goto(f"{base}/t/hinata/reviews/stops/")
    look(page)
