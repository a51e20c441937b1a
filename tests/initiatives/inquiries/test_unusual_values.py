"""A value far from what was to be expected is asked about before it goes to the head, and stands with its reason."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kiun.activity.models import AuditEntry
from kiun.activity.queries import version_of
from kiun.goals.models import Measurement, Series
from kiun.goals.services import Reading, record_measurement
from kiun.initiatives.inquiry_answers import Given
from kiun.initiatives.models import Answer, AnswerFile, Audience, QuestionKind, Request, RequestState
from kiun.initiatives.queries.inquiries import collate, sheet_of
from kiun.initiatives.queries.inquiries.differences import difference_of
from kiun.initiatives.queries.inquiries.exports import collation_sheets
from kiun.initiatives.services import inquiries
from kiun.kernel.errors import DomainError
from tests.factories import make_goal, make_indicator, make_plan
from tests.initiatives.inquiries.builders import (
    answer,
    filled,
    make_hall,
    make_question,
    make_round,
    questions,
    request_of,
    send,
    stored,
    workbook_of,
)

WHY = "窓口の受付も含めて数えることにしたため。"
CHANGED = "前回の52.8%から530%に変わります。"


@pytest.fixture
def share_round(hall):
    """The second round of a share that was 52.8 % in the first."""
    draft = make_round(hall, due_on=timezone.localdate() + timedelta(days=14))
    make_question(draft, "オンラインの割合", unit="%")
    make_question(draft, "申請の件数", unit="件", is_optional=True)
    departments = [office.department for office in hall.offices.values()]
    inquiries.choose_departments(actor=hall.asker, round_=draft, audience=Audience.PICKED, departments=departments)
    first = send(hall, draft)
    answer(hall, first, "市民課", Decimal("52.8"), Decimal(120))
    second = inquiries.prepare_next_round(actor=hall.asker, round_=first)
    second.due_on = timezone.localdate() + timedelta(days=14)
    second.save()
    return send(hall, second)


def give(hall, round_, value, **more):
    key = questions(round_)[0].pk
    return inquiries.save_answers(
        actor=hall.member(), request=request_of(round_), given={key: Given(value=value, **more)}
    )


def test_it_does_not_go_to_the_head_without_a_reason(hall, share_round):
    request = give(hall, share_round, Decimal(530))
    with pytest.raises(DomainError, match="通常と異なる値があります：問1。") as refused:
        inquiries.submit_answers(actor=hall.member(), request=request)
    assert refused.value.details == {"unexplained": [questions(share_round)[0].pk]}
    give(hall, share_round, Decimal(530), reason=WHY)
    assert inquiries.submit_answers(actor=hall.member(), request=request).state == RequestState.SUBMITTED


def test_what_was_asked_is_kept_with_the_answer(hall, share_round):
    give(hall, share_round, Decimal(530), reason=f" {WHY} ")
    given = sheet_of(request_of(share_round)).rows[0].given
    assert (given.reason, given.doubt.startswith(CHANGED)) == (WHY, True)
    assert "530%は0〜100%の外です。" in given.doubt
    assert AuditEntry.objects.latest("pk").after == {"問1": "530%", "問1の理由": WHY}


def test_a_reason_goes_with_the_value_that_needed_it(hall, share_round):
    give(hall, share_round, Decimal(530), reason=WHY)
    give(hall, share_round, Decimal(53), reason=WHY)
    given = sheet_of(request_of(share_round)).rows[0].given
    assert (given.value, given.doubt, given.reason) == (Decimal(53), "", "")


@pytest.mark.parametrize(
    ("unit", "limits", "value", "is_unusual"),
    [
        ("%", {}, "53.1", False),
        ("%", {}, "101", True),
        ("%", {"most": Decimal(200)}, "120", False),
        ("件", {}, "527", False),
        ("件", {}, "528", True),
        ("件", {}, "-5.9", True),
        ("件", {"least": Decimal(-10)}, "-5.9", False),
        ("ポイント", {}, "-5.9", False),
    ],
)
def test_what_is_unusual(hall, share_round, unit, limits, value, is_unusual):
    """After 52.8, by unit and by what the asker allows."""
    question = questions(share_round)[0]
    question.unit, question.least, question.most = unit, limits.get("least"), limits.get("most")
    question.save()
    row = sheet_of(request_of(share_round)).rows[0]
    assert bool(row.doubts(Decimal(value))) == is_unusual


def test_the_head_the_asker_and_the_files_see_the_mark_and_the_reason(hall, share_round, page_of):
    give(hall, share_round, Decimal(530), reason=WHY)
    request = inquiries.submit_answers(actor=hall.member(), request=request_of(share_round))
    to_approve = page_of("head", "request_detail", request.pk)
    assert [row.number for row in to_approve.context["sheet"].unusual] == [1]
    for words in ("問1：下の理由を確かめてから承認してください。", CHANGED, f"理由：{WHY}"):
        assert words in to_approve.content.decode()
    inquiries.approve_answers(actor=hall.head(), request=request)
    for name, pk in (("round_detail", share_round.pk), ("question_detail", questions(share_round)[0].pk)):
        shown = page_of("dx", name, pk).content.decode()
        assert ("通常と異なる値" in shown, WHY in shown) == (True, True)
    sheets = {sheet.name: sheet for sheet in collation_sheets(collate(share_round, timezone.localdate()))}
    (row,) = sheets["通常と異なる値"].rows
    assert [row[1], row[3], row[5]] == ["市民課", "530%", WHY]


class TestBesideTheOthers:
    """In a first round nothing is known of the department itself."""

    NAMES = ("市民課", "税務課", "福祉課", "土木課", "水道課")
    FAR = "99,999台は、ほかの課の回答の100倍を超えています。桁や単位を確かめてください。"

    @pytest.fixture
    def cars(self, town):
        hall = make_hall(town, self.NAMES)
        draft = make_round(hall, due_on=timezone.localdate() + timedelta(days=14))
        make_question(draft, "公用車の台数", unit="台")
        departments = [office.department for office in hall.offices.values()]
        inquiries.choose_departments(actor=hall.asker, round_=draft, audience=Audience.PICKED, departments=departments)
        return hall, send(hall, draft)

    def doubts(self, round_, value):
        return sheet_of(request_of(round_)).rows[0].doubts(Decimal(value))

    def test_a_figure_far_beyond_at_least_three_others_is_asked_about(self, cars):
        hall, round_ = cars
        for name, value in (("税務課", 5), ("福祉課", 8)):
            answer(hall, round_, name, Decimal(value))
        assert self.doubts(round_, 99999) == []
        answer(hall, round_, "土木課", Decimal(12))
        assert (self.doubts(round_, 800), self.doubts(round_, 99999)) == ([], [self.FAR])
        give(hall, round_, Decimal(99999))
        with pytest.raises(DomainError, match="通常と異なる値があります：問1。"):
            inquiries.submit_answers(actor=hall.member(), request=request_of(round_))

    def test_the_answers_in_the_making_are_nobodys_measure(self, cars):
        hall, round_ = cars
        for name in self.NAMES[1:]:
            request = request_of(round_, name)
            given = {questions(round_)[0].pk: Given(value=Decimal(5))}
            inquiries.save_answers(actor=hall.member(name), request=request, given=given)
            inquiries.submit_answers(actor=hall.member(name), request=request)
        assert self.doubts(round_, 99999) == []

    def test_the_very_first_answer_is_held_against_what_a_town_can_have(self, cars):
        _hall, round_ = cars
        said = ["99,999,999台は、きわめて大きな値です。桁や単位を確かめてください。"]
        assert (self.doubts(round_, 9_999_999), self.doubts(round_, 99_999_999)) == ([], said)
        question = questions(round_)[0]
        question.most = Decimal(100_000_000)
        question.save()
        assert self.doubts(round_, 99_999_999) == []

    def test_the_collation_marks_it_although_it_was_the_first(self, cars):
        hall, round_ = cars
        answer(hall, round_, "市民課", Decimal(99999))
        for name, value in (("税務課", 5), ("福祉課", 8)):
            answer(hall, round_, name, Decimal(value))
        assert [line.cells[0].given.doubt for line in self.lines(round_)] == ["", "", ""]
        answer(hall, round_, "土木課", Decimal(12))
        assert [line.cells[0].given.doubt for line in self.lines(round_)] == [self.FAR, "", "", ""]
        sheets = {sheet.name: sheet for sheet in collation_sheets(collate(round_, timezone.localdate()))}
        assert [row[1:5:2] for row in sheets["通常と異なる値"].rows] == [["市民課", "99,999台"]]

    def lines(self, round_):
        return [line for line in collate(round_, timezone.localdate()).lines if line.request.is_answered]

    def test_in_the_next_round_its_own_last_value_counts(self, cars):
        hall, round_ = cars
        answer(hall, round_, "市民課", Decimal(99999))
        for name in self.NAMES[1:4]:
            answer(hall, round_, name, Decimal(5))
        following = inquiries.prepare_next_round(actor=hall.asker, round_=round_)
        following.due_on = timezone.localdate() + timedelta(days=14)
        following.save()
        following = send(hall, following)
        for name in self.NAMES[1:4]:
            answer(hall, following, name, Decimal(5))
        assert self.doubts(following, 99998) == []
        answer(hall, following, "市民課", Decimal(99998))
        assert [line.cells[0].given.doubt for line in self.lines(following)] == [""] * 4


class TestOnThePage:
    def post(self, visit, round_, value, **more):
        request, question = request_of(round_), questions(round_)[0]
        body = {"seen": version_of(request), f"q{question.pk}": value, "submit": "1"}
        body |= {f"{name}{question.pk}": text for name, text in more.items()}
        return visit("member").post(at("request_answer", request.pk), body)

    def asked(self, page):
        (line,) = [line for line in page.context["form"].lines if line.doubts]
        return line.asked

    def test_it_is_asked_about_before_it_is_submitted(self, hall, share_round, visit):
        page = self.post(visit, share_round, "530")
        reason = f"reason{questions(share_round)[0].pk}"
        assert (page.status_code, list(page.context["form"].errors)) == (422, [reason])
        shown = page.content.decode()
        assert "このままでよろしいですか。" in shown
        assert CHANGED in shown
        assert request_of(share_round).state == RequestState.ASKED
        self.post(visit, share_round, "530", asked=self.asked(page), reason=WHY)
        assert request_of(share_round).state == RequestState.SUBMITTED

    def test_a_reason_for_one_value_is_none_for_another(self, hall, share_round, visit):
        page = self.post(visit, share_round, "530")
        again = self.post(visit, share_round, "5300", asked=self.asked(page), reason=WHY)
        assert (again.status_code, request_of(share_round).state) == (422, RequestState.ASKED)

    def test_a_usual_value_is_not_asked_about(self, hall, share_round, visit):
        assert self.post(visit, share_round, "53.0").status_code == 302

    def test_saving_on_the_way_asks_nothing_but_the_page_says_what_is_needed(self, hall, share_round, visit):
        request = give(hall, share_round, Decimal(530))
        page = visit("member").get(at("request_detail", request.pk))
        assert (page.context["is_complete"], "このままでよい理由を書いてください" in page.content.decode()) == (
            False,
            True,
        )
        form = visit("member").get(at("request_answer", request.pk))
        assert self.asked(form)

    def test_what_was_explained_can_be_saved_again_without_a_new_question(self, hall, share_round, visit):
        give(hall, share_round, Decimal(530), reason=WHY)
        page = visit("member").get(at("request_answer", request_of(share_round).pk))
        saved = self.post(visit, share_round, "530", asked=self.asked(page), reason=WHY)
        assert (saved.status_code, request_of(share_round).state) == (302, RequestState.SUBMITTED)

    def test_saving_on_the_way_keeps_the_reason_of_another_value_and_asks_again(self, hall, share_round, visit):
        page = self.post(visit, share_round, "530")
        request, key = request_of(share_round), questions(share_round)[0].pk
        body = {"seen": version_of(request), f"q{key}": "531", f"asked{key}": self.asked(page), f"reason{key}": WHY}
        assert visit("member").post(at("request_answer", request.pk), body).status_code == 302
        row = sheet_of(request).rows[0]
        assert (row.given.value, row.given.reason, row.is_unexplained) == (Decimal(531), WHY, True)
        shown = visit("member").get(at("request_answer", request.pk))
        assert shown.context["form"][f"reason{key}"].value() == WHY
        self.post(visit, share_round, "531", asked=self.asked(shown), reason=WHY)
        assert request_of(share_round).state == RequestState.SUBMITTED

    def test_a_reason_outlives_a_change_of_somebody_else(self, hall, share_round, visit):
        seen = version_of(request_of(share_round))
        page = self.post(visit, share_round, "530")
        request, (first, second) = request_of(share_round), questions(share_round)
        inquiries.save_answers(actor=hall.head(), request=request, given={second.pk: Given(value=Decimal(125))})
        terms = {f"q{first.pk}": "530", f"asked{first.pk}": self.asked(page), f"reason{first.pk}": WHY}
        conflict = visit("member").post(at("request_answer", request.pk), {"seen": seen, **terms})
        assert (conflict.status_code, self.asked(conflict)) == (409, self.asked(page))
        html = conflict.content.decode()
        assert (f'name="asked{first.pk}"' in html, f'name="reason{first.pk}" value="{WHY}"' in html) == (True, True)

    def test_a_reason_outlives_a_slip_of_the_pen(self, hall, share_round, visit):
        page = self.post(visit, share_round, "530")
        refused = self.post(visit, share_round, "53o", asked=self.asked(page), reason=WHY)
        (line, _) = refused.context["form"].lines
        assert (refused.status_code, line.asked, line.reason.value()) == (422, self.asked(page), WHY)
        assert f'value="{WHY}"' in refused.content.decode()

    def test_a_reason_for_what_is_no_longer_so_is_asked_for_again(self, hall, share_round, visit):
        give(hall, share_round, Decimal(530), reason=WHY)
        Answer.objects.filter(number=Decimal("52.8")).update(number=Decimal(30))
        request = request_of(share_round)
        with pytest.raises(DomainError, match="通常と異なる値があります：問1。"):
            inquiries.submit_answers(actor=hall.member(), request=request)
        page = visit("member").get(at("request_answer", request.pk))
        assert page.context["form"][f"reason{questions(share_round)[0].pk}"].value() == WHY
        self.post(visit, share_round, "530", asked=self.asked(page), reason=WHY)
        given = sheet_of(request).rows[0].given
        assert given.doubt.startswith("前回の30%から530%に変わります。")
        assert request_of(share_round).state == RequestState.SUBMITTED


class TestInAWorkbook:
    def staged(self, hall, round_, cells):
        request = request_of(round_)
        content = filled(workbook_of(request), cells)
        return inquiries.stage_workbook(actor=hall.member(), request=request, name="市民課.xlsx", content=content)

    def test_the_preview_asks_and_takes_the_reason(self, hall, share_round, visit):
        file = self.staged(hall, share_round, {"E8": 530, "G8": "速報"})
        key = questions(share_round)[0].pk
        shown = visit("member").get(at("answer_file", file.pk))
        assert CHANGED in shown.content.decode()
        assert shown.context["form"][f"reason{key}"].value() == "速報"
        agreed = {"agreed": difference_of(file).digest, "submit": "1"}
        refused = visit("member").post(at("answer_file_take", file.pk), agreed)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [f"reason{key}"])
        assert stored(request_of(share_round)) == []
        visit("member").post(at("answer_file_take", file.pk), {**agreed, f"reason{key}": WHY})
        request = request_of(share_round)
        assert (request.state, request.answers.get().reason) == (RequestState.SUBMITTED, WHY)

    def test_taken_over_without_a_reason_it_waits_for_one(self, hall, share_round, visit):
        file = self.staged(hall, share_round, {"E8": 530})
        visit("member").post(at("answer_file_take", file.pk), {"agreed": difference_of(file).digest})
        request = request_of(share_round)
        assert (request.state, stored(request), request.answers.get().reason) == (
            RequestState.WRITING,
            [Decimal(530)],
            "",
        )

    def test_the_reason_of_a_value_that_stays_is_kept(self, hall, share_round):
        give(hall, share_round, Decimal(530), reason=WHY)
        difference = difference_of(self.staged(hall, share_round, {"E9": 125}))
        assert [(row.cell, row.effect) for row in difference.changed] == [("E9", "new")]
        assert difference.doubtful == []

    def test_but_asked_for_again_when_it_is_no_longer_about_the_same(self, hall, share_round):
        give(hall, share_round, Decimal(530), reason=WHY)
        Answer.objects.filter(number=Decimal("52.8")).update(number=Decimal(30))
        (one,) = difference_of(self.staged(hall, share_round, {"E9": 125})).doubtful
        assert one.doubts[0] == "前回の30%から530%に変わります。"


class TestLimitsOfAnIndicator:
    AS_OF = date(2026, 9, 30)

    def ask(self, hall, **terms):
        department = hall.offices["市民課"].department
        goal = make_goal(make_plan(hall.town), department=department)
        indicator = make_indicator(goal, readings={"2026-06-30": "52.8"}, terms=terms)
        draft = make_round(hall, due_on=timezone.localdate() + timedelta(days=14))
        make_question(draft, "割合", QuestionKind.INDICATOR, indicator=indicator, as_of=self.AS_OF, unit="%")
        inquiries.choose_departments(actor=hall.asker, round_=draft, audience=Audience.PICKED, departments=[department])
        return send(hall, draft)

    def upload(self, visit, round_, value):
        request = request_of(round_)
        file = SimpleUploadedFile("市民課.xlsx", filled(workbook_of(request), {"E8": value}))
        return visit("member").post(at("request_upload", request.pk), {"file": file})

    @pytest.mark.parametrize(("value", "sentence"), [(530, "100%以下"), (-1, "0%以上")])
    def test_a_share_beyond_them_is_an_error_at_the_cell(self, hall, visit, value, sentence):
        refused = self.upload(visit, self.ask(hall), value)
        (problem,) = refused.context["problems"]
        assert (refused.status_code, problem.cell, sentence in problem.what) == (422, "E8", True)
        assert AnswerFile.objects.count() == 0

    def test_and_at_the_field(self, hall, visit):
        round_ = self.ask(hall)
        question = questions(round_)[0]
        page = visit("member").get(at("request_answer", request_of(round_).pk))
        assert "0%〜100%" in page.content.decode()
        body = {"seen": version_of(request_of(round_)), f"q{question.pk}": "530"}
        refused = visit("member").post(at("request_answer", request_of(round_).pk), body)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [f"q{question.pk}"])

    def test_an_indicator_that_is_known_to_go_beyond_is_not_held_to_them(self, hall, visit):
        round_ = self.ask(hall, target=Decimal(120))
        assert self.upload(visit, round_, 118).status_code == 302
        assert difference_of(AnswerFile.objects.get()).doubtful == []

    def test_the_way_out_is_the_value_on_the_page_of_the_indicator(self, hall, visit):
        round_ = self.ask(hall)
        question = questions(round_)[0]
        series = Series.objects.get(indicator=question.indicator)
        record_measurement(actor=hall.head(), reading=Reading(series=series, on=self.AS_OF, value=Decimal(103)))
        page = visit("member").get(at("request_answer", request_of(round_).pk))
        assert "0%〜100%" not in page.content.decode()
        body = {"seen": version_of(request_of(round_)), f"q{question.pk}": "103", "submit": "1"}
        assert visit("head").post(at("request_answer", request_of(round_).pk), body).status_code == 302
        assert request_of(round_).state == RequestState.ANSWERED
        assert Measurement.objects.get(on=self.AS_OF).value == Decimal(103)

    def test_the_reason_goes_along_into_the_note_of_the_value(self, hall):
        round_ = self.ask(hall)
        give(hall, round_, Decimal("5.1"), note="速報", reason=WHY)
        inquiries.submit_answers(actor=hall.head(), request=request_of(round_))
        assert Measurement.objects.get(on=self.AS_OF).note == f"速報\n{WHY}"

    def test_a_remark_that_is_the_reason_is_noted_once(self, hall):
        round_ = self.ask(hall)
        give(hall, round_, Decimal("5.1"), note="速報", reason="速報")
        inquiries.submit_answers(actor=hall.head(), request=request_of(round_))
        assert Measurement.objects.get(on=self.AS_OF).note == "速報"


@pytest.fixture
def visit(hall):
    def client_of(who, department="市民課"):
        post = hall.dx if who == "dx" else getattr(hall.offices[department], who)
        client = Client()
        client.force_login(post.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return client_of


@pytest.fixture
def page_of(visit):
    return lambda who, name, pk: visit(who).get(at(name, pk))


def at(name, *args):
    return reverse(f"initiatives:{name}", args=("hinata", *args))


def queries_of_a_sheet(hall, goal, indicators):
    """How often the sheet of a request about so many indicators asks the database."""
    draft = make_round(hall)
    for number in range(indicators):
        indicator = make_indicator(goal, f"指標{indicators}の{number}", readings={"2026-06-30": 40})
        make_question(draft, f"割合{number}", QuestionKind.INDICATOR, indicator=indicator, as_of=date(2026, 9, 30))
    inquiries.choose_departments(
        actor=hall.asker, round_=draft, audience=Audience.PICKED, departments=[goal.department]
    )
    request = Request.objects.select_related("round").get(pk=request_of(send(hall, draft)).pk)
    with CaptureQueriesContext(connection) as asked:
        assert len(sheet_of(request).rows) == indicators
    return len(asked)


def test_the_number_of_queries_of_a_sheet_does_not_depend_on_the_number_of_indicators(hall):
    goal = make_goal(make_plan(hall.town), department=hall.offices["市民課"].department)
    assert queries_of_a_sheet(hall, goal, indicators=6) == queries_of_a_sheet(hall, goal, indicators=2)
