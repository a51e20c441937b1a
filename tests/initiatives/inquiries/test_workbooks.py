"""The workbook goes out locked and comes back as answers, or with a sentence for whatever is wrong with it."""

import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from django_scopes import scope
from openpyxl import Workbook, load_workbook

from kiun.activity.services import run_job
from kiun.goals.models import Indicator
from kiun.initiatives.inquiry_workbooks.identity import HIDDEN_SHEET
from kiun.initiatives.models import AnswerFile, QuestionKind, Request, RequestState, Round, Route
from kiun.initiatives.queries.inquiries.differences import difference_of
from kiun.initiatives.services import inquiries
from kiun.kernel.errors import ConflictError, DomainError, NotAllowedError
from tests.factories import TODAY, make_goal, make_indicator, make_plan, make_town
from tests.initiatives.inquiries.builders import (
    answer,
    answers,
    filled,
    make_draft,
    make_hall,
    make_open_round,
    make_question,
    questions,
    request_of,
    saved,
    send,
    stored,
    workbook_of,
)


def upload(hall, request, content, name="市民課.xlsx", actor=None):
    return inquiries.stage_workbook(actor=actor or hall.member(), request=request, name=name, content=content)


def take(hall, file):
    return inquiries.take_workbook(actor=hall.member(), file=file, agreed=difference_of(file).digest)


def test_the_answers_come_back_as_they_were_written(hall, round_):
    request = request_of(round_)
    content = filled(workbook_of(request), {"E8": 1240, "G8": "概数", "E9": "オンライン", "E10": "列ができる\n朝"})
    taken = take(hall, upload(hall, request, content))
    assert (taken.state, taken.route) == (RequestState.WRITING, Route.WORKBOOK)
    assert stored(request) == [Decimal(1240), "オンライン", "列ができる\n朝"]
    assert request.answers.get(question=questions(round_)[0]).note == "概数"


def test_the_preview_shows_the_cell_as_it_is_written_where_it_is_not_read_literally(hall, round_):
    cells = {"E8": "約１０件", "E9": "郵送"}
    file = upload(hall, request_of(round_), filled(workbook_of(request_of(round_)), cells))
    assert [(row.after, row.written) for row in difference_of(file).rows][:2] == [("10件", "約１０件"), ("郵送", "")]


@pytest.mark.parametrize(
    ("text", "written"),
    [(1240, ""), ("1,240", ""), ("１，２４０ 件", ""), ("1240件以上", "1240件以上"), ("1千240件", "1千240件")],
)
def test_what_is_read_literally_needs_no_second_word(hall, round_, text, written):
    file = upload(hall, request_of(round_), filled(workbook_of(request_of(round_)), {"E8": text}))
    assert [row.written for row in difference_of(file).rows] == [written, "", ""]


def test_every_kind_of_answer_comes_back(hall):
    draft = make_draft(hall)
    make_question(draft, "委託料", QuestionKind.MONEY)
    make_question(draft, "開始日", QuestionKind.DAY)
    make_question(draft, "更改の年度", QuestionKind.FISCAL_YEAR)
    make_question(draft, "手続の名前", QuestionKind.SHORT_TEXT)
    make_question(draft, "見直しますか", QuestionKind.YES_NO)
    request = request_of(send(hall, draft))
    written = ["1,240件", "窓口", "−", "3億円", datetime(2026, 10, 1), "R9", "=1+1の表", "いいえ"]  # noqa: DTZ001
    book = load_workbook(BytesIO(workbook_of(request)))
    for row, value in enumerate(written, start=8):
        book["回答"][f"E{row}"] = value
    book["回答"]["E14"].data_type = "s"  # no formula, as in a cell for text
    take(hall, upload(hall, request, saved(book)))
    assert stored(request) == [
        *(Decimal(1240), "窓口", "−"),
        *(Decimal(300_000_000), date(2026, 10, 1), Decimal(2027), "=1+1の表", "no"),
    ]
    again = load_workbook(BytesIO(workbook_of(request)))["回答"]
    shown = [again[f"E{row}"].value for row in range(8, 16)]
    assert shown == [
        *(1240, "窓口", "−", 300_000_000, datetime(2026, 10, 1), "令和9年度", "=1+1の表", "いいえ"),  # noqa: DTZ001
    ]
    assert difference_of(upload(hall, request, workbook_of(request))).changed == []


