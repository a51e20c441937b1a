from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import FiscalYear
from kiun.kernel.tabular import Table, best_table, find_table, read_workbook
from kiun.kernel.tabular.model import Sheet
from tests.kernel.tabular.workbooks import rows_as_xlsx, saved

WORDS = {
    "policy": ["施策", "施策名"],
    "department": ["所管課", "担当課"],
    "indicator": ["指標名", "指標", "KPI"],
    "unit": ["単位"],
    "baseline": ["基準値", "現状値"],
    "target": ["目標値", "目標"],
    "actual": ["実績値", "実績"],
    "note": ["備考"],
}
THIS_YEAR = FiscalYear(2026)


def table_of(*rows: list[object], merges: tuple[str, ...] = (), **options: object) -> Table:
    sheet = read_workbook(rows_as_xlsx(*rows, merges=merges), name="a.xlsx").sheets[0]
    return find_table(sheet, WORDS, **{"context": THIS_YEAR, **options})


def keys(table: Table) -> dict[str, str]:
    return {column.letter: column.key for column in table.columns}


def test_a_plain_header_in_the_first_row():
    table = table_of(["施策", "所管課", "指標"], ["窓口改革", "市民課", "待ち時間"])
    assert (table.header_rows, keys(table), table.titles) == (
        (1, 1),
        {"A": "policy", "B": "department", "C": "indicator"},
        (),
    )
    assert [column.confidence for column in table.columns] == [1, 1, 1]
    assert [(record.row, record.text("indicator")) for record in table.records] == [(2, "待ち時間")]
    assert table.missing == ("unit", "baseline", "target", "actual", "note")
    assert table.records[0]["note"].is_blank


def test_titles_above_notes_below_and_empty_lines():
    table = table_of(
        ["令和８年度　ＤＸ推進計画　指標一覧"],
        [None, None, None, "（令和8年4月1日現在）"],
        ["所管：デジタル推進課"],
        [],
        [None, "施 策\n名", "担当課　", "備考"],
        [],
        [None, "窓口改革", "市民課", "※一部"],
        [],
        [None, "※ 目標値は年度末時点の値である。"],
        ["（注）速報値"],
    )
    assert (table.header_rows, keys(table)) == ((5, 5), {"B": "policy", "C": "department", "D": "note"})
    assert table.titles == ("令和８年度　ＤＸ推進計画　指標一覧", "（令和8年4月1日現在）", "所管：デジタル推進課")
    assert [record.row for record in table.records] == [7]
    assert table.notes == ("※ 目標値は年度末時点の値である。", "（注）速報値")


def test_sentences_below_the_last_record_are_notes_and_short_texts_are_not():
    rows = (["施策", "指標"], ["窓口改革", "利用率"], ["人材"], [], ["各年度末の数値を各課に照会した結果である。"])
    table = table_of(*rows)
    assert [record.text("policy") for record in table.records] == ["窓口改革", "人材"]
    assert table.notes == ("各年度末の数値を各課に照会した結果である。",)


@pytest.mark.parametrize("merges", [(), ("A2:A3", "B2:B3", "C2:E2", "F2:F3")])
def test_a_header_of_two_rows_with_years_below(merges: tuple[str, ...]):
    table = table_of(
        ["ＤＸ推進計画"],
        ["施策", "指標", "目標値", None, None, "備考"],
        [None, None, "令和7年度", "R8", "2027年度", None],
        ["窓口改革", "利用率", "４５．２％", "－", None, "済"],
        merges=merges,
    )
    assert table.header_rows == (2, 3)
    assert keys(table) == {
        "A": "policy", "B": "indicator", "C": "target@FY2025", "D": "target@FY2026", "E": "target@FY2027", "F": "note",
    }  # fmt: skip
    assert table.columns[2].header == "目標値 / 令和7年度"
    series = table.records[0].series("target")
    assert [
        (period.label, cell.ref, cell.quantity().value, cell.quantity().marker) for period, cell in series.items()
    ] == [
        ("令和7年度", "C4", Decimal("45.2"), ""),
        ("令和8年度", "D4", None, "unobtainable"),
        ("令和9年度", "E4", None, "empty"),
    ]


