"""The pages: from the draft to the collation, what is refused and how, and two people at once."""

from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kiun.activity.models import AuditEntry, Notice
from kiun.activity.queries import version_of
from kiun.activity.services import run_job
from kiun.initiatives.models import AnswerFile, Extension, Inquiry, Question, Request, RequestState, Round, RoundState
from kiun.initiatives.services import inquiries
from tests.initiatives.inquiries.builders import (
    answer,
    answers,
    filled,
    make_draft,
    make_hall,
    questions,
    request_of,
    send,
    stored,
    workbook_of,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def hall(town):
    return make_hall(town)


@pytest.fixture
def round_(hall, today):
    """Pages live on the present day."""
    draft = make_draft(hall, due_on=today + timedelta(days=14))
    return send(hall, draft)


@pytest.fixture
def visit(hall):
    """`visit("dx")` is a browser of the DX office; heads and members by their department."""

    def client_of(who, department="市民課"):
        post = hall.dx if who == "dx" else getattr(hall.offices[department], who)
        client = Client()
        client.force_login(post.user, backend=BACKEND)
        return client

    return client_of


def at(name, *args):
    return reverse(f"initiatives:{name}", args=("hinata", *args))


def field(question, name="q"):
    return f"{name}{question.pk}"


def test_from_the_first_question_to_the_sent_round(visit, hall, today):
    client = visit("dx")
    body = {
        "title": "会議室の調査",
        "due_on": (today + timedelta(days=7)).isoformat(),
        "rhythm": "once",
        "days_to_answer": 14,
    }
    made = client.post(at("inquiry_create"), body)
    round_ = Round.objects.get()
    assert made.headers["Location"] == at("round_detail", round_.pk)
    kinds = client.get(at("question_create", round_.pk)).content.decode()
    assert "?kind=fiscal_year" in kinds
    asked = {"text": "会議室の数", "unit": "室", "least": "0室", "again": "1"}
    again = client.post(at("question_create", round_.pk) + "?kind=number", asked)
    assert again.headers["Location"] == at("question_create", round_.pk)
    client.post(at("question_create", round_.pk) + "?kind=choice", {"text": "鍵", "choices": "紙\nカード\n紙"})
    assert [(one.kind, one.text, one.unit, one.least, one.choices) for one in questions(round_)] == [
        ("number", "会議室の数", "室", Decimal(0), []),
        ("choice", "鍵", "", None, ["紙", "カード"]),
    ]
    picked = [office.department.pk for office in hall.offices.values()]
    client.post(at("round_audience", round_.pk), {"audience": "picked", "departments": picked})
    shown = client.get(at("round_detail", round_.pk))
    assert (shown.context["is_ready"], len(shown.context["departments"])) == (True, 2)
    sample = client.get(at("round_sample", round_.pk))
    assert load_workbook(BytesIO(sample.content))["回答"]["A2"].value == "市民課 御中"
    client.post(at("round_send", round_.pk))
    opening = client.get(at("round_detail", round_.pk))
    assert opening.templates[0].name == "initiatives/round_opening.html"
    run_job(Round.objects.get().job_id)
    assert client.get(at("round_detail", round_.pk)).context["collation"].counts.all == 2


def test_what_is_wrong_with_a_draft_is_said_at_its_field(visit, hall, today):
    client = visit("dx")
    body = {"title": "x", "due_on": "2020-01-01", "rhythm": "quarterly", "days_to_answer": 14}
    refused = client.post(at("inquiry_create"), body)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["next_on"])
    draft = make_draft(hall, due_on=today)
    refused = client.post(at("question_create", draft.pk) + "?kind=choice", {"text": "鍵", "choices": "紙"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["choices"])
    refused = client.post(at("question_create", draft.pk) + "?kind=number", {"text": "数", "unit": "件", "most": "3人"})
    assert list(refused.context["form"].errors) == ["most"]
    refused = client.post(at("round_audience", draft.pk), {"audience": "divisions"})
    assert (refused.status_code, Round.objects.get(pk=draft.pk).audience) == (422, "picked")


def test_a_draft_is_changed_moved_and_deleted(visit, hall, today):
    client, draft = visit("dx"), make_draft(hall, due_on=today)
    first, second, third = questions(draft)
    client.post(at("question_move", second.pk), {"way": "up"})
    client.post(at("question_remove", third.pk))
    assert questions(draft) == [second, first]
    client.post(at("question_edit", first.pk), {"text": "届出の件数", "unit": "件", "seen": version_of(first)})
    assert Question.objects.get(pk=first.pk).text == "届出の件数"
    facts = {"title": "新しい件名", "due_on": today.isoformat(), "rhythm": "once", "days_to_answer": 14}
    client.post(at("round_edit", draft.pk), {**facts, "owner": hall.dx.pk, "seen": version_of(draft)})
    assert str(Round.objects.select_related("inquiry").get()) == "新しい件名"
    copied = client.post(at("round_copy", draft.pk))
    assert Inquiry.objects.count() == 2
    assert copied.headers["Location"] == at("round_detail", Round.objects.latest("pk").pk)
    client.post(at("round_delete", draft.pk))
    assert Inquiry.objects.count() == 1


def test_after_sending_the_unit_is_not_asked_for_and_limits_are_read_in_it(visit, hall, round_):
    client, question = visit("dx"), questions(round_)[0]
    assert "unit" not in client.get(at("question_edit", question.pk)).context["form"].fields
    body = {"text": question.text, "note": question.note, "least": "0件", "most": "900件", "seen": version_of(question)}
    client.post(at("question_edit", question.pk), body)
    stored_question = Question.objects.get(pk=question.pk)
    assert (stored_question.unit, stored_question.most) == ("件", Decimal(900))


def test_two_people_who_change_a_question_see_both_changes(visit, hall, today):
    draft = make_draft(hall, due_on=today)
    question = questions(draft)[0]
    seen = version_of(question)
    body = {"text": question.text, "unit": "件", "note": question.note, "seen": seen}
    visit("dx").post(at("question_edit", question.pk), {**body, "note": "メールは数えません。"})
    conflict = visit("dx").post(at("question_edit", question.pk), {**body, "text": "届出の件数"})
    assert conflict.status_code == 409
    assert conflict.context["form"].data["note"] == "メールは数えません。"
    assert conflict.context["form"].data["text"] == "届出の件数"


def test_a_member_saves_goes_on_and_submits_and_the_head_approves(visit, hall, round_):
    request, (number, choice, text) = request_of(round_), questions(round_)
    client = visit("member")
    form = client.get(at("request_answer", request.pk))
    body = {"seen": form.context["form"]["seen"].value(), field(number): "１２０件", field(text): "待ち時間"}
    saved = client.post(at("request_answer", request.pk), body)
    assert saved.headers["Location"] == at("request_detail", request.pk)
    assert (stored(request), request_of(round_).state) == ([Decimal(120), "待ち時間"], RequestState.WRITING)
    body["seen"] = version_of(request)
    missing = client.post(at("request_answer", request.pk), {**body, "submit": "1"})
    assert (missing.status_code, list(missing.context["form"].errors)) == (422, [field(choice)])
    done = client.post(at("request_answer", request.pk), {**body, field(choice): "郵送", "submit": "1"}, follow=True)
    assert "所属長に承認をお願いしました" in done.content.decode()
    page = visit("head").get(at("request_detail", request.pk))
    assert str(page.context["lead"]) == "市民課の回答が、あなたの承認を待っています。"
    visit("head").post(at("request_approve", request.pk), {"seen": page.context["version"]})
    assert (stored(request), request_of(round_).state) == ([Decimal(120), "郵送", "待ち時間"], RequestState.ANSWERED)


def test_not_applicable_by_box_by_button_and_by_word(visit, hall, round_):
    request, (number, choice, text) = request_of(round_), questions(round_)
    body = {
        "seen": version_of(request),
        field(number, "none"): "on",
        field(choice): "該当なし",
        field(text): "該当なし",
    }
    visit("head").post(at("request_answer", request.pk), {**body, field(number, "note"): "窓口がない", "submit": "1"})
    assert stored(request) == ["none", "none", "none"]
    assert request.answers.get(question=number).note == "窓口がない"
    assert request_of(round_).state == RequestState.ANSWERED


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("q", "多数", "一つの数値として読み取れません"),
        ("q", "-1", "0件以上"),
        ("q", "12人", "件"),
        ("note", "あ" * 501, "500"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_question_and_kept(visit, round_, name, typed, sentence):
    request, number = request_of(round_), questions(round_)[0]
    body = {"seen": version_of(request), field(questions(round_)[1]): "郵送", field(number, name): typed}
    refused = visit("member").post(at("request_answer", request.pk), body)
    errors = refused.context["form"].errors
    assert (refused.status_code, list(errors)) == (422, [field(number, name)])
    assert sentence in str(errors)
    assert refused.context["form"].data[field(number, name)] == typed
    assert stored(request) == []


def test_what_only_a_colleague_changed_comes_into_the_form_and_what_both_changed_is_shown(visit, hall, round_):
    request, (number, choice, text) = request_of(round_), questions(round_)
    seen = version_of(request)
    theirs = answers(round_, Decimal(7), "郵送", "列")
    inquiries.save_answers(actor=hall.head(), request=request, given=theirs)
    mine = {"seen": seen, field(number): "8", field(text): "", field(choice): ""}
    conflict = visit("member").post(at("request_answer", request.pk), mine)
    data = conflict.context["form"].data
    assert conflict.status_code == 409
    assert (data[field(number)], data[field(choice)], data[field(text)]) == ("8", "郵送", "列")
    assert conflict.context["conflict"]["contested"] == ("問1",)
    assert stored(request) == [Decimal(7), "郵送", "列"]
    again = {**mine, "seen": data["seen"], field(choice): "郵送", field(text): "列"}
    visit("member").post(at("request_answer", request.pk), again)
    assert stored(request) == [Decimal(8), "郵送", "列"]


def upload(client, request, content, name="市民課.xlsx"):
    return client.post(at("request_upload", request.pk), {"file": SimpleUploadedFile(name, content)})


def test_a_workbook_is_downloaded_filled_in_compared_and_taken_over(visit, hall, round_):
    client, request = visit("member"), request_of(round_)
    download = client.get(at("request_workbook", request.pk))
    assert "%E5%B8%82%E6%B0%91%E8%AA%B2_" in download.headers["Content-Disposition"]
    answer_ = upload(client, request, filled(download.content, {"E8": 12, "E9": "窓口"}))
    file = AnswerFile.objects.get()
    assert answer_.headers["Location"] == at("answer_file", file.pk)
    page = client.get(at("answer_file", file.pk))
    assert [(row.cell, row.effect, row.after) for row in page.context["difference"].changed] == [
        ("E8", "new", "12件"),
        ("E9", "new", "窓口"),
    ]
    digest = page.context["difference"].digest
    client.post(at("answer_file_take", file.pk), {"agreed": digest, "submit": "1"})
    assert (stored(request), request_of(round_).state) == ([Decimal(12), "窓口"], RequestState.SUBMITTED)
    assert client.get(at("answer_file", file.pk)).status_code == 404


def test_cells_that_have_to_be_mended_are_listed_and_nothing_is_kept(visit, hall, round_):
    request = request_of(round_)
    refused = upload(visit("member"), request, filled(workbook_of(request), {"E8": "多数", "E9": "電話"}))
    assert refused.status_code == 422
    assert [problem.cell for problem in refused.context["problems"]] == ["E8", "E9"]
    assert AnswerFile.objects.count() == 0
    other = upload(visit("member"), request, workbook_of(request_of(round_, "税務課")))
    assert (other.status_code, list(other.context["form"].errors)) == (422, ["file"])


def test_a_file_is_put_away(visit, hall, round_):
    request = request_of(round_)
    upload(visit("member"), request, filled(workbook_of(request), {"E8": 12}))
    visit("member").post(at("answer_file_discard", AnswerFile.objects.get().pk))
    assert (AnswerFile.objects.count(), stored(request)) == (0, [])


def test_a_draft_of_a_department_is_its_own_matter(visit, hall, round_):
    """Another department that asks does not look over its shoulder."""
    taxes = hall.offices["税務課"]
    Inquiry.objects.update(department=taxes.department, owner=taxes.head)
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(4711)))
    page = visit("head", "税務課").get(at("request_detail", request.pk))
    assert page.context["sheet"] is None
    assert "4,711" not in page.content.decode()
    assert visit("member").get(at("request_detail", request.pk)).context["sheet"] is not None
    assert visit("member").get(at("round_detail", round_.pk)).status_code == 404


