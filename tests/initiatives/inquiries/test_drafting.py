"""Questions are checked when they are written; after sending only their words change."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.activity.models import Notice
from kiun.activity.queries import version_of
from kiun.initiatives.models import Question, QuestionKind, Request, Round
from kiun.initiatives.services import inquiries
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from tests.factories import TODAY, make_goal, make_indicator, make_plan
from tests.initiatives.inquiries.builders import (
    DUE,
    answer,
    answers,
    make_draft,
    make_hall,
    make_open_round,
    questions,
    request_of,
)


def save(hall, round_, kind=QuestionKind.NUMBER, **terms):
    question = Question(municipality=hall.town, round=round_, kind=kind, **{"text": "問い", **terms})
    return inquiries.save_question(actor=hall.asker, question=question)


def test_questions_follow_each_other_and_are_moved(hall):
    draft = make_draft(hall)
    save(hall, draft, text="四つ目")
    third, fourth = questions(draft)[2:]
    inquiries.move_question(actor=hall.asker, question=fourth, up=True)
    assert [question.text for question in questions(draft)] == ["申請の件数", "受付の方法", "四つ目", "困っていること"]
    inquiries.move_question(actor=hall.asker, question=third, up=False)
    inquiries.remove_question(actor=hall.asker, question=fourth)
    assert [question.text for question in questions(draft)] == ["申請の件数", "受付の方法", "困っていること"]


@pytest.mark.parametrize(
    ("kind", "terms", "field"),
    [
        (QuestionKind.CHOICE, {"choices": ["一つだけ"]}, "choices"),
        (QuestionKind.NUMBER, {"least": Decimal(5), "most": Decimal(1)}, "most"),
        (QuestionKind.INDICATOR, {"as_of": TODAY}, "indicator"),
    ],
)
def test_what_cannot_be_answered_is_not_asked(hall, kind, terms, field):
    with pytest.raises(DomainError) as refused:
        save(hall, make_draft(hall), kind, **terms)
    assert refused.value.field == field


def test_an_indicator_needs_a_department_and_a_day_that_comes_before_the_deadline(hall):
    goal = make_goal(make_plan(hall.town))
    nobody = make_indicator(goal, "だれのものでもない")
    with pytest.raises(DomainError, match="担当課がない"):
        save(hall, make_draft(hall), QuestionKind.INDICATOR, indicator=nobody, as_of=TODAY)
    ours = make_indicator(goal, "市民課の", department=hall.offices["市民課"].department)
    with pytest.raises(DomainError, match="いつの時点"):
        save(hall, make_draft(hall), QuestionKind.INDICATOR, indicator=ours)
    with pytest.raises(DomainError, match="締切より後の日"):
        save(hall, make_draft(hall), QuestionKind.INDICATOR, indicator=ours, as_of=DUE + timedelta(days=1))


def test_after_sending_the_words_may_be_corrected_and_who_has_not_answered_is_told(hall, round_):
    answer(hall, round_, "税務課", Decimal(1), "郵送")
    question = questions(round_)[0]
    question.note = "電話とメールは数えません。"
    inquiries.save_question(actor=hall.asker, question=question)
    assert Round.objects.get(pk=round_.pk).version == 2
    corrected = Notice.objects.filter(subject="照会の問いが訂正されました：業務量の調査")
    assert [notice.recipient for notice in corrected] == [hall.offices["市民課"].head]
    inquiries.save_question(actor=hall.asker, question=question)
    assert Round.objects.get(pk=round_.pk).version == 2


def test_a_correction_takes_as_many_queries_for_one_department_as_for_five(town):
    def queries(round_):
        question = questions(round_)[0]
        question.note = "電話は数えます。"
        with CaptureQueriesContext(connection) as asked:
            inquiries.save_question(actor=hall.asker, question=question)
        return len(asked)

    hall = make_hall(town, ("市民課", "税務課", "保険課", "福祉課", "環境課"))
    five = make_open_round(hall)
    one = make_open_round(hall)
    Request.objects.filter(round=one).exclude(department__name="市民課").delete()
    assert queries(one) == queries(five)
    assert Notice.objects.filter(subject__contains="訂正されました").count() == 1 + 5


def test_after_sending_nothing_is_added_removed_or_asked_otherwise(hall, round_):
    with pytest.raises(DomainError, match="問いを加えたり"):
        save(hall, round_)
    question = questions(round_)[0]
    question.kind = QuestionKind.MONEY
    with pytest.raises(DomainError, match="問いを加えたり"):
        inquiries.save_question(actor=hall.asker, question=question)
    for act in (inquiries.remove_question, lambda **given: inquiries.move_question(**given, up=True)):
        with pytest.raises(DomainError, match="すでに送っています"):
            act(actor=hall.asker, question=questions(round_)[1])
    inquiries.close_round(actor=hall.asker, round_=round_)
    with pytest.raises(DomainError, match="変えられません"):
        inquiries.save_question(actor=hall.asker, question=questions(round_)[0])


def test_an_answer_that_somebody_has_chosen_stays_among_the_choices(hall, round_):
    answer(hall, round_, "市民課", Decimal(1), "郵送")
    question = questions(round_)[1]
    question.choices = ["窓口", "オンライン"]
    with pytest.raises(DomainError, match="すでに「郵送」を選んだ課があります"):
        inquiries.save_question(actor=hall.asker, question=question)
    question.choices = ["郵送", "オンライン"]
    inquiries.save_question(actor=hall.asker, question=question)


def test_after_sending_the_unit_stays_and_limits_hold_what_was_answered(hall, round_):
    inquiries.save_answers(actor=hall.member(), request=request_of(round_), given=answers(round_, Decimal(5)))
    for field, value in (("unit", "千件"), ("least", Decimal(6)), ("most", Decimal(4))):
        question = questions(round_)[0]
        setattr(question, field, value)
        with pytest.raises(DomainError) as refused:
            inquiries.save_question(actor=hall.asker, question=question)
        assert refused.value.field == field
    question = questions(round_)[0]
    question.least, question.most = Decimal(5), Decimal(5)
    inquiries.save_question(actor=hall.asker, question=question)
    assert Round.objects.get(pk=round_.pk).version == 2


def test_two_people_who_write_the_same_question(hall):
    draft = make_draft(hall)
    mine, theirs = questions(draft)[0], questions(draft)[0]
    seen = version_of(mine)
    theirs.text = "届出の件数"
    inquiries.save_question(actor=hall.asker, question=theirs, seen=seen)
    mine.text = "相談の件数"
    with pytest.raises(ConflictError):
        inquiries.save_question(actor=hall.asker, question=mine, seen=seen)


def test_the_day_changes_in_a_draft_and_stays_afterwards(hall, round_):
    draft = make_draft(hall)
    later = DUE + timedelta(days=5)
    facts = {"title": "新しい件名"}
    changed = inquiries.change_round(actor=hall.asker, round_=draft, facts=facts, due_on=later)
    assert (changed.due_on, changed.inquiry.title) == (later, "新しい件名")
    assert inquiries.change_round(actor=hall.asker, round_=round_, facts={}, due_on=later).due_on == DUE
    with pytest.raises(DomainError, match="過ぎた日"):
        inquiries.change_round(actor=hall.asker, round_=draft, facts={}, due_on=TODAY - timedelta(days=1))


def test_somebody_elses_inquiry_is_not_changed(hall):
    draft = make_draft(hall)
    for actor in (hall.head(), hall.member()):
        with pytest.raises(NotAllowedError):
            inquiries.save_question(actor=actor, question=questions(draft)[0])