def test_what_is_written_already_stands_in_the_next_download(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(12), "none", "待つ"))
    page = load_workbook(BytesIO(workbook_of(request)))["回答"]
    assert [page[ref].value for ref in ("E8", "F8", "E9", "F9", "E10")] == [12, None, None, "該当なし", "待つ"]
    assert difference_of(upload(hall, request, workbook_of(request))).changed == []


def test_only_the_answers_are_open_and_the_drop_downs_are_there(hall, round_):
    book = load_workbook(BytesIO(workbook_of(request_of(round_))))
    page = book["回答"]
    unlocked = [cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked]
    assert unlocked == [f"{column}{row}" for row in (8, 9, 10) for column in "EFG"]
    assert (page.protection.sheet, book.security.lockStructure) == (True, True)
    listed = page.data_validations.dataValidation
    rules = {str(rule.sqref): (rule.type, rule.formula1, rule.formula2) for rule in listed}
    assert rules["E8"] == ("decimal", "0", "1000000000000000")
    assert rules["E9"] == ("list", "'選択肢'!$A$1:$A$3", None)
    assert [cell.value for cell in book["選択肢"]["A"]] == ["窓口", "郵送", "オンライン"]
    assert book[HIDDEN_SHEET].sheet_state == "veryHidden"
    assert book.sheetnames[:2] == ["回答", "記入例"]


def test_the_sheet_says_what_it_is_about_and_prints_on_a4(hall, round_):
    page = load_workbook(BytesIO(workbook_of(request_of(round_))))["回答"]
    said = {ref: page[ref].value for ref in ("A1", "A2", "E2", "A4", "A7", "B8", "C8", "D8", "B10")}
    assert said == {
        "A1": "業務量の調査",
        "A2": "市民課 御中",
        "E2": "照会元　DX推進課 緑川 葵",
        "A4": "令和8年12月7日までに回答してください。",
        "A7": "番号",
        "B8": "申請の件数\n電話は数えません。",
        "C8": "数値（件） 0件以上",
        "D8": "―",
        "B10": "困っていること（任意）",
    }
    setup = page.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "landscape", 1, 0)
    assert (page.print_title_rows, page.print_area) == ("$7:$7", "'回答'!$A$1:$G$10")


def test_the_example_shows_how_to_answer(hall):
    draft = make_draft(hall)
    make_question(draft, "手続の名前", QuestionKind.SHORT_TEXT, example="児童手当の現況届")
    page = load_workbook(BytesIO(workbook_of(request_of(send(hall, draft)))))["記入例"]
    assert [page[ref].value for ref in ("A1", "E8", "E9", "E11")] == [
        "【記入例】業務量の調査",
        "120件",
        "窓口",
        "児童手当の現況届",
    ]


def test_the_last_values_stand_beside_the_questions(hall, round_):
    answer(hall, round_, "市民課", Decimal(1240), "none", "列ができる")
    second = send(hall, inquiries.prepare_next_round(actor=hall.asker, round_=round_))
    page = load_workbook(BytesIO(workbook_of(request_of(second))))["回答"]
    assert [page[f"D{row}"].value for row in (8, 9, 10)] == ["1,240件", "該当なし", "列ができる"]
    other = load_workbook(BytesIO(workbook_of(request_of(second, "税務課"))))["回答"]
    assert [other[f"D{row}"].value for row in (8, 9, 10)] == ["―", "―", "―"]


