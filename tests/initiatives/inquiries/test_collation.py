"""What the table of all answers says, and what it leaves open."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiun.goals.models import Indicator
from kiun.initiatives.inquiry_answers import Given
from kiun.initiatives.inquiry_wording import say_counts
from kiun.initiatives.models import Question, QuestionKind, Request
from kiun.initiatives.queries.inquiries import CollationFilter, Counts, collate, counts_of_rounds
from kiun.initiatives.queries.inquiries.exports import collation_sheets
from kiun.initiatives.queries.inquiries.visible import open_requests
from kiun.initiatives.services import inquiries
from kiun.kernel.tabular import read_workbook, write_csv, write_workbook
from kiun.municipality.models import Department
from tests.factories import TODAY, make_goal, make_indicator, make_plan
from tests.initiatives.inquiries.builders import (
    DUE,
    answer,
    answers,
    make_draft,
    make_hall,
    make_question,
    questions,
    request_of,
    send,
)

NAMES = ("市民課", "税務課", "保険年金課", "市民協働課")


@pytest.fixture
def hall(town):
    return make_hall(town, NAMES)


@pytest.fixture
def round_(hall):
    """Two have answered, one waits for its head, one has not begun."""
    draft = make_draft(hall)
    make_question(draft, "オンラインの割合", unit="%")
    opened = send(hall, draft)
    answer(hall, opened, "市民課", Decimal(120), "窓口", "列ができる", Decimal(40))
    answer(hall, opened, "税務課", Decimal(30), "none", None, Decimal(20))
    waiting = request_of(opened, "保険年金課")
    given = answers(opened, Decimal(999), "窓口", None, Decimal(1))
    inquiries.save_answers(actor=hall.member("保険年金課"), request=waiting, given=given)
    inquiries.submit_answers(actor=hall.member("保険年金課"), request=waiting)
    return opened


def names(collation):
    return [line.request.department.name for line in collation.lines]


def test_only_approved_answers_count(round_):
    collation = collate(round_, TODAY)
    assert names(collation) == list(NAMES)
    cells = [[cell.text for cell in line.cells] for line in collation.lines]
    assert cells == [
        ["120件", "窓口", "列ができる", "40%"],
        ["30件", "該当なし", "", "20%"],
        ["", "", "", ""],
        ["", "", "", ""],
    ]
    assert [cell.is_missing for cell in collation.lines[1].cells] == [False, False, False, False]
    assert [cell.is_missing for cell in collation.lines[2].cells] == [True, True, True, True]


def test_departments_stand_as_in_the_tree(hall, round_):
    """A department below another of a lower number stays with it, whatever the keys are."""
    below = {"保険年金課": 1, "市民課": 2, "税務課": 3, "市民協働課": 4}
    for name, place in below.items():
        Department.objects.filter(name=name).update(place=place)
    assert names(collate(round_, TODAY)) == list(below)
    assert [row.department.name for row in Request.objects.filter(round=round_)] == list(below)
    assert [row.department.name for row in open_requests(hall.asker)] == ["保険年金課", "市民協働課"]


def test_sums_averages_and_choices(round_):
    totals = collate(round_, TODAY).totals
    assert [(total.answered, total.none, total.missing) for total in totals] == [
        (2, 0, 2),
        (2, 1, 2),
        (1, 0, 2),
        (2, 0, 2),
    ]
    assert (totals[0].sum, totals[0].average) == (Decimal(150), Decimal(75))
    assert totals[1].choices == (("窓口", 1), ("郵送", 0), ("オンライン", 0))
    # Shares are not added up.
    assert (totals[3].sum, totals[3].average) == (None, Decimal(30))


def test_every_department_that_was_asked_is_in_one_of_the_counts(hall, round_):
    """Sum and average are those of the values; what else there is stands beside them."""
    answer(hall, round_, "市民協働課", "none", "窓口", None, Decimal("19.5"))
    totals = collate(round_, TODAY).totals
    counts = [(total.values, total.none, total.empty, total.missing) for total in totals]
    assert counts == [(2, 1, 0, 1), (2, 1, 0, 1), (1, 0, 2, 1), (3, 0, 0, 1)]
    assert (totals[0].sum, totals[0].average, totals[3].average) == (Decimal(150), Decimal(75), Decimal("26.5"))


@pytest.mark.parametrize(
    ("unit", "adds_up"),
    [
        *[(unit, True) for unit in ("件", "人", "人日", "件/月", "拠点", "", "千円")],
        *[
            (unit, False)
            for unit in ("%", "％", "ポイント", "%ポイント", "点", "倍", "円/人", "件／千人", "1人当たり円")
        ],
    ],
)
def test_sums_only_where_they_say_something(unit, adds_up):
    assert Question(kind=QuestionKind.NUMBER, unit=unit).adds_up == adds_up


def test_the_file_says_of_how_many_departments_sum_and_average_are(round_):
    (_, by_question, *_rest) = collation_sheets(collate(round_, TODAY))
    assert [column.header for column in by_question.columns] == [
        *(
            "問い",
            "単位",
            "値のある課",
            "該当なし",
            "空欄",
            "未回答の課",
            "合計",
            "平均（課の単純平均）",
            "選択肢ごとの課の数",
        ),
    ]
    assert [list(row)[1:8] for row in by_question.rows] == [
        ["件", 2, 0, 0, 2, Decimal(150), Decimal(75)],
        [None, 1, 1, 0, 2, None, None],
        [None, 1, 0, 1, 2, None, None],
        ["%", 2, 0, 0, 2, None, Decimal(30)],
    ]


def test_the_lead_counts_answered_missing_and_late(round_):
    def lead(on):
        return str(say_counts(collate(round_, on).counts))

    assert lead(DUE) == "4課のうち2課が回答、2課が未回答です。"
    assert lead(DUE + timedelta(days=1)) == "4課のうち2課が回答、2課が未回答、うち2課が期限を過ぎています。"
    assert str(say_counts(Counts(all=3, answered=3))) == "3課すべてが回答しました。"
    assert counts_of_rounds([round_], DUE + timedelta(days=1)) == {
        round_.pk: Counts(all=4, answered=2, submitted=1, late=2)
    }


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CollationFilter(words="保険"), ["保険年金課"]),
        (CollationFilter(state="answered"), ["市民課", "税務課"]),
        (CollationFilter(state="missing"), ["保険年金課", "市民協働課"]),
        (CollationFilter(state="late"), ["保険年金課", "市民協働課"]),
        (CollationFilter(state="submitted"), ["保険年金課"]),
        (CollationFilter(division=0), list(NAMES)),
        (CollationFilter(division=999), []),
        (CollationFilter(sort="-department"), list(reversed(NAMES))),
        (CollationFilter(sort="nonsense"), list(NAMES)),
    ],
)
def test_narrowing_down_and_sorting(round_, wanted, found):
    assert names(collate(round_, DUE + timedelta(days=1), wanted)) == found


def test_sorted_by_an_answer_those_without_come_last(round_):
    key = questions(round_)[0].sort_key
    assert names(collate(round_, TODAY, CollationFilter(sort=key)))[:2] == ["税務課", "市民課"]
    assert names(collate(round_, TODAY, CollationFilter(sort=f"-{key}"))) == [
        "市民課",
        "税務課",
        "保険年金課",
        "市民協働課",
    ]


def test_totals_by_division(hall, round_):
    (division,) = collate(round_, TODAY).by_division()
    assert (division.division, division.counts.all, division.counts.answered) == (hall.division, 4, 2)
    assert division.totals[0].sum == Decimal(150)


def test_the_files_say_what_the_page_says(round_):
    collation = collate(round_, TODAY)
    book = read_workbook(write_workbook(collation_sheets(collation)), name="x.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["課ごと", "問いごと", "部ごと"]
    rows = [row[1:3] + row[5:] for row in book.sheets[0].rows[2:7]]
    assert rows == [
        ("課", "状態", "問1 申請の件数（件）", "問2 受付の方法", "問3 困っていること", "問4 オンラインの割合（%）"),
        ("市民課", "回答済み", 120.0, "窓口", "列ができる", 40.0),
        ("税務課", "回答済み", 30.0, "該当なし", None, 20.0),
        ("保険年金課", *["承認待ち"] * 5),
        ("市民協働課", "未着手", "未回答", "未回答", "未回答", "未回答"),
    ]
    assert book.sheets[2].rows[3] == ("市民部", 4.0, 2.0, 2.0, 150.0, 30.0)
    csv = write_csv(collation_sheets(collation)[0])
    assert csv.startswith(b"\xef\xbb\xbf")
    assert csv.decode("utf-8-sig").splitlines()[1].startswith("市民部,市民課,回答済み,2026-12-07,2026-11-23,120,")


def test_remarks_have_a_sheet_of_their_own(hall, round_):
    request = request_of(round_, "市民協働課")
    given = answers(round_, Decimal(5), "窓口", None, Decimal(1))
    given[questions(round_)[0].pk] = Given(value=Decimal(5), note="概数")
    inquiries.save_answers(actor=hall.head("市民協働課"), request=request, given=given)
    inquiries.submit_answers(actor=hall.head("市民協働課"), request=request)
    sheets = collation_sheets(collate(round_, TODAY))
    assert [list(row) for row in sheets[3].rows] == [["市民部", "市民協働課", "問1 申請の件数（件）", "5件", "概数"]]


def test_an_indicator_that_has_moved_stands_with_the_department_that_answered(hall):
    there, other = (hall.offices[name].department for name in ("市民課", "税務課"))
    indicator = make_indicator(make_goal(make_plan(hall.town), department=there))
    draft = make_draft(hall)
    make_question(draft, "割合", QuestionKind.INDICATOR, indicator=indicator, as_of=date(2026, 9, 30), unit="%")
    opened = send(hall, draft)
    answer(hall, opened, "市民課", Decimal(5), "窓口", None, Decimal(46))
    Indicator.objects.update(department=other)
    collation = collate(opened, TODAY)
    total = collation.totals[3]
    assert (total.answered, total.missing, total.average) == (1, 0, Decimal(46))
    assert [list(row)[-1] for row in collation_sheets(collation)[0].rows] == [Decimal(46), *["対象外"] * 3]


def test_the_number_of_queries_does_not_depend_on_the_number_of_departments(hall, round_):
    with CaptureQueriesContext(connection) as four:
        collate(round_, TODAY)
    Request.objects.filter(department__name="市民協働課").delete()
    with CaptureQueriesContext(connection) as three:
        collate(round_, TODAY)
    assert len(four) == len(three) == 4