def test_more_time_is_asked_for_and_granted_on_the_pages(visit, hall, round_, today):
    request = request_of(round_)
    until = round_.due_on + timedelta(days=5)
    body = {"until": until.isoformat(), "reason": "集計中"}
    visit("member").post(at("request_extension", request.pk), body)
    extension = Extension.objects.get()
    assert "集計中" in visit("dx").get(at("round_detail", round_.pk)).content.decode()
    refused = visit("dx").post(at("extension_decide", extension.pk), {"refuse": "1"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["words"])
    visit("dx").post(at("extension_decide", extension.pk), {"grant": "1"})
    assert request_of(round_).due_on == until


def test_the_collation_follows_by_itself(visit, hall, round_):
    client = visit("dx")
    version = client.get(at("round_version", round_.pk)).json()["version"]
    assert client.get(at("round_detail", round_.pk)).context["version"] == version
    answer(hall, round_, "市民課", Decimal(1), "郵送")
    assert client.get(at("round_version", round_.pk)).json()["version"] != version


def test_running_a_round(visit, hall, round_, today):
    client, later = visit("dx"), round_.due_on + timedelta(days=30)
    client.post(at("round_extend", round_.pk), {"until": later.isoformat()})
    assert Round.objects.get().due_on == later
    request = request_of(round_, "税務課")
    client.post(at("request_withdraw", request.pk), {"words": "対象外"})
    assert request_of(round_, "税務課").state == RequestState.WITHDRAWN
    department = {"department": request.department_id, "due_on": later.isoformat()}
    client.post(at("round_add", round_.pk), department)
    assert request_of(round_, "税務課").state == RequestState.ASKED
    client.post(at("round_close", round_.pk))
    assert Round.objects.get().state == RoundState.CLOSED
    assert client.get(at("round_detail", round_.pk)).status_code == 200
    client.post(at("round_reopen", round_.pk), {"until": later.isoformat()})
    assert Round.objects.get().state == RoundState.OPEN
    client.post(at("round_next", round_.pk))
    assert Round.objects.get(number=2).is_draft


def test_all_workbooks_are_made_in_the_background_and_downloaded(visit, hall, round_):
    client = visit("dx")
    assert client.get(at("round_archive_file", round_.pk)).status_code == 404
    started = client.post(at("round_archive", round_.pk))
    job = Round.objects.get().archive_job_id
    assert started.headers["Location"] == reverse("activity:job_detail", args=("hinata", job))
    run_job(job)
    content = b"".join(client.get(at("round_archive_file", round_.pk)).streaming_content)
    assert content.startswith(b"PK")
    taken_along = AuditEntry.objects.filter(verb="exported", object_type="initiatives.round", object_id=round_.pk)
    assert taken_along.count() == 1


def test_the_files_of_the_collation(visit, hall, round_):
    answer(hall, round_, "市民課", Decimal(120), "郵送")
    book = load_workbook(BytesIO(visit("dx").get(at("round_export", round_.pk)).content))
    assert book.sheetnames == ["課ごと", "問いごと", "部ごと"]
    csv = visit("dx").get(at("round_export", round_.pk) + "?format=csv")
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert "市民部,市民課,回答済み" in csv.content.decode("utf-8-sig")


def test_narrowing_down_by_the_address(visit, hall, round_):
    answer(hall, round_, "市民課", Decimal(120), "郵送")

    def shown(query):
        page = visit("dx").get(at("round_detail", round_.pk) + query)
        return [line.request.department.name for line in page.context["page"].object_list]

    assert shown("?state=missing") == ["税務課"]
    assert shown("?q=市民") == ["市民課"]
    assert shown(f"?division={hall.division.pk}") == ["市民課", "税務課"]
    assert shown("?state=nonsense&division=x&sort=y") == ["市民課", "税務課"]
    assert shown(f"?sort={questions(round_)[0].sort_key}") == ["市民課", "税務課"]


def test_the_contact_is_named_and_an_answer_returned_and_taken_back(visit, hall, round_):
    request, member = request_of(round_), hall.offices["市民課"].member
    visit("head").post(at("request_contact", request.pk), {"contact": member.pk})
    assert request_of(round_).contact == member
    answer(hall, round_, "市民課", Decimal(120), "郵送")
    visit("dx").post(at("request_return", request.pk), {"words": "単位は？"})
    page = visit("member").get(at("request_detail", request.pk))
    assert (request_of(round_).state, "単位は？" in page.content.decode()) == (RequestState.RETURNED, True)
    visit("member").post(at("request_submit", request.pk))
    visit("member").post(at("request_take_back", request.pk))
    assert Request.objects.get(pk=request.pk).state == RequestState.WRITING


def test_a_member_is_told_who_can_open_an_approved_answer_again(visit, hall, round_):
    request = answer(hall, round_, "市民課", Decimal(120), "郵送")
    door = at("request_take_back", request.pk)
    page = visit("member").get(at("request_detail", request.pk)).content.decode()
    assert (door in page, "差し戻すよう所属長に依頼してください" in page) == (False, True)
    assert visit("member").post(door).status_code == 403
    page = visit("head").get(at("request_detail", request.pk)).content.decode()
    assert (door in page, "承認済みの回答を取り下げますか？" in page) == (True, True)


def test_a_head_does_not_hand_in_what_was_changed_meanwhile(visit, hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    page = visit("head").get(at("request_detail", request.pk))
    assert f'name="seen" value="{page.context["version"]}"' in page.content.decode()
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1000)))
    visit("head").post(at("request_submit", request.pk), {"seen": page.context["version"]})
    assert request_of(round_).state == RequestState.WRITING
    visit("head").post(at("request_submit", request.pk), {"seen": version_of(request)})
    assert request_of(round_).state == RequestState.ANSWERED