def test_a_second_upload_shows_the_difference_cell_by_cell_before_it_counts(hall, round_):
    request = request_of(round_)
    inquiries.save_answers(actor=hall.member(), request=request, given=answers(round_, Decimal(12), "窓口", "待つ"))
    content = filled(workbook_of(request), {"E8": 13, "E10": None})
    file = upload(hall, request, content)
    difference = difference_of(file)
    told = [(row.cell, row.effect, row.before, row.after) for row in difference.rows]
    assert told == [
        ("E8", "changed", "12件", "13件"),
        ("E9", "same", "窓口", "窓口"),
        ("E10", "emptied", "待つ", ""),
    ]
    assert (difference.emptied, difference.missing) == (1, 0)
    assert stored(request) == [Decimal(12), "窓口", "待つ"]
    take(hall, file)
    assert stored(request) == [Decimal(13), "窓口"]


def test_what_has_changed_since_the_look_is_looked_at_again(hall, round_):
    request = request_of(round_)
    file = upload(hall, request, filled(workbook_of(request), {"E8": 13, "E9": "窓口"}))
    agreed = difference_of(file).digest
    inquiries.save_answers(actor=hall.head(), request=request, given=answers(round_, Decimal(99)))
    with pytest.raises(ConflictError, match="もう一度確かめて"):
        inquiries.take_workbook(actor=hall.member(), file=file, agreed=agreed)
    assert stored(request) == [Decimal(99)]


def test_a_file_is_taken_once(hall, round_):
    request = request_of(round_)
    file = upload(hall, request, filled(workbook_of(request), {"E8": 13}))
    take(hall, file)
    with pytest.raises(DomainError, match="すでに取り込んでいます"):
        inquiries.take_workbook(actor=hall.member(), file=file, agreed="")


CELLS = [
    ({"E8": "多数"}, "E8", "「多数」は一つの数値として読み取れません"),
    ({"E8": -1}, "E8", "0件以上で書いてください"),
    ({"E8": "12人"}, "E8", "件"),
    ({"E9": "電話"}, "E9", "「電話」は選択肢にありません。次から選んでください：窓口、郵送、オンライン"),
    ({"E8": 5, "F8": "該当なし"}, "E8", "どちらか一方にしてください"),
    ({"E10": "あ" * 4001}, "E10", "4,001字あります。4,000字以内"),
    ({"G9": "備" * 501}, "G9", "備考が500字を超えています"),
    ({"B8": "申請の数"}, "B8", "「申請の件数\n電話は数えません。」から「申請の数」に書き換えられています"),
    ({"A1": "別の調査"}, "A1", "「業務量の調査」から「別の調査」に書き換えられています"),
    ({"C20": "追記"}, "C20", "「追記」は回答欄の外に書かれている"),
]


@pytest.mark.parametrize(("cells", "ref", "sentence"), CELLS)
def test_what_is_wrong_stands_at_its_cell_and_nothing_is_kept(hall, round_, cells, ref, sentence):
    request = request_of(round_)
    with pytest.raises(inquiries.CellsRefusedError) as refused:
        upload(hall, request, filled(workbook_of(request), {"E9": "窓口", **cells}))
    assert [(problem.sheet, problem.cell) for problem in refused.value.problems] == [("回答", ref)]
    assert sentence in str(refused.value.problems[0])
    assert (AnswerFile.objects.count(), stored(request)) == (0, [])


def test_all_wrong_cells_are_told_at_once(hall, round_):
    request = request_of(round_)
    with pytest.raises(inquiries.CellsRefusedError) as refused:
        upload(hall, request, filled(workbook_of(request), {"E8": "多数", "E9": "電話", "B10": "x"}))
    assert [problem.cell for problem in refused.value.problems] == ["E8", "E9", "B10"]


def without_identity(book):
    del book[HIDDEN_SHEET]


def forged(book):
    book[HIDDEN_SHEET]["C3"] = "9999"


def renamed(book):
    book["回答"].title = "Sheet1"


def inserted(book):
    book["回答"].insert_rows(9)


def deleted(book):
    book["回答"].delete_rows(9)


def moved(book):
    book["回答"].insert_cols(3)


