"""The pages of results, as those see them who may read a survey."""

import pytest

from kiun.activity.models import AuditEntry
from kiun.municipality.models import Role
from kiun.surveys.models import Anonymity, FreeText, ItemKind, Review, Survey
from kiun.surveys.results_wording import HIDDEN
from tests.factories import TODAY, make_department
from tests.surveys.builders import make_people, make_questionnaire, make_survey, opened
from tests.surveys.pages import sign_in, url
from tests.surveys.published import asked, hand_in_all

COLOURS = [{"key": key, "text": text} for key, text in (("red", "赤"), ("blue", "青"))]
ITEMS = {
    "q": {"text": "満足していますか"},
    "c": {"text": "色はどれですか", "kind": ItemKind.SINGLE, "choices": COLOURS},
    "m": {"text": "場所ごとに", "kind": ItemKind.MATRIX, "choices": COLOURS, "rows": [{"key": "r", "text": "窓口"}]},
    "why": {"text": "理由", "kind": ItemKind.LONG_TEXT},
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)


@pytest.fixture
def people(town, department):
    return make_people(town, department, 20)


@pytest.fixture
def questionnaire(town):
    return make_questionnaire(town, items=ITEMS)


def answers(number, q=4, c="red"):
    return [{"q": q, "c": c, "m": {"r": "blue"}, "why": f"佐藤さんに聞いた{place}"} for place in range(number)]


@pytest.fixture
def survey(town, questionnaire, people):
    return asked(make_survey(town, questionnaire), people, answers(20))


def page(client, town, name, *args, query=""):
    answer = client.get(url(town, name, *args) + query)
    assert answer.status_code == 200
    return answer


def text_of(answer):
    return answer.content.decode()


def test_every_item_has_a_chart_with_its_table_and_a_sentence(client, town, survey):
    sign_in(client, town)
    found = page(client, town, "results", survey.pk)
    charts = [block["chart"] for block in found.context["blocks"]]
    assert [chart.title if chart else None for chart in charts] == ["満足していますか", "色はどれですか", None]
    assert charts[1].table.rows == (("赤", "100%", "20人"), ("青", "0%", "0人"))
    assert found.context["lead"] == "20人に聞いて、20人（100%）が回答しました。"
    assert text_of(found).count("data-chart-twin") == 2
    assert "場所ごとに" in text_of(found)


def test_a_small_department_says_why_it_shows_nothing_and_no_number(client, town, department, questionnaire, people):
    small = make_people(town, make_department(town, "会計課"), 6)
    survey = asked(make_survey(town, questionnaire), [*small, *people], [*answers(3, 1), *answers(0)])
    sign_in(client, town)
    found = page(client, town, "results", survey.pk)
    assert found.context["blocks"] == []
    assert found.context["lead"] == str(HIDDEN)
    narrowed = page(client, town, "results", survey.pk, query=f"?department={small[0].department_id}")
    assert narrowed.context["lead"] == f"会計課：{HIDDEN}"
    assert narrowed.context["blocks"] == []


def test_results_are_narrowed_to_a_department_and_a_role(client, town, survey, department):
    sign_in(client, town)
    found = page(client, town, "results", survey.pk, query=f"?department={department.pk}&role=staff")
    assert found.context["lead"] == "市民課（職員）：20人に聞いて、20人（100%）が回答しました。"
    for junk in ("?department=999999", "?department=x&role=king", "?with=abc"):
        assert page(client, town, "results", survey.pk, query=junk).context["narrowed"] == 0


def test_an_earlier_time_of_the_same_stands_beside(client, town, questionnaire, people):
    before = asked(make_survey(town, questionnaire, title="前回"), people, answers(20, q=2))
    now = asked(make_survey(town, questionnaire, title="今回"), people, answers(20, q=4, c="blue"))
    sign_in(client, town)
    found = page(client, town, "results", now.pk, query=f"?with={before.pk}")
    scale, single, _matrix = found.context["blocks"]
    assert [(bar.label, bar.value) for bar in single["chart"].bars] == [
        ("赤", 0),
        ("赤（前回）", 100),
        ("青", 100),
        ("青（前回）", 0),
    ]
    assert scale["comparison"] == "平均は2から4になりましたが、偶然の幅を超えるかどうかは判定できません。"
    assert found.context["others"] == [("", "なし"), (before.pk, "前回")]


def test_while_it_runs_the_page_says_from_when_there_is_something(client, town, questionnaire, people):
    survey = opened(make_survey(town, questionnaire), people)
    sign_in(client, town)
    found = page(client, town, "results", survey.pk)
    said = "20人に聞いて、まだだれも回答していません。20人が回答すると、ここに途中の結果が出ます。"
    assert found.context["lead"] == said
    assert found.context["blocks"] == []


def test_departments_stand_in_their_order_with_what_is_hidden(client, town, division, department, survey):
    sign_in(client, town)
    found = page(client, town, "results_departments", survey.pk, query="?item=c")
    assert [(line.name, line.cells) for line in found.context["lines"]] == [
        ("市民部", ("100%", "0%", "0%")),
        ("市民課", ("100%", "0%", "0%")),
    ]
    assert [(line.name, line.is_hidden) for line in found.context["roles"]] == [
        ("DX推進課", True),
        ("管理職", True),
        ("職員", False),
    ]
    assert found.context["chart"].title == "「赤」の割合"
    assert page(client, town, "results_departments", survey.pk).context["head"] == (
        "平均",
        "95%の幅",
        "分からない",
    )