def test_the_list_says_what_waits_for_whom(visit, hall, round_):
    mine = visit("member").get(at("inquiry_list"))
    assert str(mine.context["lead"]) == "1件の照会が、あなたの回答を待っています。"
    assert mine.context["may_ask"] is False
    theirs = visit("dx").get(at("inquiry_list"))
    assert str(theirs.context["lead"]) == "回答受付中の照会は1件、未回答は2課です。"
    assert visit("member").get(reverse("dashboard:my_page", args=("hinata",))).context["errands"].count == 1


class ActionsInSight(HTMLParser):
    """Where the first row of buttons leads; what a menu hides does not count. `filled`: the one that is filled."""

    def __init__(self, page):
        super().__init__()
        self.depth, self.in_menu, self.found, self.filled, self.action = 0, False, [], [], ""
        self.feed(page.content.decode())

    def handle_starttag(self, tag, attrs):
        classes = (dict(attrs).get("class") or "").split()
        if tag == "div" and (self.depth or (not self.found and "k-actions" in classes)):
            self.depth += 1
        if not self.depth or self.in_menu:
            return
        self.in_menu = tag == "details"
        address = dict(attrs).get("href") or dict(attrs).get("action")
        if tag in ("a", "form") and address:
            self.action = address.rstrip("/").rsplit("/", 1)[-1]
            self.found.append(self.action)
        if "k-button--primary" in classes:
            self.filled.append(self.action)

    def handle_endtag(self, tag):
        if tag == "div" and self.depth:
            self.depth -= 1
        if tag == "details":
            self.in_menu = False


