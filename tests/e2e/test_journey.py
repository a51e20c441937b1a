"""An officer's morning: sign in, mend a flagged goal, record a value, and see the pages of others change by themselves."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_accessible, assert_quiet, sign_in

pytestmark = pytest.mark.e2e

CHANGED_WITHIN_MS = 5_000
VAGUE_GOAL = "健診のオンライン予約を増やす"


def count_in_loop(page: Page, stage: str) -> str:
    return page.locator(".k-loop a, .k-loop li").filter(has_text=stage).first.inner_text()


def test_a_vague_goal_is_mended_by_answering_and_counts_no_longer_as_vague(
    kiun: Served, page_at: Callable[..., Page]
):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/goals/vague/")
    before = page.locator("h1").inner_text()
    page.get_by_label("健診のオンライン予約を増やす").first.click()
    expect(page.locator("#id_text")).to_have_value(VAGUE_GOAL)
    page.fill("#id_text", "健診のオンライン予約率を高める")
    answers = {"目標": "60", "期限": "令和10年度末", "いま": "18"}
    for _question in range(4):
        ask = page.locator("#lint .k-ask")
        if not ask.count():
            break
        question = ask.locator("label").first.inner_text()
        page.fill("#answer", answer_to(question, answers))
        unit = page.locator("[name=answer_unit]")
        if unit.count():
            unit.fill("%")
        ask.get_by_role("button", name="次へ").click()
        expect(page.locator("#lint .k-ask label").filter(has_text=question)).to_have_count(0)
    page.get_by_role("button", name="この文にする").click()
    expect(page.locator("#id_text")).to_have_value(lambda_text())
    assert_quiet(page)
    assert_accessible(page)
    page.get_by_role("button", name="保存する").click()
    page.goto(f"{kiun.url}/t/hinata/goals/vague/")
    assert page.locator("h1").inner_text() != before
    assert VAGUE_GOAL not in page.content()


def answer_to(question: str, answers: dict[str, str]) -> str:
    if "いつまで" in question or "期限" in question:
        return answers["期限"]
    if "でしたか" in question or "現在" in question or "いま" in question:
        return answers["いま"]
    return answers["目標"]