def test_two_questions_are_crossed(client, town, questionnaire, people):
    values = [*answers(5, 1, "red"), *answers(5, 5, "red"), *answers(5, 1, "blue"), *answers(5, 5, "blue")]
    survey = asked(make_survey(town, questionnaire), people, values)
    sign_in(client, town)
    found = page(client, town, "results_crossed", survey.pk, query="?rows=c&columns=q")
    assert [row.label for row in found.context["table"].rows] == ["赤", "青"]
    assert page(client, town, "results_crossed", survey.pk, query="?rows=c&columns=c").context["is_same"]


def test_texts_are_read_after_they_were_checked(client, town, survey):
    sign_in(client, town)
    assert "佐藤" not in text_of(page(client, town, "texts", survey.pk))
    check = page(client, town, "texts_check", survey.pk)
    assert len(check.context["lines"]) == 20
    assert "［氏名］さんに聞いた" in text_of(check)
    form = {"text": [str(line["text"].pk) for line in check.context["lines"]]}
    for line in check.context["lines"]:
        form |= {f"shown-{line['text'].pk}": line["shown"], f"review-{line['text'].pk}": "shown"}
    assert client.post(url(town, "texts_check", survey.pk), form).status_code == 302
    assert set(FreeText.objects.values_list("review", "text")) == {(Review.SHOWN, "")}
    shown = page(client, town, "texts", survey.pk)
    assert shown.context["lead"] == "自由記述を20件読めます。"
    read = text_of(shown)
    assert "［氏名］さんに聞いた" in read
    assert "佐藤" not in read


def test_what_was_not_written_is_refused_beside_the_text_and_kept(client, town, survey):
    sign_in(client, town)
    row = FreeText.objects.first()
    form = {"text": [str(row.pk), "no key"], f"shown-{row.pk}": "よい窓口です", f"review-{row.pk}": "shown"}
    answer = client.post(url(town, "texts_check", survey.pk), form)
    assert answer.status_code == 422
    [line] = [line for line in answer.context["lines"] if line["error"]]
    assert (line["text"].pk, line["shown"]) == (row.pk, "よい窓口です")


def test_a_text_can_be_taken_back(client, town, survey):
    sign_in(client, town)
    row = FreeText.objects.first()
    form = {"text": str(row.pk), f"review-{row.pk}": "withheld"}
    client.post(url(town, "texts_check", survey.pk), form)
    assert FreeText.objects.get(pk=row.pk).review == Review.WITHHELD
    client.post(url(town, "texts_take_back", survey.pk), {"text": str(row.pk)})
    assert FreeText.objects.get(pk=row.pk).review == Review.WAITING
    for junk in ("", "x", "00000000-0000-0000-0000-000000000000"):
        client.post(url(town, "texts_take_back", survey.pk), {"text": junk})
    assert set(FreeText.objects.values_list("review", flat=True)) == {Review.WAITING}


def test_who_may_not_open_a_survey_sees_no_original(client, town, department, questionnaire, people):
    survey = asked(make_survey(town, questionnaire, department=department), people, answers(20))
    sign_in(client, town, Role.MEMBER, department, name="白井 健太")
    assert client.get(url(town, "texts_check", survey.pk)).status_code == 403
    assert client.get(url(town, "texts", survey.pk)).status_code == 200
    assert client.get(url(town, "results", survey.pk)).status_code == 200


def test_others_departments_do_not_find_it(client, town, department, questionnaire, people):
    survey = asked(make_survey(town, questionnaire, department=department), people, answers(20))
    sign_in(client, town, Role.MEMBER, make_department(town, "税務課"), name="白井 健太")
    for name in ("results", "results_departments", "results_crossed", "texts", "texts_check", "results_export"):
        assert client.get(url(town, name, survey.pk)).status_code == 404


def test_a_draft_has_no_results(client, town, questionnaire):
    survey = make_survey(town, questionnaire)
    sign_in(client, town)
    for name in ("results", "results_departments", "results_crossed", "texts", "texts_check", "results_export"):
        assert client.get(url(town, name, survey.pk)).status_code == 404


@pytest.mark.parametrize("number", [0, 3])
def test_every_page_stands_for_a_survey_that_hardly_anybody_answered(client, town, questionnaire, people, number):
    survey = asked(make_survey(town, questionnaire), people, answers(number))
    sign_in(client, town)
    for name in ("results", "results_departments", "results_crossed", "texts", "texts_check", "results_export"):
        assert client.get(url(town, name, survey.pk)).status_code == 200


def test_pages_speak_english_too(client, town, survey):
    person = sign_in(client, town)
    person.user.language = "en"
    person.user.save()
    assert client.get(url(town, "results", survey.pk), headers={"accept-language": "en"}).status_code == 200


def test_a_named_survey_that_runs_is_read_by_those_who_opened_it(client, town, department, questionnaire, people):
    named = make_survey(town, questionnaire, department=department, anonymity=Anonymity.NAMED)
    survey = opened(named, people)
    hand_in_all(survey, people[:6], answers(6))
    sign_in(client, town, Role.HEAD, department, name="黒田 恵理")
    assert len(page(client, town, "results", survey.pk).context["blocks"]) == 3
    sign_in(client, town, Role.MEMBER, department, name="白井 健太")
    assert page(client, town, "results", survey.pk).context["blocks"] == []
    assert AuditEntry.objects.filter(verb="exported").count() == 0
    assert Survey.objects.get(pk=survey.pk).is_open