def test_at_each_stage_of_a_round_the_next_step_is_a_button_in_sight(visit, hall, today):
    client = visit("dx")

    def seen(round_):
        actions = ActionsInSight(client.get(at("round_detail", round_.pk)))
        return actions.filled, actions.found

    empty = inquiries.create_inquiry(actor=hall.asker, inquiry=Inquiry(title="調査"), due_on=today)
    assert at("question_create", empty.pk) in client.get(at("round_detail", empty.pk)).content.decode()
    draft = make_draft(hall, due_on=today)
    assert seen(draft) == (["send"], ["send", "departments", "sample"])
    Round.objects.filter(pk=draft.pk).update(due_on=today - timedelta(days=1))
    assert seen(draft)[0] == ["edit"]
    Round.objects.filter(pk=draft.pk).update(due_on=today)
    opened = send(hall, draft)
    assert seen(opened) == (
        ["?state=missing"],
        ["?state=missing", "remind", "extend", "close", "export", "totals"],
    )
    Request.objects.update(due_on=today - timedelta(days=1))
    assert seen(opened) == (["remind"], ["remind", "?state=late", "extend", "close", "export", "totals"])
    for name in hall.offices:
        answer(hall, opened, name, Decimal(1), "郵送")
    assert seen(opened) == (["close"], ["close", "export", "totals"])
    client.post(at("round_close", opened.pk))
    assert seen(opened) == (["export"], ["export", "totals", "next"])