def test_a_header_of_three_rows():
    table = table_of(
        ["施策", "指標", "推移", None, None, None],
        [None, None, "目標値", None, "実績値", None],
        [None, None, "R7", "R8", "R7", "R8"],
        ["窓口改革", "利用率", 10, 20, 11, 19],
        merges=("C1:F1", "C2:D2", "E2:F2"),
    )
    assert table.header_rows == (1, 3)
    assert list(keys(table).values()) == [
        "policy", "indicator", "target@FY2025", "target@FY2026", "actual@FY2025", "actual@FY2026",
    ]  # fmt: skip
    assert table.columns[3].header == "推移 / 目標値 / R8"


def test_years_inside_the_header_words_and_months_as_columns():
    table = table_of(
        ["指標", "現状値（R5）", "R9目標", "令和8年4月", "平成31（令和元）年度実績"],
        ["利用率", 1, 2, 3, 4],
        time_field="actual",
    )
    assert list(keys(table).values()) == [
        "indicator", "baseline@FY2023", "target@FY2027", "actual@2026-04", "actual@FY2019",
    ]  # fmt: skip


def test_bare_years_as_columns_belong_to_the_time_field():
    rows = (["施策", "指標", "7年度", "8年度", 2027], ["窓口改革", "利用率", 1, 2, 3])
    assert list(keys(table_of(*rows, time_field="target")).values()) == [
        "policy", "indicator", "target@FY2025", "target@FY2026", "target@FY2027",
    ]  # fmt: skip
    assert list(keys(table_of(*rows)).values()) == ["policy", "indicator", "", "", ""]


def test_units_in_the_header():
    table = table_of(["施策", "実績値（単位：千円）", "目標値 (％)", "指標（参考）"], ["a", 1, 2, 3])
    assert [(column.key, column.unit, column.confidence) for column in table.columns] == [
        ("policy", "", 1.0),
        ("actual", "千円", 0.95),
        ("target", "%", 0.95),
        ("indicator", "", 0.95),
    ]


def test_a_row_of_units_belongs_to_the_header():
    table = table_of(["指標", "実績値", "目標値"], [None, "（件）", "（％）"], ["利用", 1, 2])
    assert (table.header_rows, [column.unit for column in table.columns]) == ((1, 2), ["", "件", "%"])


def test_the_first_record_is_not_taken_for_a_header():
    table = table_of(["施策", "備考"], ["窓口改革", "令和9年度末"], ["人材", "令和8年度末"])
    assert (table.header_rows, [record.text("policy") for record in table.records]) == ((1, 1), ["窓口改革", "人材"])
    assert keys(table) == {"A": "policy", "B": "note"}


def test_blank_cells_mean_the_same_as_above():
    table = table_of(
        ["施策", "所管課", "指標", "備考"],
        ["窓口改革", "市民課", "利用率", "〇"],
        [None, "〃", "待ち時間", None],
        ["人材", "同上", "受講者", None],
        fill_down=["policy"],
    )
    assert [[record.text(field) for field in ("policy", "department", "note")] for record in table.records] == [
        ["窓口改革", "市民課", "〇"],
        ["窓口改革", "市民課", ""],
        ["人材", "市民課", ""],
    ]
    inherited = table.records[1]["policy"]
    assert (inherited.ref, inherited.merged_from) == ("A3", "A2")


def test_cells_merged_over_several_records_count_for_each():
    table = table_of(["施策", "指標"], ["窓口改革", "利用率"], [None, "待ち時間"], [None, "満足度"], merges=("A2:A3",))
    assert [record.text("policy") for record in table.records] == ["窓口改革", "窓口改革", ""]


def test_a_header_printed_again_and_headings_across_the_table():
    table = table_of(
        ["施策", "指標", "目標値", None],
        [None, None, "R7", "R8"],
        ["基本方針１　便利なまち"],
        ["窓口改革", "利用率", 1, 2],
        ["施策", "指標", "目標値", None],
        [None, None, "R7", "R8"],
        ["基本方針２　支える人"],
        ["人材", "受講者", 3, 4],
        merges=("A3:D3", "A7:D7"),
    )
    assert [(record.row, record.section) for record in table.records] == [
        (4, "基本方針１　便利なまち"),
        (8, "基本方針２　支える人"),
    ]


