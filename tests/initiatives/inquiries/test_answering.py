"""From the first word to the approval: who may do what, and what the database holds then."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kiun.activity.models import AuditEntry, Notice
from kiun.activity.queries import version_of
from kiun.goals.models import Measurement
from kiun.goals.services import Reading, record_measurement
from kiun.initiatives.inquiry_answers import Given
from kiun.initiatives.models import Inquiry, QuestionKind, RequestState
from kiun.initiatives.queries.inquiries import sheet_of
from kiun.initiatives.services import inquiries
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from kiun.municipality.models import Deputyship, Role
from tests.factories import TODAY, make_department, make_goal, make_indicator, make_membership, make_plan
from tests.initiatives.inquiries.builders import (
    answer,
    answers,
    make_draft,
    make_question,
    questions,
    request_of,
    send,
    stored,
)


def subjects(post):
    return list(Notice.objects.filter(recipient=post).order_by("pk").values_list("subject", flat=True))


def test_a_draft_keeps_what_is_written_and_nothing_is_asked_to_be_complete(hall, round_):
    request = inquiries.save_answers(
        actor=hall.member(), request=request_of(round_), given=answers(round_, Decimal(120))
    )
    assert (request.state, request.route, stored(request)) == (RequestState.WRITING, "web", [Decimal(120)])
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, None, "窓口", "列ができる"))
    assert stored(request) == ["窓口", "列ができる"]
    told = AuditEntry.objects.filter(object_type="initiatives.request").order_by("pk")
    assert [(entry.before, entry.after) for entry in told] == [
        ({"問1": ""}, {"問1": "120件"}),
        ({"問1": "120件", "問2": "", "問3": ""}, {"問1": "", "問2": "窓口", "問3": "列ができる"}),
    ]


def test_saving_the_same_again_changes_nothing(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1)))
    before = version_of(request)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal("1.0")))
    assert version_of(request) == before


def test_a_member_submits_and_the_head_approves(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(120), "none"))
    submitted = inquiries.submit_answers(actor=hall.member(), request=request)
    assert submitted.state == RequestState.SUBMITTED
    office = hall.offices["市民課"]
    assert subjects(office.head)[-1] == "回答の承認をお願いします：業務量の調査"
    approved = inquiries.approve_answers(actor=hall.head(), request=request, seen=version_of(request))
    assert (approved.state, approved.approved_by, approved.answered_on) == (
        RequestState.ANSWERED,
        office.head,
        TODAY,
    )
    assert subjects(office.member) == ["回答が承認されました：業務量の調査"]
    assert not Notice.objects.filter(recipient=office.head, read_at__isnull=True).exists()


def test_a_heads_own_answer_needs_no_second_press(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.head(), request=request, given=answers(round_, Decimal(1), "郵送"))
    assert inquiries.submit_answers(actor=hall.head(), request=request).state == RequestState.ANSWERED


def test_nor_does_that_of_a_stand_in(hall, round_):
    office = hall.offices["市民課"]
    Deputyship(principal=office.head, deputy=office.member, valid_from=TODAY).save()
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    approved = inquiries.submit_answers(actor=hall.member(), request=request)
    assert (approved.state, approved.approved_by) == (RequestState.ANSWERED, office.member)


def test_what_is_missing_is_named_and_the_optional_question_may_stay_empty(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1)))
    with pytest.raises(DomainError, match="まだ答えていない問いがあります：問2。") as refused:
        inquiries.submit_answers(actor=hall.member(), request=request)
    assert refused.value.details == {"missing": [questions(round_)[1].pk]}
    assert request_of(round_).state == RequestState.WRITING


def test_the_head_returns_it_with_words_that_the_department_reads(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    inquiries.submit_answers(actor=hall.member(), request=request)
    with pytest.raises(DomainError, match="どこを直せばよいか"):
        inquiries.return_answers(actor=hall.head(), request=request, words=" ")
    returned = inquiries.return_answers(actor=hall.head(), request=request, words="桁を確かめてください。")
    assert (returned.state, returned.words) == (RequestState.RETURNED, "桁を確かめてください。")
    assert subjects(hall.offices["市民課"].member) == ["回答が差し戻されました：業務量の調査"]
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(10)))
    resubmitted = inquiries.submit_answers(actor=hall.member(), request=request)
    assert (resubmitted.state, resubmitted.words) == (RequestState.SUBMITTED, "")


def test_the_asker_returns_an_approved_answer_but_not_one_that_waits_for_its_head(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    inquiries.submit_answers(actor=hall.member(), request=request)
    with pytest.raises(DomainError, match="差し戻せる回答はありません"):
        inquiries.return_answers(actor=hall.asker, request=request, words="？")
    inquiries.approve_answers(actor=hall.head(), request=request)
    returned = inquiries.return_answers(actor=hall.asker, request=request, words="単位は件ですか。")
    assert (returned.state, returned.approved_by, returned.answered_on) == (RequestState.RETURNED, None, None)


def test_what_was_submitted_is_changed_only_after_taking_it_back(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    inquiries.submit_answers(actor=hall.member(), request=request)
    with pytest.raises(DomainError, match="まず取り下げてください"):
        inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(2)))
    assert stored(request) == [Decimal(1), "郵送"]
    taken = inquiries.take_back(actor=hall.member(), request=request)
    assert (taken.state, taken.approved_by) == (RequestState.WRITING, None)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(2)))
    assert stored(request) == [Decimal(2), "郵送"]


def test_what_the_head_has_approved_no_member_takes_back(hall, round_):
    request = answer(hall, round_, "市民課", Decimal(1), "郵送")
    for actor in (hall.member(), hall.asker):
        with pytest.raises(NotAllowedError):
            inquiries.take_back(actor=actor, request=request)
    assert request_of(round_).state == RequestState.ANSWERED
    taken = inquiries.take_back(actor=hall.head(), request=request)
    assert (taken.state, taken.approved_by) == (RequestState.WRITING, None)


def test_whoever_approved_is_told_when_the_answer_is_opened_again(hall, round_):
    office = hall.offices["市民課"]
    Deputyship(principal=office.head, deputy=office.member, valid_from=TODAY).save()
    request = answer(hall, round_, "市民課", Decimal(1), "郵送")
    assert request.approved_by == office.head
    inquiries.take_back(actor=hall.member(), request=request)
    assert subjects(office.head)[-1] == "承認済みの回答が取り下げられました：業務量の調査"
    inquiries.submit_answers(actor=hall.member(), request=request)
    inquiries.return_answers(actor=hall.asker, request=request, words="単位は件ですか。")
    assert subjects(office.member) == ["回答が差し戻されました：業務量の調査"]


def test_two_people_at_once_do_not_overwrite_each_other(hall, round_):
    request = request_of(round_)
    seen = version_of(request)
    inquiries.save_answers(actor=hall.head(), request=request, given=answers(round_, Decimal(1)), seen=seen)
    with pytest.raises(ConflictError):
        inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(2)), seen=seen)
    assert stored(request) == [Decimal(1)]


def test_the_head_does_not_approve_what_has_changed_since_looking(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    inquiries.submit_answers(actor=hall.member(), request=request)
    seen = version_of(request)
    inquiries.take_back(actor=hall.member(), request=request)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(9)))
    inquiries.submit_answers(actor=hall.member(), request=request)
    with pytest.raises(ConflictError):
        inquiries.approve_answers(actor=hall.head(), request=request, seen=seen)
    assert request_of(round_).state == RequestState.SUBMITTED


def test_the_asker_hears_once_when_all_have_answered(hall, round_):
    answer(hall, round_, "市民課", Decimal(1), "郵送")
    assert "すべての課が回答しました：業務量の調査" not in subjects(hall.dx)
    answer(hall, round_, "税務課", Decimal(1), "郵送")
    request = request_of(round_)
    inquiries.take_back(actor=hall.head(), request=request)
    inquiries.submit_answers(actor=hall.head(), request=request)
    assert subjects(hall.dx).count("すべての課が回答しました：業務量の調査") == 1


@pytest.mark.parametrize(
    ("who", "may_write", "may_approve"),
    [
        ("member", True, False),
        ("head", True, True),
        ("below", True, False),
        ("head above", True, True),
        ("dx", True, False),
        ("viewer", False, False),
        ("other head", False, False),
        ("mayor", False, False),
    ],
)
def test_who_writes_and_who_approves(hall, round_, who, may_write, may_approve):
    town, department = hall.town, hall.offices["市民課"].department
    post = {
        "member": lambda: hall.offices["市民課"].member,
        "head": lambda: hall.offices["市民課"].head,
        "below": lambda: make_membership(town, Role.MEMBER, make_department(town, "窓口係", department)),
        "head above": lambda: make_membership(town, Role.HEAD, hall.division),
        "dx": lambda: hall.dx,
        "viewer": lambda: make_membership(town, Role.VIEWER, department),
        "other head": lambda: hall.offices["税務課"].head,
        "mayor": lambda: make_membership(town, Role.EXECUTIVE, make_department(town, "秘書課")),
    }[who]()
    request = request_of(round_)
    full = answers(round_, Decimal(1), "郵送")
    attempt(may_write, lambda: inquiries.save_answers(actor=hall.actor(post), request=request, given=full))
    inquiries.save_answers(actor=hall.member(), request=request, given=full)
    inquiries.submit_answers(actor=hall.member(), request=request)
    attempt(may_approve, lambda: inquiries.approve_answers(actor=hall.actor(post), request=request))


def attempt(is_allowed, act):
    if is_allowed:
        act()
    else:
        with pytest.raises(NotAllowedError):
            act()


def test_the_dx_office_approves_only_where_nobody_heads(hall, round_):
    hall.offices["市民課"].head.delete()
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    inquiries.submit_answers(actor=hall.member(), request=request)
    assert subjects(hall.dx)[-1] == "回答の承認をお願いします：業務量の調査"
    assert inquiries.approve_answers(actor=hall.asker, request=request).state == RequestState.ANSWERED


def test_the_contact_may_be_of_another_department(hall, round_):
    request, other = request_of(round_), hall.offices["税務課"].member
    with pytest.raises(NotAllowedError):
        inquiries.save_answers(actor=hall.actor(other), request=request, given={})
    inquiries.name_contact(actor=hall.member(), request=request, contact=other)
    assert subjects(other) == ["照会の連絡先になりました：業務量の調査"]
    inquiries.save_answers(actor=hall.actor(other), request=request, given=answers(round_, Decimal(1)))
    assert stored(request) == [Decimal(1)]


def test_who_becomes_the_contact_again_hears_of_it_again(hall, round_):
    request, office = request_of(round_), hall.offices["市民課"]
    for contact in (office.member, office.member, office.head, office.member):
        inquiries.name_contact(actor=hall.asker, request=request, contact=contact)
    assert subjects(office.member).count("照会の連絡先になりました：業務量の調査") == 2


def test_a_closed_round_takes_no_answers_until_it_is_opened_again(hall, round_):
    inquiries.close_round(actor=hall.asker, round_=round_)
    request = request_of(round_)
    with pytest.raises(DomainError, match="締め切られています"):
        inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1)))
    inquiries.reopen_round(actor=hall.asker, round_=round_, until=TODAY + timedelta(days=30))
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1)))
    assert request_of(round_).due_on == TODAY + timedelta(days=30)


class TestIndicators:
    AS_OF = date(2026, 9, 30)

    @pytest.fixture
    def indicator(self, hall):
        department = hall.offices["市民課"].department
        return make_indicator(make_goal(make_plan(hall.town), department=department), readings={"2026-06-30": 40})

    @pytest.fixture
    def asked(self, hall, indicator):
        draft = make_draft(hall)
        terms = {"indicator": indicator, "as_of": self.AS_OF, "unit": "%"}
        make_question(draft, "オンライン申請の割合", QuestionKind.INDICATOR, **terms)
        return send(hall, draft)

    def values(self):
        return list(Measurement.objects.order_by("on").values_list("on", "value", "is_unavailable"))

    def give(self, hall, round_, value, **more):
        request = request_of(round_)
        given = answers(round_, Decimal(1), "郵送", None)
        given[questions(round_)[3].pk] = Given(value=value, **more)
        inquiries.save_answers(actor=hall.member(), request=request, given=given)
        inquiries.submit_answers(actor=hall.member(), request=request)
        return request

    def test_only_the_department_in_charge_is_asked(self, hall, asked):
        assert [row.number for row in sheet_of(request_of(asked)).rows] == [1, 2, 3, 4]
        assert [row.number for row in sheet_of(request_of(asked, "税務課")).rows] == [1, 2, 3]

    def test_the_value_becomes_a_measurement_with_the_approval_and_not_before(self, hall, asked):
        request = self.give(hall, asked, Decimal("46.2"))
        assert len(self.values()) == 1
        inquiries.approve_answers(actor=hall.head(), request=request)
        assert self.values()[1] == (self.AS_OF, Decimal("46.2"), False)
        measured = Measurement.objects.get(on=self.AS_OF)
        assert measured.entered_by == hall.offices["市民課"].head
        assert measured.provenance == {"inquiry": asked.pk, "request": request.pk}

    def test_a_value_that_is_there_is_corrected_with_the_inquiry_as_reason(self, hall, asked, indicator):
        Measurement(series=indicator.series.get(), on=self.AS_OF, value=Decimal(45)).save()
        inquiries.approve_answers(actor=hall.head(), request=self.give(hall, asked, Decimal(46)))
        assert self.values()[1] == (self.AS_OF, Decimal(46), False)
        assert AuditEntry.objects.filter(verb="measured").latest("pk").reason == "照会「業務量の調査」への回答"

    @pytest.mark.parametrize("undo", ["take back", "return", "withdraw"])
    @pytest.mark.parametrize("before", [None, Decimal(45)])
    def test_the_value_goes_with_the_approval(self, hall, asked, indicator, undo, before):
        """The officer who asks has no right to the value; what it had replaced comes back."""
        taxes = hall.offices["税務課"]
        Inquiry.objects.update(department=taxes.department, owner=taxes.head)
        if before:
            Measurement(series=indicator.series.get(), on=self.AS_OF, value=before, note="速報値", source="file").save()
        request = self.give(hall, asked, Decimal(46))
        inquiries.approve_answers(actor=hall.head(), request=request)
        request, asker = request_of(asked), hall.head("税務課")
        {
            "take back": lambda: inquiries.take_back(actor=hall.head(), request=request),
            "return": lambda: inquiries.return_answers(actor=asker, request=request, words="桁が違います。"),
            "withdraw": lambda: inquiries.withdraw_request(actor=asker, request=request, words="対象外"),
        }[undo]()
        kept = Measurement.objects.filter(on=self.AS_OF).values_list("value", "note", "source", "provenance")
        assert list(kept) == ([(before, "速報値", "file", {})] if before else [])
        told = AuditEntry.objects.filter(object_type="goals.indicator").latest("pk")
        assert told.reason == "照会「業務量の調査」への回答の承認が取り消されたため"

    def test_a_value_that_somebody_has_corrected_since_stays(self, hall, asked, indicator):
        request = self.give(hall, asked, Decimal(46))
        inquiries.approve_answers(actor=hall.head(), request=request)
        corrected = Reading(series=indicator.series.get(), on=self.AS_OF, value=Decimal(47))
        record_measurement(actor=hall.head(), reading=corrected, reason="再集計")
        inquiries.take_back(actor=hall.head(), request=request)
        assert self.values()[1] == (self.AS_OF, Decimal(47), False)

    def test_not_applicable_is_recorded_as_cannot_be_judged(self, hall, asked):
        inquiries.approve_answers(
            actor=hall.head(), request=self.give(hall, asked, None, is_none=True, note="システムの入替中")
        )
        assert self.values()[1] == (self.AS_OF, None, True)
        assert Measurement.objects.get(on=self.AS_OF).note == "システムの入替中"

    def test_an_indicator_that_moves_is_asked_of_its_new_department(self, hall, asked, indicator):
        """Nobody approves a value of an indicator for which another department answers now."""
        request = self.give(hall, asked, Decimal(46))
        indicator.department = hall.offices["税務課"].department
        indicator.save()
        inquiries.approve_answers(actor=hall.head(), request=request)
        assert len(self.values()) == 1
        assert [row.number for row in sheet_of(request_of(asked, "税務課")).rows] == [1, 2, 3, 4]
