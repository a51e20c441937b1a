"""Answering in a real browser: by thumb, by keyboard, without a script, on a poster, on paper."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Served, assert_fits, look, sign_in
from tests.e2e.installation import carry_out

pytestmark = pytest.mark.e2e

SURVEYS = """
import json
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from django_scopes import scope
from kiun.municipality.actors import system_actor
from kiun.municipality.models import Municipality, Role
from kiun.municipality.models.towns import check_digit
from kiun.surveys.models import ItemKind, Ticket
from kiun.surveys.services import issue_cards, issue_links
from tests.factories import make_department, make_membership, make_town
from tests.surveys.builders import make_people, make_questionnaire, make_survey, opened
today = timezone.localdate()
ends = {"low": "思わない", "high": "思う"}
names = {"counter": "窓口", "online": "オンライン", "none": "利用していない"}
choices = [{"key": key, "text": text} for key, text in names.items()]
rows = [{"key": "a", "text": "案内"}, {"key": "b", "text": "待ち時間"}]
items = {
    "use": {"kind": ItemKind.SINGLE, "text": "どこで手続をしましたか", "choices": choices, "is_required": True},
    "rank": {"kind": ItemKind.RANKING, "text": "大切な順に選んでください", "choices": choices, "settings": {"most": 2}},
    "online": {
        "kind": ItemKind.MULTIPLE,
        "text": "オンラインのよい点",
        "choices": [{"key": "t", "text": "時間を選ばない"}, {"key": "p", "text": "出かけなくてよい"}],
        "only_if": {"item": "use", "choices": ["online"]},
    },
    "minutes": {"kind": ItemKind.NUMBER, "text": "何分かかりましたか", "settings": {"unit": "分"}},
    "table": {
        "kind": ItemKind.MATRIX,
        "text": "どう感じましたか",
        "choices": choices[:2],
        "rows": rows,
        "is_required": True,
    },
    "why": {"kind": ItemKind.LONG_TEXT, "text": "ご意見", "offers_unknown": False},
}


def prepare(number):
    code = str(99600 + number)
    town = make_town(f"hinata{number}", "ひなた市", code=f"{code}{check_digit(code)}")
    actor = system_actor(town)
    with scope(municipality=town):
        department = make_department(town, "DX推進課")
        admin = make_membership(town, Role.ADMIN, department)
        people = make_people(town, department, 12)
        pulse = {f"P{n}": {"text": f"設問{n}に当てはまる", "settings": ends, "is_required": True} for n in range(1, 9)}
        days = {"opens_on": today, "closes_on": today + timedelta(days=9), "department": department}
        days["offers_pairing"] = True
        colleagues = {"title": "機運調査", **days}
        staff = opened(make_survey(town, make_questionnaire(town, items=pulse), **colleagues), people)
        tickets = Ticket.objects.order_by("pk")
        links = [secret for _ticket, secret in issue_links(actor=actor, survey=staff, tickets=tickets)]
        residents = {"title": "手続の調査", "audience": "residents", "has_open_link": True, **days}
        for_all = opened(make_survey(town, make_questionnaire(town, items=items), **residents), [])
        cards = issue_cards(actor=actor, survey=for_all, count=3)
    told = {"town": town.slug, "code": for_all.code, "pk": for_all.pk, "officer": admin.user.username}
    return {**told, "links": links, "cards": cards}


