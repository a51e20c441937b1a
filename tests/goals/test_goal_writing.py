"""The form on which a goal is written: it answers while typing, asks one thing at a time, and never refuses."""

import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from kiun.activity.models import AuditEntry
from kiun.goals.forms import lint_of
from kiun.goals.models import Goal
from tests.factories import TODAY, make_goal, make_policy

TEXT = "オンラインでの市民相談を年間30%増加させる"
HTMX = {"HTTP_HX_REQUEST": "true"}


def found(lint):
    return {part.id: (part.is_found, part.text) for part in lint.parts}


class TestLint:
    def test_four_parts_are_named_with_what_was_found(self):
        assert found(lint_of({"text": TEXT}, TODAY)) == {
            "indicator": (True, "オンラインでの市民相談"),
            "baseline": (False, "現状の値がありません"),
            "target": (True, "+30% · 増やす"),
            "deadline": (False, "期限がありません"),
        }

    def test_one_question_at_a_time(self):
        lint = lint_of({"text": TEXT}, TODAY)
        assert (lint.question.part, lint.question.asks_unit) == ("baseline", True)
        assert "令和7年度" in lint.question.text

    def test_an_answer_leads_to_the_next_question_and_into_the_proposal(self):
        data = {"text": TEXT, "step": "answer", "asked": "baseline", "answer": "１，２４０件"}
        lint = lint_of(data, TODAY)
        assert (lint.question.part, lint.answers["baseline"], lint.answers["unit"]) == ("deadline", "1240", "件")
        assert "1,240件から" in lint.proposal
        assert not lint.can_adopt

    def test_the_unit_may_stand_beside_the_number(self):
        data = {"text": TEXT, "step": "answer", "asked": "baseline", "answer": "1240", "answer_unit": "件"}
        assert lint_of(data, TODAY).answers["unit"] == "件"

    def test_all_answers_make_a_sentence_that_needs_no_question(self):
        data = {"text": TEXT, "a_baseline": "1240", "a_unit": "件", "step": "answer", "asked": "deadline"}
        lint = lint_of({**data, "answer": "令和9年度末"}, TODAY)
        assert (lint.question, lint.lacks_nothing, lint.saved_text) == (None, True, lint.proposal)
        adopted = lint_of({**data, "a_deadline": "2028-03-31", "step": "adopt"}, TODAY)
        assert adopted.text == lint.proposal
        assert (adopted.reading.missing, adopted.reading.target, adopted.proposal) == ((), 1612, "")
        assert not any(adopted.answers.values())

    @pytest.mark.parametrize(
        ("asked", "answer"),
        [("baseline", "たくさん"), ("baseline", "－"), ("deadline", "いつか"), ("target", "10～20")],
    )
    def test_an_answer_that_is_not_understood_says_why_and_is_kept(self, asked, answer):
        text = {"baseline": TEXT, "deadline": "待ち時間を24分から15分へ短縮する", "target": "待ち時間を短縮する"}
        data = QueryDict(mutable=True)
        data.update({"text": text[asked], "step": "answer", "asked": asked, "answer": answer})
        data.setlist("skipped", ["baseline"] if asked == "target" else [])
        lint = lint_of(data, TODAY)
        assert lint.question.part == asked
        assert (lint.question.typed, bool(lint.question.error)) == (answer, True)

    def test_what_the_text_says_goes_before_an_earlier_answer(self):
        data = {
            "text": "待ち時間を令和7年度の24分から令和9年度末までに15分へ短縮する",
            "a_baseline": "99",
            "a_unit": "件",
        }
        lint = lint_of(data, TODAY)
        assert (lint.reading.baseline, lint.reading.target, lint.proposal) == (24, 15, "")

    def test_a_suggestion_names_indicator_and_unit(self):
        data = {
            "text": "窓口を便利にする",
            "step": "answer",
            "asked": "indicator",
            "answer": "窓口での平均待ち時間（分）",
        }
        lint = lint_of(data, TODAY)
        assert (lint.reading.indicator, lint.answers["unit"]) == ("窓口での平均待ち時間", "分")

    @pytest.mark.parametrize("text", ["", "   ", "あ" * 100_000, "\x00", "<script>", "１" * 400])
    def test_nothing_breaks_it(self, text):
        lint_of({"text": text, "step": "adopt"}, TODAY)

    @pytest.mark.parametrize(
        "tampered", [{"a_baseline": "x"}, {"a_deadline": "soon"}, {"a_target": "NaN"}, {"asked": "?", "answer": "1"}]
    )
    def test_tampered_answers_are_not_an_error(self, tampered):
        lint_of({"text": TEXT, "step": "answer", **tampered}, TODAY)


def lint_fragment(html):
    """The lint as it stands in the answer, without what differs from request to request."""
    html = re.search(r'<div id="lint".*?(?=\n</div>|\Z)', html, re.DOTALL)[0]
    return re.sub(r"\s+", " ", html).strip().removesuffix("</div>").strip()


@pytest.mark.parametrize(
    "data",
    [
        {"text": TEXT},
        {"text": TEXT, "step": "answer", "asked": "baseline", "answer": "1,240件"},
        {"text": TEXT, "step": "skip", "asked": "baseline"},
        {"text": TEXT, "step": "answer", "asked": "baseline", "answer": "たくさん"},
    ],
)
def test_the_fragment_equals_the_page_without_a_script(client, town, plan, officer, data):
    fragment = client.post(reverse("goals:goal_lint", args=[town.slug]), data, **HTMX).content.decode()
    page_data = data if "step" in data else {**data, "refresh": "1"}
    page = client.post(reverse("goals:goal_create", args=[town.slug, plan.pk]), page_data)
    assert page.status_code == 200
    assert lint_fragment(fragment) == lint_fragment(page.content.decode())
    assert Goal.objects.count() == 0


