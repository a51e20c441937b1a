"""What a survey says, in a real browser: read, narrowed down, compared, crossed; texts checked and then read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, Served, look, sign_in
from tests.e2e.installation import carry_out

pytestmark = pytest.mark.e2e

SURVEYS = """
import django; django.setup()
from itertools import cycle, islice
from django_scopes import scope
from kiun.municipality.models import Municipality
from kiun.surveys.models import Anonymity, ItemKind
from kiun.surveys.queries.invitees import Choice, Whom, chosen_posts
from django.utils import timezone
from tests.surveys.builders import make_questionnaire, make_survey, opened
from tests.surveys.published import asked
choices = [{"key": key, "text": text} for key, text in (("daily", "毎日"), ("weekly", "週に数回"))]
rows = [{"key": "a", "text": "窓口での受付"}, {"key": "b", "text": "電話での問合せ"}]
items = {
    "sat": {"text": "満足していますか", "settings": {"low": "不満", "high": "満足"}},
    "use": {"text": "どのくらい使いますか", "kind": ItemKind.SINGLE, "choices": choices},
    "good": {"text": "良くなったこと", "kind": ItemKind.MULTIPLE, "choices": choices},
    "order": {"text": "次に直すもの", "kind": ItemKind.RANKING, "choices": choices},
    "min": {"text": "かかる時間", "kind": ItemKind.NUMBER, "settings": {"unit": "分"}},
    "day": {"text": "使い始めた日", "kind": ItemKind.DAY},
    "table": {"text": "場面ごとの使いやすさ", "kind": ItemKind.MATRIX, "choices": choices, "rows": rows},
    "why": {"text": "困っていること", "kind": ItemKind.LONG_TEXT},
}
values = [
    {
        "sat": point,
        "use": use,
        "good": [use],
        "order": [use],
        "min": str(5 * point),
        "day": f"2026-0{point + 1}-11",
        "table": {"a": use, "b": "?"},
        "why": "佐藤さんに聞かないと分からない。",
    }
    for point in (2, 3, 4, 5)
    for use in ("daily", "weekly")
]
town = Municipality.objects.get(slug="hinata")
with scope(municipality=town):
    people = chosen_posts(Choice(whom=Whom.ALL), timezone.localdate())
    questionnaire = make_questionnaire(town, "窓口システムについて", items=items)
    for title, fields in (("前期の調査", {}), ("後期の調査", {}), ("記名の調査", {"anonymity": Anonymity.NAMED})):
        survey = make_survey(town, questionnaire, title=title, code=title, **fields)
        number = 40 if fields else 200
        survey = asked(survey, people, islice(cycle(values), number))
        print(survey.pk)
"""


@pytest.fixture(scope="module")
def surveys(kiun: Served) -> list[int]:
    return [int(line) for line in carry_out(kiun, SURVEYS).split()]


def test_an_officer_reads_what_a_survey_says(kiun: Served, surveys: list[int], page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    before, now, _named = surveys
    page.goto(f"{kiun.url}/t/hinata/surveys/{now}/")
    page.get_by_role("link", name="結果を読む").click()
    expect(page.locator("h1")).to_contain_text("200人")
    expect(page.locator(".k-chart.is-drawn")).to_have_count(6)
    look(page)
    page.select_option("[name=with]", str(before))
    page.get_by_role("button", name="表示する").click()
    expect(page.locator("main")).to_contain_text("「前回」は「前期の調査」です。")
    look(page)
    page.goto(f"{kiun.url}/t/hinata/surveys/{now}/results/departments/?item=use")
    expect(page.locator("#departments table").last).to_contain_text("市民部")
    look(page)
    page.goto(f"{kiun.url}/t/hinata/surveys/{now}/results/crossed/?rows=sat&columns=use")
    expect(page.locator("#crossed-table tfoot")).to_contain_text("200")
    look(page)


def test_texts_are_read_after_somebody_has_looked_at_them(
    kiun: Served, surveys: list[int], page_at: Callable[..., Page]
):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/surveys/{surveys[1]}/texts/")
    expect(page.locator("h1")).to_have_text("自由記述は、まだ確認していません。")
    look(page)
    page.get_by_role("link", name="記述を確認する").click()
    look(page)
    first, second = (page.locator("fieldset.k-textcheck__text").nth(place) for place in (0, 1))
    first.locator("textarea").fill("まったく別の文")
    second.get_by_label("示さない").check()
    page.get_by_role("button", name="上の20件を確認しました").click()
    expect(page.locator(".k-error")).to_contain_text("書き換えはできません")
    look(page)
    first.get_by_label("後で決める").check()
    page.get_by_role("button", name="上の20件を確認しました").click()
    expect(page.locator("#withheld li")).to_have_count(1)
    look(page)
    page.goto(f"{kiun.url}/t/hinata/surveys/{surveys[1]}/texts/")
    expect(page.locator(".k-texts__words")).to_have_count(18)
    expect(page.locator("main")).not_to_contain_text("佐藤")
    look(page)


def test_files_of_results_are_taken_along(kiun: Served, surveys: list[int], page_at: Callable[..., Page]):
    page = page_at(DESK)
    sign_in(page, kiun.url, "midorikawa")
    page.goto(f"{kiun.url}/t/hinata/surveys/{surveys[2]}/results/")
    for name, ending in (("Excel", "xlsx"), ("CSV", "csv"), ("氏名つきの回答票（Excel）", "xlsx")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(f".{ending}")
