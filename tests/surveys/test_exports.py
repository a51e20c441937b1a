"""Results taken along: what the pages show, and sheets of named surveys only."""

import pytest

from kiun.activity.models import AuditEntry
from kiun.kernel.tabular import read_workbook
from kiun.municipality.models import Role
from kiun.surveys.models import UNKNOWN, Anonymity, FreeText, ItemKind, Review
from kiun.surveys.queries.result_sheets import named_sheets, result_sheets
from kiun.surveys.queries.results import Results
from kiun.surveys.results_wording import HIDDEN
from tests.factories import TODAY, make_department
from tests.surveys.builders import make_people, make_questionnaire, make_survey, opened
from tests.surveys.pages import sign_in, url
from tests.surveys.published import asked, hand_in_all

COLOURS = [{"key": key, "text": text} for key, text in (("red", "赤"), ("blue", "青"))]
ITEMS = {
    "q": {"text": "満足度"},
    "c": {"text": "色", "kind": ItemKind.MULTIPLE, "choices": COLOURS},
    "m": {"text": "場所", "kind": ItemKind.MATRIX, "choices": COLOURS, "rows": [{"key": "r", "text": "窓口"}]},
    "n": {"text": "分", "kind": ItemKind.NUMBER},
    "why": {"text": "理由", "kind": ItemKind.LONG_TEXT},
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def people(town, department):
    return make_people(town, department, 12)


@pytest.fixture
def questionnaire(town):
    return make_questionnaire(town, items=ITEMS)


VALUES = [{"q": 4, "c": ["red"], "m": {"r": "red"}, "n": "10", "why": "=1+1"}] * 9 + [{"q": UNKNOWN}] * 3


@pytest.fixture
def survey(town, questionnaire, people):
    return asked(make_survey(town, questionnaire), people, VALUES)


def test_the_workbook_holds_what_the_pages_show(survey, department):
    totals, items, departments, texts = result_sheets(Results(survey))
    assert [sheet.name for sheet in (totals, items, departments, texts)] == [
        "集計",
        "設問",
        "部署別",
        "自由記述（確認済み）",
    ]
    rows = list(totals.rows)
    assert rows[3] == [1, "満足度", "", "4", 9, 75, ""]
    assert rows[5:7] == [
        [1, "満足度", "", "分からない", 3, 25, ""],
        [1, "満足度", "", "無回答・対象外", 0, None, ""],
    ]
    assert [3, "場所", "窓口", "赤", 9, 100, ""] in rows
    facts = list(items.rows)
    assert facts[0] == [1, "q", "満足度", "段階で答える", 9, 3, 0, 4, 4, 4, None, None, None, ""]
    assert facts[3][10:13] == [10, 10, 10]
    assert ["市民課", 2, "", 12, 1, "満足度", "4", 9, 75, 4, ""] in list(departments.rows)
    assert list(texts.rows) == []


def test_only_texts_that_were_checked_are_in_it(survey):
    for row in FreeText.objects.all()[:2]:
        row.review, row.shown = Review.SHOWN, "よくなった"
        row.save()
    assert list(result_sheets(Results(survey))[3].rows) == [["理由", "市民課", "よくなった"]] * 2


def test_a_survey_of_few_holds_no_number(town, questionnaire, people):
    survey = asked(make_survey(town, questionnaire), people, VALUES[:4])
    totals, items, departments, texts = result_sheets(Results(survey))
    assert [row[4:] for row in totals.rows] == [[None, None, str(HIDDEN)]] * 4
    assert [row[4:] for row in items.rows] == [[None] * 9 + [str(HIDDEN)]] * 4
    assert {tuple(row[3:]) for row in departments.rows} == {(None, None, "", "", None, None, None, str(HIDDEN))}
    assert list(texts.rows) == []


def test_the_file_can_be_read_again_and_is_in_the_record(client, town, survey):
    sign_in(client, town)
    answer = client.get(url(town, "results_export", survey.pk))
    book = read_workbook(answer.content, name="results.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["集計", "設問", "部署別", "自由記述（確認済み）"]
    entry = AuditEntry.objects.get(verb="exported")
    assert (entry.object_type, entry.object_id) == ("surveys.survey", survey.pk)


def test_csv_begins_with_a_mark_for_excel(client, town, survey):
    sign_in(client, town)
    answer = client.get(url(town, "results_export", survey.pk) + "?format=csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "番号,設問,表の行,回答,人数,割合(%),備考"
    assert lines[4] == "1,満足度,,4,9,75,"


def test_single_sheets_of_an_anonymous_survey_are_given_to_nobody(client, town, survey):
    sign_in(client, town)
    assert client.get(url(town, "sheets_export", survey.pk)).status_code == 404
    with pytest.raises(AssertionError):
        named_sheets(survey)
    assert AuditEntry.objects.filter(verb="exported").count() == 0


def test_sheets_with_names_are_given_to_who_may_open_the_survey(client, town, department, questionnaire, people):
    named = make_survey(town, questionnaire, department=department, anonymity=Anonymity.NAMED)
    survey = opened(named, people)
    hand_in_all(survey, people[:2], [VALUES[0], {"q": UNKNOWN, "c": ["red", "blue"]}])
    assert sorted(named_sheets(survey).rows, key=str) == [
        ["市民課", "緑川 葵", "分からない", "赤 / 青", None, None, None],
        ["市民課", "緑川 葵", 4, "赤", "窓口: 赤", "10", "=1+1"],
    ]
    sign_in(client, town, Role.HEAD, department, name="黒田 恵理")
    answer = client.get(url(town, "sheets_export", survey.pk))
    assert read_workbook(answer.content, name="sheets.xlsx").sheets[0].name == "回答票"
    assert AuditEntry.objects.filter(verb="exported", object_id=survey.pk).count() == 1
    sign_in(client, town, Role.MEMBER, department, name="白井 健太")
    assert client.get(url(town, "sheets_export", survey.pk)).status_code == 403
    sign_in(client, town, Role.HEAD, make_department(town, "税務課"), name="青山 智子")
    assert client.get(url(town, "sheets_export", survey.pk)).status_code == 404