def test_a_word_inside_a_longer_label_is_recognised_with_less_confidence():
    table = table_of(["施策", "主な指標名", "メモ"], ["a", "b", "c"])
    assert [(column.key, column.confidence) for column in table.columns] == [
        ("policy", 1.0), ("indicator", 0.48), ("", 0.0),
    ]  # fmt: skip


def test_of_two_columns_with_one_meaning_the_surer_one_counts():
    table = table_of(["施策", "指標名称", "指標名", "指標"], ["a", "b", "c", "d"])
    assert list(keys(table).values()) == ["policy", "", "indicator", ""]


def test_a_person_corrects_the_columns():
    rows = (["施策", "目標値", "メモ", "目標（R8）"], ["窓口改革", 1, "急ぐ", 2])
    table = table_of(*rows, columns={"C": "note", "B": "target@FY2025", "A": ""})
    assert keys(table) == {"A": "", "B": "target@FY2025", "C": "note", "D": "target@FY2026"}
    assert [cell.text for cell in table.records[0].series("target").values()] == ["1", "2"]
    assert (table.records[0].text("note"), table.columns[2].confidence, table.missing[0]) == ("急ぐ", 1.0, "policy")
    moved = table_of(*rows, columns={"C": "target"})
    assert keys(moved) == {"A": "policy", "B": "", "C": "target", "D": "target@FY2026"}


def test_a_person_corrects_the_header_rows():
    rows = (["施策", "備考"], ["名前", "説明"], ["窓口改革", "x"])
    assert [
        record.text("policy") for record in table_of(*rows, header_rows=(2, 2), columns={"A": "policy"}).records
    ] == ["窓口改革"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"header_rows": (3, 2)}, "Rows 3 to 2 are not in the sheet “計画”. Write rows from 1 to 2."),
        ({"header_rows": (1, 9)}, "Rows 1 to 9 are not in the sheet “計画”. Write rows from 1 to 2."),
        ({"columns": {"A": "size"}}, "“size” is no field of this table."),
        ({"columns": {"A": "target@2025-13"}}, "“2025-13” names no period."),
    ],
)
def test_an_impossible_correction_is_refused(options: dict[str, object], message: str):
    with pytest.raises(DomainError) as refusal:
        table_of(["施策", "備考"], ["a", "b"], **options)
    assert refusal.value.message == message


def test_a_sheet_without_a_header_is_refused():
    with pytest.raises(DomainError) as refusal:
        table_of(["あ", "い"], ["う", "え"])
    assert refusal.value.message == (
        "The sheet “計画” has no header row. Write the column names in one row, such as: "
        "施策、所管課、指標名、単位、基準値、目標値、実績値、備考."
    )


def test_the_best_sheet_is_found_and_hidden_ones_are_left_out():
    book = Workbook()
    book.active.append(["作成要領"])
    plan, hidden = book.create_sheet("計画"), book.create_sheet("旧")
    plan.append(["施策", "指標"])
    hidden.append(["施策", "指標", "目標値"])
    hidden.sheet_state = "hidden"
    read = read_workbook(saved(book), name="a.xlsx")
    assert best_table(read, WORDS).sheet.name == "計画"
    with pytest.raises(DomainError, match="The sheet “Sheet” has no header row"):
        best_table(read, {"size": ["面積"]})


CELLS = st.sampled_from(
    [
        None,
        "施策",
        "指標",
        "目標値",
        "令和7年度",
        "R8",
        "平成40年度",
        "※注",
        "（％）",
        "〃",
        1,
        2025,
        0.5,
        "窓口",
        "基準値（R5）",
        "合計",
    ]
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=8), st.none() | st.just(THIS_YEAR))
def test_any_arrangement_gives_a_table_or_a_refusal(rows: list[tuple[object, ...]], context: FiscalYear | None):
    try:
        table = find_table(Sheet("a", tuple(rows)), WORDS, fill_down=["policy"], context=context, time_field="target")
    except DomainError:
        return
    assert all(record.row > table.header_rows[1] for record in table.records)
    assert len({column.key for column in table.columns if column.key}) == sum(
        bool(column.key) for column in table.columns
    )
    again = find_table(
        Sheet("a", tuple(rows)), WORDS, context=context, columns=keys(table), header_rows=table.header_rows
    )
    assert keys(again) == keys(table)
