"""The next round goes out by itself, once, with the last values; a copy begins anew."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kiun.activity.models import Job, Notice
from kiun.activity.services import run_job
from kiun.initiatives.models import (
    Audience,
    Inquiry,
    Question,
    QuestionKind,
    Request,
    Rhythm,
    Round,
    RoundState,
    Target,
)
from kiun.initiatives.queries.inquiries import sheet_of
from kiun.initiatives.services import inquiries
from kiun.kernel.errors import DomainError, NotAllowedError
from tests.factories import TODAY, make_goal, make_indicator, make_plan, make_system_actor
from tests.initiatives.inquiries.builders import (
    answer,
    make_draft,
    make_open_round,
    make_question,
    questions,
    request_of,
    send,
)

NEXT = TODAY + timedelta(days=38)  # the last day of the year


@pytest.fixture
def quarterly(hall):
    return make_open_round(hall, rhythm=Rhythm.QUARTERLY, next_on=NEXT, days_to_answer=10)


def run(hall, on):
    """What the duty and the worker do on a day."""
    begun = inquiries.begin_due_rounds(make_system_actor(hall.town, on=on))
    for job in Job.objects.filter(state="waiting"):
        run_job(job.pk)
    return begun


def test_on_its_day_the_next_round_goes_out_once(hall, quarterly):
    assert run(hall, NEXT - timedelta(days=1)) == 0
    assert run(hall, NEXT) == 1
    assert run(hall, NEXT) == 0
    following = Round.objects.get(number=2)
    assert (following.state, following.opened_on, following.due_on) == (
        RoundState.OPEN,
        NEXT,
        NEXT + timedelta(days=10),
    )
    assert Inquiry.objects.get().next_on == date(2027, 3, 31)
    assert Request.objects.filter(round=following).count() == 2
    assert str(following) == "業務量の調査（第2回）"


def test_days_that_were_missed_make_one_round(hall, quarterly):
    assert run(hall, date(2027, 8, 1)) == 1
    assert Round.objects.count() == 2
    assert Inquiry.objects.get().next_on == date(2027, 9, 30)


def test_a_prepared_draft_is_what_goes_out(hall, quarterly):
    draft = inquiries.prepare_next_round(actor=hall.asker, round_=quarterly)
    assert inquiries.prepare_next_round(actor=hall.asker, round_=quarterly) == draft
    Question.objects.filter(round=draft, kind=QuestionKind.LONG_TEXT).delete()
    run(hall, NEXT)
    sent = Round.objects.get(number=2)
    assert (sent.pk, sent.state, len(questions(sent))) == (draft.pk, RoundState.OPEN, 2)
    assert sent.due_on == NEXT + timedelta(days=10)


def test_a_draft_that_goes_out_by_itself_leaves_the_usual_time_unless_somebody_chose_the_day(hall, quarterly):
    soon = TODAY + timedelta(days=9)
    Inquiry.objects.update(next_on=soon)
    draft = inquiries.prepare_next_round(actor=hall.asker, round_=quarterly)
    assert draft.due_on == TODAY + timedelta(days=10)
    run(hall, soon)
    assert Round.objects.get(number=2).due_on == soon + timedelta(days=10)

    following = inquiries.prepare_next_round(actor=hall.asker, round_=quarterly)
    chosen = soon + timedelta(days=95)
    inquiries.change_round(actor=hall.asker, round_=following, facts={}, due_on=chosen)
    run(hall, Inquiry.objects.get().next_on)
    assert Round.objects.get(number=3).due_on == chosen


def test_a_round_that_cannot_go_out_is_told_to_its_owner_once_and_keeps_no_other_waiting(hall, quarterly):
    make_open_round(hall, title="別の調査", rhythm=Rhythm.QUARTERLY, next_on=NEXT)
    Target.objects.filter(round=quarterly).delete()
    assert run(hall, NEXT) == 1
    assert run(hall, NEXT) == 0
    told = Notice.objects.get(subject="次の回を送れませんでした：業務量の調査")
    assert (told.recipient, told.path) == (hall.dx, f"/t/hinata/inquiries/{quarterly.pk}/")
    assert told.body.startswith("先に、どの課に照会するかを選んでください。")
    draft = inquiries.prepare_next_round(actor=hall.asker, round_=quarterly)
    inquiries.choose_departments(actor=hall.asker, round_=draft, audience=Audience.ALL, departments=[])
    assert run(hall, NEXT) == 1
    assert Round.objects.get(pk=draft.pk).is_open


def test_what_was_said_last_time_is_known(hall, quarterly):
    answer(hall, quarterly, "市民課", Decimal(1240), "none")
    run(hall, NEXT)
    following = Round.objects.get(number=2)
    last = [row.last and (row.last.given.value, row.last.given.is_none) for row in sheet_of(request_of(following)).rows]
    assert last == [(Decimal(1240), False), (None, True), None]
    assert not sheet_of(request_of(following, "税務課")).has_last_values


def test_the_day_of_an_indicator_moves_on_with_the_rhythm(hall):
    department = hall.offices["市民課"].department
    indicator = make_indicator(make_goal(make_plan(hall.town), department=department), readings={"2026-06-30": 40})
    draft = make_draft(hall, rhythm=Rhythm.QUARTERLY, next_on=NEXT)
    make_question(draft, "割合", QuestionKind.INDICATOR, indicator=indicator, as_of=date(2026, 9, 30), unit="%")
    round_ = send(hall, draft)
    row = sheet_of(request_of(round_)).rows[3]
    assert (row.last.given.value, row.last.on) == (Decimal(40), date(2026, 6, 30))
    run(hall, NEXT)
    asked = Question.objects.get(round__number=2, kind=QuestionKind.INDICATOR)
    assert asked.as_of == date(2026, 12, 31)
    inquiries.prepare_next_round(actor=hall.asker, round_=round_)
    prepared = Question.objects.get(round__number=3, kind=QuestionKind.INDICATOR)
    assert prepared.as_of == date(2026, 12, 31)
    run(hall, date(2027, 3, 31))
    assert Question.objects.get(pk=prepared.pk).as_of == date(2027, 3, 31)


def test_a_copy_is_a_new_inquiry_without_last_values(hall, quarterly):
    answer(hall, quarterly, "市民課", Decimal(1240), "none")
    copy = inquiries.copy_round(actor=hall.asker, round_=quarterly)
    assert (copy.inquiry.title, copy.number, copy.state) == ("業務量の調査（写し）", 1, RoundState.DRAFT)
    assert copy.inquiry.rhythm == Rhythm.ONCE
    assert [question.earlier for question in questions(copy)] == [None, None, None]
    assert Target.objects.filter(round=copy).count() == 2


def test_only_who_sees_a_round_copies_it(hall, quarterly):
    with pytest.raises(NotAllowedError):
        inquiries.copy_round(actor=hall.head(), round_=quarterly)


def test_only_a_draft_is_deleted(hall, quarterly):
    draft = inquiries.prepare_next_round(actor=hall.asker, round_=quarterly)
    inquiries.delete_draft(actor=hall.asker, round_=draft)
    assert list(Round.objects.all()) == [quarterly]
    with pytest.raises(DomainError, match="すでに送っています"):
        inquiries.delete_draft(actor=hall.asker, round_=quarterly)
    alone = make_draft(hall, title="別の調査")
    inquiries.delete_draft(actor=hall.asker, round_=alone)
    assert Inquiry.objects.count() == 1


def test_a_rhythm_needs_its_day(hall):
    with pytest.raises(DomainError, match="次の回を送る日"):
        make_draft(hall, rhythm=Rhythm.YEARLY)
    with pytest.raises(DomainError, match="明日以降"):
        make_draft(hall, rhythm=Rhythm.YEARLY, next_on=TODAY)
