"""An officer who has never asked anybody anything: takes questions that exist, changes words, sees them on a phone,
asks all staff, reminds, prints for those without a computer; and asks residents with a poster and cards.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, Served, agree, look, press, sign_in

pytestmark = pytest.mark.e2e

# Pixels between the margins of A4.
A4, SHEET = 718, 1063


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def test_an_officer_asks_staff_and_residents(kiun: Served, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    questionnaire = take_a_ready_set(page, kiun.url)
    change_words(page, questionnaire)
    begin_with_staff(page, questionnaire)
    remind_and_print(page)
    continue_in_a_new_version(page, questionnaire)
    begin_with_residents(page, questionnaire)


def take_a_ready_set(page: Page, base: str) -> str:
    page.goto(f"{base}/t/hinata/questionnaires/new/")
    look(page)
    page.get_by_role("button", name="これから始める 窓口・オンライン手続の満足度").click()
    expect(page.locator("h1")).to_have_text("7問の準備ができています。")
    look(page)
    return page.url.partition("#")[0]


def change_words(page: Page, questionnaire: str) -> None:
    """One question is changed, one written, one taken from the library; a section is added; the last one depends."""
    page.locator(".k-question").nth(1).get_by_role("link", name="変更する").click()
    look(page)
    page.fill("[name=text]", "今日の手続に、どのくらい満足していますか。")
    press(page, "設問を保存する")
    expect(page.locator("main")).to_contain_text("今日の手続に、どのくらい満足していますか。")
    page.goto(f"{questionnaire}sections/new/")
    look(page)
    page.fill("[name=title]", "最後に")
    press(page, "保存する")
    for kind in ("matrix", "number", "ranking"):
        page.goto(f"{questionnaire}questions/new/?kind={kind}")
        look(page)
    page.goto(f"{questionnaire}questions/new/")
    look(page)
    page.get_by_role("link", name="一つ選ぶ").click()
    page.fill("[name=text]", "次もオンラインで手続をしたいですか。")
    page.fill("[name=choices]", "はい\nいいえ")
    page.get_by_text("この設問を聞く条件").click()
    page.locator("summary", has_text="今回の手続はどのように").click()
    page.get_by_label("窓口で", exact=True).check()
    look(page)
    press(page, "設問を保存する")
    expect(page.locator("main")).to_contain_text("聞く条件：1. 窓口で")
    page.goto(f"{questionnaire}preview/")
    look(page)
    page.goto(questionnaire)
    follow(page, "設問集から選ぶ")
    page.fill("main [name=q]", "相談できる人")
    press(page, "絞り込む")
    look(page)


def begin_with_staff(page: Page, questionnaire: str) -> None:
    page.goto(questionnaire)
    follow(page, "この質問票で調査を作る")
    look(page)
    page.fill("[name=title]", "職員に聞く手続の使いやすさ")
    page.fill("[name=intro]", "窓口をよくするために伺います。")
    press(page, "保存する")
    expect(page.locator("h1")).to_have_text("職員に聞く8問の準備ができています。")
    look(page)
    follow(page, "だれに聞くかを選ぶ")
    look(page)
    page.get_by_label("全職員から無作為に選ぶ").check()
    page.fill("[name=size]", "20%")
    press(page, "人数を確かめる")
    expect(page.locator("h1")).to_contain_text("人に聞きます。")
    look(page)
    page.locator("button", has_text="人に知らせる").click()
    expect(page.locator("h1")).to_contain_text("まだだれも回答していません。")
    look(page)


def remind_and_print(page: Page) -> None:
    survey = page.url
    agree(page, "回答していない人に知らせる")
    expect(page.locator("main")).to_contain_text("人に知らせました。")
    agree(page, "回答していない人に知らせる")
    expect(page.locator("main")).to_contain_text("今日すでにお知らせしています。")
    page.goto(f"{survey}extend/")
    look(page)
    page.goto(f"{survey}edit/")
    expect(page.locator("main")).to_contain_text("この調査はすでに始まっているため")
    page.goto(f"{survey}slips/")
    look(page)
    page.get_by_label("メールアドレスのない人だけ").uncheck()
    press(page, "案内を作る")
    expect(page.locator(".k-cardslip").first).to_be_visible()
    look(page)
    fits_on_paper(page)


def fits_on_paper(page: Page) -> None:
    """No card loses words at its edge, and a sheet holds ten."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4, "height": SHEET})
    cards = page.locator(".k-cardslip")
    assert cards.evaluate_all("cards => cards.filter(card => card.scrollHeight > card.clientHeight + 1).length") == 0
    boxes = cards.evaluate_all(
        "cards => cards.map(card => card.getBoundingClientRect()).map(box => [box.top, box.bottom])"
    )
    assert sum(bottom - boxes[0][0] <= SHEET for _top, bottom in boxes[:12]) == 10
    page.emulate_media(media="screen")


def continue_in_a_new_version(page: Page, questionnaire: str) -> None:
    page.goto(questionnaire)
    expect(page.locator("main")).to_contain_text("この版は見るだけです。")
    look(page)
    press(page, "新しい版を作る")
    version = page.url
    page.locator(".k-question").first.get_by_role("button", name="問1を消す").click()
    page.get_by_role("dialog").get_by_role("button").first.click()
    expect(page.locator("main")).to_contain_text("まだ聞けない設問が1問あります。")
    look(page)
    page.goto(f"{version}changes/")
    expect(page.locator("main")).to_contain_text("第2版と第1版の違い")
    look(page)


def begin_with_residents(page: Page, questionnaire: str) -> None:
    page.goto(questionnaire)
    page.locator("main summary", has_text="その他").click()
    press(page, "別の質問票として写しを作る")
    follow(page, "この質問票で調査を作る")
    page.get_by_label("住民", exact=True).check()
    page.get_by_label("URLを知る人はだれでも回答できる").check()
    page.fill("[name=closes_on]", (timezone.localdate() + timedelta(days=30)).isoformat())
    press(page, "保存する")
    follow(page, "開始の確認へ進む")
    look(page)
    press(page, "調査を始める")
    expect(page.locator("h1")).to_contain_text("まだだれも回答していません。")
    look(page)
    survey = page.url
    page.goto(f"{survey}poster/")
    look(page)
    page.goto(f"{survey}cards/")
    look(page)
    page.fill("[name=count]", "12")
    press(page, "カードを作る")
    expect(page.locator(".k-cardslip")).to_have_count(12)
    look(page)
    fits_on_paper(page)
    page.goto(survey)
    follow(page, "調査を締め切る")
    expect(page.locator("main")).to_contain_text("回答が少ないため、今締め切ると次のようになります。")
    look(page)
    press(page, "それでも締め切る")
    expect(page.locator("h1")).to_contain_text("調査は終わりました。")
    look(page)
