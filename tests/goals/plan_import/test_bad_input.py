"""Every mistake gets a sentence that says where and what to do, and changes nothing."""

import pytest

from kiun.goals.models import Goal, Indicator, Plan
from kiun.goals.plan_files import Choices
from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import FileRefusedError
from tests.factories import make_plan
from tests.goals.plan_import.conftest import bring_in, differences, read
from tests.goals.plan_import.workbooks import workbook

HEADER = ["No", "施策", "指標", "単位", "現状値", "現状値の時点", "目標値", "期限"]


def table(*rows, header=HEADER):
    return workbook(("計画", [header, *rows]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        ([1, "手続", "申請率", "%", 60, "R5", 60, "R10"], "G2", "目標値が基準値と同じ"),
        ([1, "手続", "申請率", "%", 28, "R10", 60, "R5"], "H2", "期限が基準値の時点より後"),
        ([1, "手続", "申請率", "%", 28, "R5", 60, "平成50年度"], "H2", "平成50年"),
        ([1, "手続", "申請率", "%", 28, "令和5年13月", 60, "R10"], "F2", "13月"),
        ([1, "手続", "申請率", "%", 28, "R5", "60～70", "R10"], "G2", "60～70"),
        ([1, "手続", "申請率", "%", "1,2,3", "R5", 60, "R10"], "E2", "1,2,3"),
        ([1, "手続", "申請率", "%", 28, "R5", 10**16, "R10"], "G2", "大きすぎ"),
        ([1, "手続", "経費", "円", 28, "R5", "99999999999999999999兆円", "R10"], "G2", "大きすぎ"),
        ([1, "手続", "あ" * 201, "%", 28, "R5", 60, "R10"], "C2", "200"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_stored(actor, row, cell, words):
    content = table(row)
    (problem,) = differences(actor, content).errors
    assert (problem.sheet, problem.cell) == ("計画", cell)
    assert words in problem.what
    with pytest.raises(DomainError):
        bring_in(actor, content)
    assert (Plan.objects.count(), Goal.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_row_with_an_error_can_be_left_out(actor):
    content = table(
        [1, "手続", "申請率", "%", 28, "R5", 60, "平成50年度"], [2, "手続", "手続の数", "件", 100, "R5", 200, "R10"]
    )
    bring_in(actor, content, choices=Choices(left_out=frozenset({"計画!2"})))
    assert [indicator.name for indicator in Indicator.objects.all()] == ["手続の数"]


@pytest.mark.django_db
def test_a_number_used_twice_within_one_policy(actor):
    content = table(
        [1, "手続", "申請率", "%", 28, "R5", 60, "R10"], [1, "手続", "手続の数", "件", 100, "R5", 200, "R10"]
    )
    (problem,) = differences(actor, content).errors
    assert (problem.cell, "2行目" in problem.what) == ("A3", True)


def test_numbers_that_begin_anew_under_each_policy_identify_nothing():
    content = table([1, "手続", "申請率", "%", 28, "R5", 60, "R10"], [1, "防災", "訓練", "回", 1, "R5", 3, "R10"])
    document = read(content).document
    assert document.errors == ()
    assert [indicator.stated.get("code") for indicator in document.indicators] == [None, None]


def test_a_tree_that_goes_in_a_circle():
    content = table(
        ["窓口", "手続", "申請率", 28, 60],
        ["手続", "窓口", "待ち時間", 30, 15],
        header=["基本方針", "施策", "指標", "現状値", "目標値"],
    )
    (problem,) = read(content).document.errors
    assert (problem.sheet, problem.row, "循環" in problem.what) == ("計画", 3, True)


def test_the_same_indicator_with_two_targets():
    content = table([1, "手続", "申請率", "%", 28, "R5", 60, "R10"], [None, None, "申請率", "%", 28, "R5", 70, "R10"])
    (problem,) = read(content).document.errors
    assert (problem.cell, "2行目" in problem.what) == ("G3", True)


def test_words_instead_of_a_target_are_kept_as_a_note():
    document = read(table([1, "手続", "システムの更新", None, None, None, "導入完了", "R8"])).document
    assert [(p.severity, p.cell) for p in document.problems] == [("warning", "G2")]
    assert document.indicators[0].stated["note"] == "目標値：導入完了"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 ...", "plan.pdf", "xlsx"),
        (b"PK\x03\x04broken", "plan.xlsx", "壊れて"),
        ("目標\nあ".encode("euc_jp") + b"\xff\xfe\xfa", "plan.csv", "文字"),
        (b"", "plan.xlsx", "空"),
    ],
)
def test_a_file_that_is_no_table(content, name, words):
    with pytest.raises(FileRefusedError) as error:
        read(content, name)
    assert words in error.value.message


def test_a_cell_of_ten_megabytes():
    with pytest.raises(FileRefusedError) as error:
        read("目標,指標\n".encode() + b"a" * 10 * 1024 * 1024 + b",b\n", "plan.csv")
    assert "A2" in error.value.message


def test_a_table_without_goals_says_what_it_looked_for():
    document = read(workbook(("職員", [["氏名", "電話"], ["緑川", "0000"]]))).document
    (problem,) = document.errors
    assert "見つかりません" in problem.what


def test_a_header_without_rows():
    (problem,) = read(table()).document.errors
    assert problem.what != ""


@pytest.mark.django_db
def test_a_new_plan_cannot_take_the_name_of_another(actor, town):
    make_plan(town, name="ひなた市計画")
    content, choices = table([1, "手続", "申請率", "%", 28, "R5", 60, "R10"]), Choices(name="ひなた市計画")
    (problem,) = differences(actor, content, choices=choices).errors
    assert "ひなた市計画" in problem.what
    with pytest.raises(DomainError):
        bring_in(actor, content, choices=choices)
    assert Indicator.objects.count() == 0


@pytest.mark.parametrize(
    ("goal", "indicator", "unit", "terms", "warned"),
    [
        ("窓口の混雑をなくす", "窓口の待ち件数を減らす", "件", (35, 50), [("E2", "35から50へ増えます")]),
        ("相談件数を減らす", "窓口の相談件数", "件", (35, 50), [("E2", "35から50へ増えます")]),
        ("窓口の混雑をなくす", "来庁者の満足度を高める", "%", (50, 35), [("E2", "50から35へ減ります")]),
        ("窓口を良くする", "来庁者の満足度", "%", (70, 120), [("E2", "「来庁者の満足度」は割合ですが、120%")]),
        ("窓口を良くする", "オンライン申請率", "%", (130, 60), [("D2", "「オンライン申請率」は割合ですが、130%")]),
        ("窓口の混雑をなくす", "待ち件数を減らす", "件", (50, 35), []),
        ("紙を減らす", "電子決裁の割合", "%", (44, 90), []),
        ("温室効果ガスを削減する", "温室効果ガスの削減率", "%", (10, 46), []),
        ("年間4,000時間を減らす", "自動化で減った作業時間", "時間", (620, 4000), []),
        ("窓口を良くする", "計画の達成率", "%", (90, 120), []),
        ("窓口を良くする", "相談件数", "件", (90, 120), []),
    ],
)
def test_terms_that_contradict_their_words_are_pointed_out_at_their_cell(goal, indicator, unit, terms, warned):
    header = ["目標", "指標", "単位", "現状値", "目標値"]
    document = read(workbook(("計画", [header, [goal, indicator, unit, *terms]]))).document
    assert [(problem.severity, problem.cell) for problem in document.problems] == [
        ("warning", cell) for cell, _said in warned
    ]
    assert all(said in problem.what for problem, (_cell, said) in zip(document.problems, warned, strict=True))
