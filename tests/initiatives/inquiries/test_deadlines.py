"""Reminders come on their days and once; more time is asked for and granted; what is answered is left in peace."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from kiun.activity.models import Notice
from kiun.initiatives.models import ExtensionState, RequestState, RoundState
from kiun.initiatives.services import inquiries
from kiun.kernel.errors import DomainError, NotAllowedError
from tests.factories import TODAY, make_system_actor
from tests.initiatives.inquiries.builders import DUE, answer, answers, make_open_round, request_of


def run(hall, on):
    return inquiries.chase(actor=make_system_actor(hall.town, on=on))


def told(post):
    return list(Notice.objects.filter(recipient=post).order_by("pk").values_list("subject", flat=True))[1:]


def test_three_days_before_on_the_day_and_every_three_days_after(hall, round_):
    days = {offset: run(hall, DUE + timedelta(days=offset)) for offset in range(-5, 10)}
    heads = 2
    assert {offset: count for offset, count in days.items() if count} == dict.fromkeys([-3, 0, 3, 6, 9], heads)
    assert told(hall.offices["市民課"].head) == [
        "回答の締切は令和8年12月7日です：業務量の調査",
        "回答の締切は今日です：業務量の調査",
        *["回答の締切（令和8年12月7日）を過ぎています：業務量の調査"] * 3,
    ]


def test_never_twice_for_the_same_occasion_and_a_missed_day_is_made_up_for(hall, round_):
    assert run(hall, DUE - timedelta(days=1)) == 2
    assert run(hall, DUE - timedelta(days=1)) == 0
    assert run(hall, DUE + timedelta(days=2)) == 2
    assert run(hall, DUE + timedelta(days=2)) == 0


def test_nobody_is_reminded_on_the_day_of_asking(hall):
    make_open_round(hall, due_on=TODAY + timedelta(days=1))
    assert run(hall, TODAY) == 0
    assert run(hall, TODAY + timedelta(days=1)) == 2


def test_the_contact_is_reminded_too(hall, round_):
    member = hall.offices["市民課"].member
    inquiries.name_contact(actor=hall.head(), request=request_of(round_), contact=member)
    assert run(hall, DUE) == 3


def test_who_has_answered_is_not_reminded_and_what_was_said_is_settled(hall, round_):
    run(hall, DUE - timedelta(days=3))
    answer(hall, round_, "市民課", Decimal(1), "郵送")
    head = hall.offices["市民課"].head
    assert not Notice.objects.filter(recipient=head, read_at__isnull=True).exists()
    assert run(hall, DUE) == 1


def test_what_waits_for_approval_reminds_the_head_of_that(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    inquiries.submit_answers(actor=hall.member(), request=request)
    inquiries.name_contact(actor=hall.head(), request=request, contact=hall.offices["市民課"].member)
    assert run(hall, DUE) == 2
    assert told(hall.offices["市民課"].head)[-1] == "回答の承認をお願いします：業務量の調査"
    assert told(hall.offices["市民課"].member) == []


def test_a_closed_round_reminds_nobody(hall, round_):
    inquiries.close_round(actor=hall.asker, round_=round_)
    assert run(hall, DUE) == 0
    assert not Notice.objects.filter(recipient=hall.offices["市民課"].head, read_at__isnull=True).exists()


class TestExtension:
    UNTIL = DUE + timedelta(days=10)

    @pytest.fixture
    def extension(self, hall, round_):
        return inquiries.ask_extension(
            actor=hall.member(), request=request_of(round_), until=self.UNTIL, reason="集計に時間がかかる"
        )

    def test_it_is_granted_to_one_department_and_new_reminders_begin(self, hall, round_, extension):
        assert Notice.objects.filter(recipient=hall.dx).latest("pk").subject == (
            "市民課が締切の延長を申し出ています：業務量の調査"
        )
        run(hall, DUE - timedelta(days=3))
        decided = inquiries.decide_extension(actor=hall.asker, extension=extension, is_granted=True)
        assert (decided.state, request_of(round_).due_on) == (ExtensionState.GRANTED, self.UNTIL)
        assert request_of(round_, "税務課").due_on == DUE
        assert told(hall.offices["市民課"].head)[-1] == "締切が令和8年12月17日になりました：業務量の調査"
        assert run(hall, DUE) == 1
        assert run(hall, self.UNTIL - timedelta(days=3)) == 2

    def test_a_refusal_needs_a_word(self, hall, round_, extension):
        with pytest.raises(DomainError, match="理由"):
            inquiries.decide_extension(actor=hall.asker, extension=extension, is_granted=False)
        inquiries.decide_extension(actor=hall.asker, extension=extension, is_granted=False, words="議会に出します")
        assert request_of(round_).due_on == DUE
        with pytest.raises(DomainError, match="すでに返事"):
            inquiries.decide_extension(actor=hall.asker, extension=extension, is_granted=True)

    def test_the_department_does_not_grant_itself(self, hall, extension):
        with pytest.raises(NotAllowedError):
            inquiries.decide_extension(actor=hall.head(), extension=extension, is_granted=True)

    def test_one_at_a_time_and_only_for_a_later_day(self, hall, round_, extension):
        request = request_of(round_)
        with pytest.raises(DomainError, match="すでに申し出ています"):
            inquiries.ask_extension(actor=hall.head(), request=request, until=self.UNTIL, reason="x")
        other = request_of(round_, "税務課")
        with pytest.raises(DomainError, match="今の締切（令和8年12月7日）より後"):
            inquiries.ask_extension(actor=hall.head("税務課"), request=other, until=DUE, reason="x")

    def test_more_time_for_all_leaves_what_one_has_got_alone(self, hall, round_, extension):
        inquiries.decide_extension(actor=hall.asker, extension=extension, is_granted=True)
        extended = inquiries.extend_round(actor=hall.asker, round_=round_, until=DUE + timedelta(days=2))
        assert extended.due_on == DUE + timedelta(days=2)
        assert request_of(round_).due_on == self.UNTIL
        assert request_of(round_, "税務課").due_on == DUE + timedelta(days=2)
        with pytest.raises(DomainError, match="より後"):
            inquiries.extend_round(actor=hall.asker, round_=round_, until=DUE)


def test_a_department_is_left_out_and_asked_after_all(hall, round_):
    request = request_of(round_)
    inquiries.withdraw_request(actor=hall.asker, request=request, words="対象の業務がないため")
    assert request_of(round_).state == RequestState.WITHDRAWN
    with pytest.raises(NotAllowedError):
        inquiries.save_answers(actor=hall.member(), request=request, given={})
    assert run(hall, DUE) == 1
    again = inquiries.add_department(
        actor=hall.asker, round_=round_, department=hall.offices["市民課"].department, due_on=DUE
    )
    assert (again.pk, again.state) == (request.pk, RequestState.ASKED)
    with pytest.raises(DomainError, match="すでに照会しています"):
        inquiries.add_department(actor=hall.asker, round_=round_, department=again.department, due_on=DUE)


def test_who_is_asked_again_hears_of_it_and_begins_anew(hall, round_):
    answered = answer(hall, round_, "市民課", Decimal(1), "郵送")
    inquiries.withdraw_request(actor=hall.asker, request=answered, words="対象の業務がないため")
    tomorrow = hall.actor(hall.dx, TODAY + timedelta(days=1))
    department = hall.offices["市民課"].department
    inquiries.add_department(actor=tomorrow, round_=round_, department=department, due_on=DUE)
    again = request_of(round_)
    assert (again.asked_on, again.submitted_by, again.approved_by, again.answered_on) == (tomorrow.on, None, None, None)
    assert told(hall.offices["市民課"].head)[-2:] == [
        "回答は不要になりました：業務量の調査",
        "照会：業務量の調査（令和8年12月7日まで）",
    ]


def test_only_an_open_round_is_closed_and_only_a_closed_one_opened_again(hall, round_):
    with pytest.raises(DomainError, match="締め切られていません"):
        inquiries.reopen_round(actor=hall.asker, round_=round_, until=DUE)
    assert inquiries.close_round(actor=hall.asker, round_=round_).state == RoundState.CLOSED
    with pytest.raises(DomainError, match="締め切れるのは"):
        inquiries.close_round(actor=hall.asker, round_=round_)
    with pytest.raises(DomainError, match="過ぎた日"):
        inquiries.reopen_round(actor=hall.asker, round_=round_, until=TODAY - timedelta(days=1))


def test_the_asker_reminds_by_hand_once_a_day(hall, round_):
    answer(hall, round_, "市民課", Decimal(1), "郵送")
    inquiries.remind_unanswered(actor=hall.asker, round_=round_)
    assert told(hall.offices["税務課"].head) == ["回答の締切は令和8年12月7日です：業務量の調査"]
    with pytest.raises(DomainError, match="今日すでに督促しています"):
        inquiries.remind_unanswered(actor=hall.asker, round_=round_)
    tomorrow = hall.actor(hall.dx, TODAY + timedelta(days=1))
    inquiries.remind_unanswered(actor=tomorrow, round_=round_)
    assert told(hall.offices["税務課"].head) == ["回答の締切は令和8年12月7日です：業務量の調査"] * 2


def test_the_page_and_the_history_say_that_they_were_reminded(hall, client):
    round_ = make_open_round(hall, due_on=timezone.localdate() + timedelta(days=14))
    client.force_login(hall.dx.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("initiatives:round_detail", args=("hinata", round_.pk))
    assert "今日、督促しました。" not in client.get(address).content.decode()
    today = hall.actor(hall.dx, timezone.localdate())
    inquiries.remind_unanswered(actor=today, round_=round_)
    page = client.get(address)
    assert "今日、督促しました。" in page.content.decode()
    entry = page.context["history"][0]
    assert (entry.who, entry.what) == ("緑川 葵", "照会の回の督促")
    assert [(change.label, change.after) for change in entry.changes] == [("回答依頼", "2")]


def test_who_waits_for_approval_is_reminded_of_that(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    inquiries.submit_answers(actor=hall.member(), request=request)
    inquiries.remind_unanswered(actor=hall.asker, round_=round_)
    assert told(hall.offices["市民課"].head)[-1] == "回答の承認をお願いします：業務量の調査"


def test_only_whoever_asks_reminds_and_only_while_answers_are_taken(hall, round_):
    with pytest.raises(NotAllowedError):
        inquiries.remind_unanswered(actor=hall.head(), round_=round_)
    inquiries.close_round(actor=hall.asker, round_=round_)
    with pytest.raises(DomainError, match="回答受付中の照会だけです"):
        inquiries.remind_unanswered(actor=hall.asker, round_=round_)