def test_those_without_an_answer_are_reminded_by_a_button(visit, hall, round_):
    client, head = visit("dx"), hall.offices["市民課"].head
    client.post(at("round_remind", round_.pk))
    assert Notice.objects.filter(recipient=head).count() == 2
    again = client.post(at("round_remind", round_.pk), follow=True).content.decode()
    assert "今日すでに督促しています" in again
    assert Notice.objects.filter(recipient=head).count() == 2


def test_what_waits_for_its_head_is_no_missing_answer(visit, hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(1), "郵送"))
    inquiries.submit_answers(actor=hall.member(), request=request)
    page = visit("dx").get(at("round_detail", round_.pk)).content.decode()
    assert (page.count("承認を待っています"), page.count("まだ回答がありません")) == (1, 1)
    csv = visit("dx").get(at("round_export", round_.pk) + "?format=csv").content.decode("utf-8-sig")
    cells = {line.split(",")[1]: line.split(",")[-3:] for line in csv.splitlines() if line.startswith("市民部")}
    assert cells == {"市民課": ["承認待ち"] * 3, "税務課": ["未回答"] * 3}


@pytest.mark.parametrize(
    ("kind", "unit", "example"),
    [("money", "", "3,000,000円のように"), ("number", "台", "120台のように"), ("number", "%", "45.2%のように")],
)
def test_the_example_of_a_number_is_in_the_unit_of_the_question(visit, hall, round_, kind, unit, example):
    request, question = request_of(round_), questions(round_)[0]
    question.kind, question.unit = kind, unit
    question.save()
    body = {"seen": version_of(request), f"q{question.pk}": "三百万円"}
    page = visit("member").post(at("request_answer", request.pk), body).content.decode()
    assert f"「三百万円」は一つの数値として読み取れません。{example}" in page
    assert f"{question.text}</a>：「三百万円」は" in page


def test_the_preview_of_a_workbook_shows_what_stands_in_the_cell(visit, hall, round_):
    request = request_of(round_)
    content = filled(workbook_of(request), {"E8": "約10件"})
    file = inquiries.stage_workbook(actor=hall.member(), request=request, name="市民課.xlsx", content=content)
    page = visit("member").get(at("answer_file", file.pk)).content.decode()
    assert ("<b>10件</b>" in page, "セルの記載：約10件" in page) == (True, True)