print(json.dumps([prepare(number) for number in range(8)]))
"""
SHEETS = """
SELECT payload FROM surveys_unmixedsheet AS sheet JOIN municipality_municipality AS town ON town.id = municipality_id
WHERE slug = ? ORDER BY sheet.id
"""
DRAFTS = """
SELECT count(*) FROM surveys_draft JOIN municipality_municipality AS town ON town.id = municipality_id WHERE slug = ?
"""


@dataclass(frozen=True)
class Asked:
    kiun: Served
    told: dict[str, Any]

    @property
    def public(self) -> str:
        return f"{self.kiun.url}/p/{self.told['town']}"

    @property
    def link(self) -> str:
        return f"{self.public}/a/{self.told['links'][0]}/"

    def card(self, number: int) -> str:
        return f"{self.public}/a/{self.told['cards'][number]}/"

    @property
    def poster(self) -> str:
        return f"{self.public}/q/{self.told['code']}/"

    @property
    def sheets(self) -> list[dict[str, Any]]:
        return [json.loads(payload)["answers"] for (payload,) in self.kiun.rows(SHEETS, self.told["town"])]

    @property
    def drafts(self) -> int:
        [(number,)] = self.kiun.rows(DRAFTS, self.told["town"])
        return int(number)


@pytest.fixture(scope="module")
def towns(empty_kiun: Served) -> Iterator[Asked]:
    return (Asked(empty_kiun, told) for told in json.loads(carry_out(empty_kiun, SURVEYS)))


@pytest.fixture
def asked(towns: Iterator[Asked]) -> Asked:
    """Two surveys in a town of their own."""
    return next(towns)


def question(page: Page):
    return page.locator(".k-survey:visible")


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_pulse_by_thumb_takes_well_under_a_minute(asked: Asked, page_at: Callable[..., Page]):
    page = page_at(PHONE)
    page.goto(asked.link)
    look(page)
    begun = time.monotonic()
    press(page, "回答を始める")
    for number in range(1, 9):
        expect(page.locator("[data-place]")).to_have_text(f"{number} / 8")
        expect(question(page)).to_contain_text(f"設問{number}に当てはまる")
        if number == 3:
            look(page)
        question(page).locator("label").nth(number % 5).click()
    expect(page.get_by_role("heading", name="設問は以上です")).to_be_visible()
    look(page)
    # It is known who has this link.
    expect(page.get_by_label("前回の自分の回答と結び付けて")).to_have_count(0)
    page.get_by_role("button", name="回答を送る").dblclick()
    expect(page.locator("h1")).to_contain_text("回答を受け付けました")
    assert time.monotonic() - begun < 30
    look(page)
    page.reload()
    expect(page.locator("h1")).to_contain_text("回答を受け付けました")
    assert asked.sheets == [{f"P{number}": number % 5 + 1 for number in range(1, 9)}]


def test_by_keyboard_and_back_again(asked: Asked, page_at: Callable[..., Page]):
    page = page_at(DESK)
    page.goto(asked.link)
    page.keyboard.press("Enter")
    # Nothing chosen: it says so and stays.
    page.keyboard.press("Enter")
    expect(question(page).locator("[data-error]")).to_contain_text("答えを選んでください")
    look(page)
    for key in ("4", "Enter", "0", "Enter", "5", "ArrowUp"):
        page.keyboard.press(key)
    # Arrows choose without running on.
    expect(page.locator("[data-place]")).to_have_text("3 / 8")
    expect(page.locator("[name=a-P3][value='4']")).to_be_checked()
    # The button back of the browser goes back one question, and does not leave the page.
    page.go_back()
    expect(page.locator("[data-place]")).to_have_text("2 / 8")
    expect(page.locator("[name=a-P2][value='?']")).to_be_checked()
    press(page, "戻る")
    expect(page.locator("[data-place]")).to_have_text("1 / 8")
    for _ in range(3):
        page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("2")
        page.keyboard.press("Enter")
    press(page, "回答を送る")
    expect(page.locator("h1")).to_contain_text("回答を受け付けました")
    assert asked.sheets == [{"P1": 4, "P2": "?", "P3": 4, **{f"P{number}": 2 for number in range(4, 9)}}]


def test_what_was_begun_is_there_again(asked: Asked, page_at: Callable[..., Page]):
    page = page_at(PHONE)
    page.goto(asked.link)
    press(page, "回答を始める")
    question(page).locator("label").nth(2).click()
    expect(page.locator("[data-place]")).to_have_text("2 / 8")
    # The page is left without a word: it has kept what was chosen.
    page.goto("about:blank")
    until(lambda: asked.drafts == 1)
    page.goto(asked.link)
    expect(page.locator("main")).to_contain_text("前回の続きから回答できます")
    look(page)
    press(page, "続きから回答する")
    expect(page.locator("[name=a-P1][value='3']")).to_be_checked()
    press(page, "あとで続ける")
    expect(page.locator("h1")).to_contain_text("回答の途中で保存しました")
    look(page)
    page.get_by_role("link", name="今すぐ続ける").click()
    press(page, "消して、最初から回答する")
    expect(page.locator("main")).not_to_contain_text("前回の続き")
    assert asked.drafts == 0


def test_from_a_poster_with_branches_an_order_and_a_table(asked: Asked, page_at: Callable[..., Page]):
    page = page_at(PHONE)
    page.goto(asked.poster)
    expect(page.locator("[name=proof]")).not_to_have_value("", timeout=20_000)
    look(page)
    press(page, "回答を始める")
    expect(page.locator("[data-place]")).to_have_text("1 / 5")
    question(page).get_by_text("オンライン", exact=True).click()
    expect(page.locator("[data-place]")).to_have_text("2 / 6")
    for name in ("利用していない", "窓口", "窓口", "オンライン"):
        question(page).get_by_role("button", name=name).click()
    expect(question(page).get_by_role("button", name="利用していない")).to_have_attribute("aria-pressed", "true")
    look(page)
    press(page, "次へ")
    question(page).get_by_label("出かけなくてよい").check()
    question(page).get_by_label("分からない").check()
    expect(question(page).get_by_label("出かけなくてよい")).not_to_be_checked()
    question(page).get_by_label("時間を選ばない").check()
    expect(question(page).get_by_label("分からない")).not_to_be_checked()
    press(page, "次へ")
    question(page).locator("input[type=text]").fill("２５")
    look(page)
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    page.keyboard.press("2")
    look(page)
    press(page, "次へ")
    question(page).locator("textarea").fill("とても分かりやすかったです。")
    look(page)
    press(page, "次へ")
    page.get_by_label("前回の自分の回答と結び付けて").check()
    press(page, "回答を送る")
    expect(page.locator("h1")).to_contain_text("回答を受け付けました")
    assert asked.sheets == [
        {
            "use": "online",
            "rank": ["none", "online"],
            "online": ["t"],
            "minutes": "25",
            "table": {"a": "counter", "b": "online"},
            "why": "とても分かりやすかったです。",
        }
    ]
    page.goto(asked.poster)
    expect(page.locator("h1")).to_contain_text("回答を受け付けました")


def test_a_question_that_is_not_asked_any_more_loses_its_answer(asked: Asked, page_at: Callable[..., Page]):
    page = page_at(DESK)
    page.goto(asked.card(0))
    press(page, "回答を始める")
    question(page).get_by_text("オンライン", exact=True).click()
    expect(page.locator("[data-place]")).to_have_text("2 / 6")
    press(page, "次へ")
    question(page).get_by_label("時間を選ばない").check()
    for _ in range(2):
        press(page, "戻る")
    question(page).get_by_text("窓口", exact=True).click()
    expect(page.locator("[data-place]")).to_have_text("2 / 5")
    for _ in range(2):
        press(page, "次へ")
    press(page, "次へ")
    expect(question(page).locator("[data-error]")).to_contain_text("すべての行に回答してください")
    for _ in range(2):
        page.keyboard.press("1")
    for _ in range(2):
        press(page, "次へ")
    press(page, "回答を送る")
    expect(page.locator("h1")).to_contain_text("回答を受け付けました")
    assert asked.sheets == [{"use": "counter", "table": {"a": "counter", "b": "counter"}}]


def test_without_a_script_it_is_one_page(asked: Asked, page_at: Callable[..., Page]):
    page = page_at(PHONE, scripts=False)
    page.goto(asked.poster)
    assert_fits(page)
    expect(page.locator("main")).to_contain_text("設問1で「オンライン」を選んだ方だけお答えください。")
    page.get_by_label("何分かかりましたか").fill("すぐ")
    press(page, "回答を送る")
    expect(page.locator("#q-minutes")).to_contain_text("数を入力してください")
    expect(page.locator("#q-use")).to_contain_text("答えを選んでください")
    assert_fits(page)
    page.get_by_label("何分かかりましたか").fill("5")
    page.locator("#q-use").get_by_label("窓口").check()
    page.locator("#q-rank select").first.select_option("オンライン")
    press(page, "あとで続ける")
    expect(page.locator("h1")).to_contain_text("回答の途中で保存しました")
    page.get_by_role("link", name="今すぐ続ける").click()
    for row in ("a", "b"):
        page.locator(f"[name=a-table-{row}]").first.check()
    # Enter inside a question hands in; it does not throw away what was begun.
    page.get_by_label("何分かかりましたか").press("Enter")
    expect(page.locator("h1")).to_contain_text("回答を受け付けました")
    assert asked.sheets == [
        {"use": "counter", "rank": ["online"], "minutes": "5", "table": {"a": "counter", "b": "counter"}}
    ]


def test_ways_that_are_closed_and_a_code_that_is_typed(asked: Asked, page_at: Callable[..., Page]):
    page = page_at(PHONE)
    page.goto(f"{asked.public}/a/unknown/")
    look(page)
    page.get_by_role("link", name="番号を入力する").click()
    expect(page.locator("h1")).to_contain_text("案内やカードにある番号を入力してください")
    look(page)
    page.get_by_label("案内やカードの番号").fill("abcd-efgh")
    press(page, "設問へ進む")
    expect(page.locator("main")).to_contain_text("この番号のカードはありません")
    look(page)
    page.get_by_label("案内やカードの番号").fill(asked.told["cards"][1].upper())
    press(page, "設問へ進む")
    expect(page.locator("h1")).to_contain_text("手続の調査")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    look(page)


def test_sheets_of_paper_one_after_the_other(asked: Asked, page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, asked.kiun.url, asked.told["officer"], "correct horse battery")
    page.goto(f"{asked.kiun.url}/t/{asked.told['town']}/surveys/{asked.told['pk']}/paper/")
    look(page)
    # By keyboard alone: the code, then the first question by its digit, then a number, then Enter.
    page.keyboard.type(asked.told["cards"][2])
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    expect(page.locator("[name=a-use][value=online]")).to_be_checked()
    page.get_by_label("何分かかりましたか").fill("3O")
    page.keyboard.press("Enter")
    expect(page.locator("#q-minutes")).to_contain_text("数を入力してください")
    look(page)
    page.get_by_label("何分かかりましたか").fill("30")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("紙と同じ内容ですか")
    expect(page.locator("table")).to_contain_text("30分")
    look(page)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("紙の回答を1枚入力しました")
    look(page)
    assert asked.sheets == [{"use": "online", "minutes": "30"}]