def test_adopting_replaces_the_text(client, town, plan, officer):
    data = {"text": TEXT, "a_baseline": "1240", "a_unit": "件", "a_deadline": "2028-03-31", "step": "adopt"}
    fragment = client.post(reverse("goals:goal_lint", args=[town.slug]), data, **HTMX).content.decode()
    page = client.post(reverse("goals:goal_create", args=[town.slug, plan.pk]), data).content.decode()
    for html in (fragment, page):
        assert re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)[1].strip().endswith("へ増やす。")


def test_a_step_without_a_script_keeps_everything_else_that_was_chosen(client, town, plan, officer):
    policy = make_policy(plan)
    data = {"text": TEXT, "policy": policy.pk, "code": "1-1", "step": "skip", "asked": "baseline"}
    page = client.post(reverse("goals:goal_create", args=[town.slug, plan.pk]), data).content.decode()
    assert f'<option value="{policy.pk}" selected>' in page
    assert 'value="1-1"' in page


ANSWERED = "オンラインでの市民相談（件数）を、令和7年度の1,240件から令和9年度末までに1,612件（+30%）へ増やす。"
ALL_ANSWERS = {"a_baseline": "1240", "a_unit": "件", "a_deadline": "2028-03-31"}


class TestAnswersAreSaved:
    @pytest.fixture(params=["create", "edit"])
    def where(self, request, town, plan):
        if request.param == "create":
            return reverse("goals:goal_create", args=[town.slug, plan.pk])
        return reverse("goals:goal_edit", args=[town.slug, make_goal(plan, TEXT, is_vague=True).pk])

    @pytest.mark.parametrize(
        ("answers", "saved", "missing"),
        [
            (ALL_ANSWERS, ANSWERED, []),
            ({"a_deadline": "2028-03-31"}, f"{TEXT}（期限：令和9年度末）", ["baseline"]),
            ({"a_baseline": "1240", "a_unit": "件", "asked": "deadline", "answer": "令和9年度末"}, ANSWERED, []),
            (ALL_ANSWERS | {"keeps_words": "on"}, TEXT, ["baseline", "deadline"]),
            ({}, TEXT, ["baseline", "deadline"]),
        ],
    )
    def test_in_the_sentence_that_the_form_has_named(self, client, officer, where, answers, saved, missing):
        assert client.post(where, {"text": TEXT} | answers).status_code == 302
        goal = Goal.objects.get()
        assert (goal.text, goal.missing, goal.is_vague) == (saved, missing, "deadline" in missing)

    def test_the_form_says_beforehand_what_will_be_saved(self, client, town, officer, where):
        lint = client.post(reverse("goals:goal_lint", args=[town.slug]), {"text": TEXT} | ALL_ANSWERS, **HTMX)
        page = client.post(where, {"text": TEXT, "refresh": "1"} | ALL_ANSWERS)
        for html in (lint.content.decode(), page.content.decode()):
            assert f"答えを入れた次の文で保存します：<b>{ANSWERED}</b>" in html
        assert "答えを入れた次の文で保存します" not in client.get(where).content.decode()

    def test_an_answer_that_is_not_understood_is_asked_again(self, client, officer, where):
        before = list(Goal.objects.values_list("text"))
        answer = client.post(where, {"text": TEXT, "asked": "baseline", "answer": "たくさん"})
        assert (answer.status_code, list(Goal.objects.values_list("text"))) == (422, before)
        assert answer.context["form"].lint.question.typed == "たくさん"


def test_words_that_are_saved_as_they_were_leave_no_entry_and_are_called_so(client, town, plan, officer):
    goal = make_goal(plan, TEXT, department=None)
    data = {"text": TEXT, "is_public": "on", "code": goal.code, "reason": "確認しました"}
    answer = client.post(reverse("goals:goal_edit", args=[town.slug, goal.pk]), data, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["変わったところはありません。"]
    assert AuditEntry.objects.filter(object_type="goals.goal", object_id=goal.pk).count() == 0


def test_a_vague_goal_is_saved_as_vague_and_counted(client, town, plan, officer):
    answer = client.post(reverse("goals:goal_create", args=[town.slug, plan.pk]), {"text": "窓口を便利にする"})
    goal = Goal.objects.get()
    assert answer.url == reverse("goals:goal_detail", args=[town.slug, goal.pk])
    assert (goal.is_vague, goal.missing) == (True, ["indicator", "baseline", "target", "deadline"])
    page = client.get(reverse("goals:goal_vague", args=[town.slug])).content.decode()
    assert "窓口を便利にする" in page


def test_the_indicator_is_filled_in_from_the_sentence(client, town, plan, officer):
    text = "オンラインでの市民相談（件数）を、令和7年度の1,240件から令和9年度末までに1,612件へ増やす。"
    goal = make_goal(plan, text)
    form = client.get(reverse("goals:indicator_create", args=[town.slug, goal.pk])).context["form"]
    shown = {name: form[name].value() for name in ("unit", "direction", "baseline", "target", "deadline", "owner")}
    assert shown == {
        "unit": "件",
        "direction": "increase",
        "baseline": "1240",
        "target": "1612",
        "deadline": "令和9年度末",
        "owner": officer.pk,
    }


def test_without_a_text_nothing_is_saved_and_the_reason_is_said(client, town, plan, officer):
    answer = client.post(reverse("goals:goal_create", args=[town.slug, plan.pk]), {"text": " "})
    assert (answer.status_code, Goal.objects.count()) == (422, 0)
    assert "id_text-error" in answer.content.decode()