STRUCTURES = [
    (without_identity, "この照会の調査票ではないか"),
    (forged, "この照会の調査票ではないか"),
    (renamed, "「回答」というシートがありません（あるのは：Sheet1、記入例）"),
    (inserted, "セルA9には「2」があるはずです"),
    (deleted, "セルA9には「2」があるはずです"),
    (moved, "セルC7には「答え方」があるはずです"),
]


@pytest.mark.parametrize(("spoil", "sentence"), STRUCTURES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_workbook_that_was_taken_apart_is_refused_with_a_sentence(hall, round_, spoil, sentence):
    request = request_of(round_)
    book = load_workbook(BytesIO(workbook_of(request)))
    spoil(book)
    with pytest.raises(DomainError) as refused:
        upload(hall, request, saved(book))
    assert sentence in refused.value.message
    assert AnswerFile.objects.count() == 0


def test_the_workbook_of_another_department_is_named(hall, round_):
    with pytest.raises(DomainError, match="別の課あての調査票です"):
        upload(hall, request_of(round_), workbook_of(request_of(round_, "税務課")))
    with pytest.raises(DomainError, match="税務課あての調査票です（ここは市民課のページです）"):
        upload(hall, request_of(round_), workbook_of(request_of(round_, "税務課")), actor=hall.asker)


def test_the_workbook_of_another_round_is_named(hall, round_):
    other = make_open_round(hall, title="公用車の調査")
    with pytest.raises(DomainError, match="別の照会「公用車の調査」の調査票です"):
        upload(hall, request_of(round_), workbook_of(request_of(other)))


def test_the_workbook_of_another_town_is_refused(hall, round_):
    there = make_town("minato", "みなと市")
    with scope(municipality=there):
        content = workbook_of(request_of(make_open_round(make_hall(there))))
    with pytest.raises(DomainError, match="別の団体の調査票です"):
        upload(hall, request_of(round_), content)


@pytest.mark.parametrize(("version", "sentence"), [(1, "新しい版です"), (3, "問いが訂正されています")])
def test_a_workbook_of_another_version_is_refused(hall, round_, version, sentence):
    """A newer one comes out of a copy of the database that was put back."""
    request = request_of(round_)
    Round.objects.update(version=2)
    content = workbook_of(request)
    Round.objects.update(version=version)
    with pytest.raises(DomainError, match=sentence):
        upload(hall, request, content)


def test_a_correction_of_the_questions_makes_older_workbooks_and_uploads_void(hall, round_):
    request = request_of(round_)
    content = filled(workbook_of(request), {"E8": 5, "E9": "窓口"})
    file = upload(hall, request, content)
    question = questions(round_)[0]
    question.text = "受け付けた申請の件数"
    inquiries.save_question(actor=hall.asker, question=question)
    with pytest.raises(DomainError, match="問いが訂正されています"):
        upload(hall, request, content)
    with pytest.raises(DomainError, match="その間に問いが訂正されました"):
        take(hall, AnswerFile.objects.get(pk=file.pk))
    assert stored(request) == []


def test_a_workbook_with_an_indicator_that_has_moved_is_refused_with_a_sentence(hall):
    indicator = make_indicator(make_goal(make_plan(hall.town), department=hall.offices["市民課"].department))
    draft = make_draft(hall)
    make_question(draft, "割合", QuestionKind.INDICATOR, indicator=indicator, as_of=date(2026, 9, 30), unit="%")
    request = request_of(send(hall, draft))
    content = workbook_of(request)
    Indicator.objects.update(department=hall.offices["税務課"].department)
    with pytest.raises(DomainError, match="別の課の担当になった指標") as refused:
        upload(hall, request, content)
    assert refused.value.field == "file"


def test_files_of_other_kinds_are_refused(hall, round_):
    request = request_of(round_)
    csv = "番号,回答\n1,5\n".encode("utf-8-sig")
    with pytest.raises(DomainError, match=r"違う種類のファイル（\.csv）"):
        upload(hall, request, csv, "市民課.csv")
    with pytest.raises(DomainError, match="Excel"):
        upload(hall, request, csv, "市民課.xlsx")
    with pytest.raises(DomainError):
        upload(hall, request, workbook_of(request), "市民課.xls")
    with pytest.raises(DomainError, match="壊れて"):
        upload(hall, request, workbook_of(request)[:2000])
    with pytest.raises(DomainError, match="この照会の調査票ではないか"):
        upload(hall, request, saved(Workbook()))
    assert AnswerFile.objects.count() == 0


def test_fifty_thousand_rows_are_refused(hall, round_):
    request = request_of(round_)
    book = load_workbook(BytesIO(workbook_of(request)))
    page = book["回答"]
    for row in range(50, 50_050):
        page.cell(row, 5, row)
    with pytest.raises(DomainError, match="5,000行を超えています"):
        upload(hall, request, saved(book))


def test_only_who_may_answer_uploads_and_only_while_it_is_wanted(hall, round_):
    request = request_of(round_)
    with pytest.raises(NotAllowedError):
        upload(hall, request, workbook_of(request), actor=hall.member("税務課"))
    answer(hall, round_, "市民課", Decimal(1), "郵送")
    with pytest.raises(DomainError, match="まず取り下げてください"):
        upload(hall, request, workbook_of(request))
    inquiries.close_round(actor=hall.asker, round_=round_)
    with pytest.raises(DomainError, match="締め切られています"):
        upload(hall, request, workbook_of(request))


def test_uploads_that_nobody_confirms_are_forgotten(hall, round_):
    request = request_of(round_)
    old = upload(hall, request, workbook_of(request))
    AnswerFile.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - timedelta(days=8))
    upload(hall, request, workbook_of(request))
    assert inquiries.forget_unconfirmed_workbooks() == 1
    assert AnswerFile.objects.count() == 1


def test_all_workbooks_come_in_one_file(hall, round_):
    job = inquiries.begin_archive(actor=hall.asker, round_=round_)
    assert inquiries.begin_archive(actor=hall.asker, round_=round_) == job
    run_job(job.pk)
    run_job(job.pk)
    stored_round = Round.objects.get(pk=round_.pk)
    with stored_round.archive.open() as file, zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["001_市民課_業務量の調査.xlsx", "002_税務課_業務量の調査.xlsx"]
        content = archive.read("001_市民課_業務量の調査.xlsx")
    assert difference_of(upload(hall, request_of(round_), content)).changed == []
    first = stored_round.archive.path
    run_job(inquiries.begin_archive(actor=hall.asker, round_=round_).pk)
    assert Round.objects.get(pk=round_.pk).archive.path != first
    assert not stored_round.archive.storage.exists(stored_round.archive.name)


def test_all_workbooks_hold_approved_answers_and_no_drafts(town):
    hall = make_hall(town, ("市民課", "税務課", "保険課"))
    round_ = make_open_round(hall)
    for name in ("市民課", "税務課"):
        request = request_of(round_, name)
        inquiries.save_answers(actor=hall.member(name), request=request, given=answers(round_, Decimal(7), "郵送"))
    inquiries.submit_answers(actor=hall.member("税務課"), request=request_of(round_, "税務課"))
    answer(hall, round_, "保険課", Decimal(5), "窓口")
    run_job(inquiries.begin_archive(actor=hall.asker, round_=round_).pk)
    with Round.objects.get(pk=round_.pk).archive.open() as file, zipfile.ZipFile(file) as archive:
        pages = [load_workbook(BytesIO(archive.read(name)))["回答"] for name in archive.namelist()]
    said = {page["A2"].value: (page["E8"].value, page["E9"].value) for page in pages}
    assert said == {"市民課 御中": (None, None), "税務課 御中": (None, None), "保険課 御中": (5, "窓口")}


def test_texts_that_look_like_formulas_are_texts(hall):
    round_ = make_open_round(hall, title="=cmd()")
    cell = load_workbook(BytesIO(workbook_of(request_of(round_))))["回答"]["A1"]
    assert (cell.value, cell.data_type) == ("=cmd()", "s")
    assert Request.objects.filter(round=round_, due_on__gte=TODAY).count() == 2
