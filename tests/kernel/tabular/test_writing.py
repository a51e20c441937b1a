import datetime as dt
import zipfile
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import OutputColumn, OutputSheet, find_table, read_workbook, write_csv, write_workbook
from kiun.kernel.tabular.formula_guard import guarded, restored

DANGEROUS = [
    "=1+1",
    "+81-3-0000-0000",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "－A1",
    "=cmd|' /C calc'!A0",
    "'=1",
    "''+x",
]
HARMLESS = ["-5", "-1,234.5", "+3", "▲5", "-", "－", "施策", "'引用'", "#REF!", "_x000D_", "0123"]


def one_column(*values: object, **options: object) -> OutputSheet:
    return OutputSheet("計画", [OutputColumn("値", **options)], [[value] for value in values])


def read_back(sheet: OutputSheet) -> list[object]:
    return [row[0] for row in read_workbook(write_workbook([sheet]), name="a.xlsx").sheets[0].rows[1:]]


def read_back_csv(sheet: OutputSheet) -> list[object]:
    return [row[0] for row in read_workbook(write_csv(sheet), name="a.csv").sheets[0].rows[1:]]


def test_texts_that_would_run_stay_texts_in_a_workbook():
    content = write_workbook([one_column(*DANGEROUS, *HARMLESS)])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert read_back(one_column(*DANGEROUS, *HARMLESS)) == [*DANGEROUS, *HARMLESS]
    cells = [row[0] for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows(min_row=2)]
    assert [cell.quotePrefix for cell in cells] == [True] * len(DANGEROUS) + [False] * len(HARMLESS)


def test_numbers_in_csv_bear_no_idle_zeros():
    values = ("53.9000", "60.0000", "0.0000", "-1200", "1E+3")
    lines = write_csv(one_column(*(Decimal(value) for value in values))).decode("utf-8-sig")
    assert lines.splitlines()[1:] == ["53.9", "60", "0", "-1200", "1000"]


def test_texts_that_would_run_get_an_apostrophe_in_csv_and_lose_it_again():
    lines = write_csv(one_column("=1+1", "'=1", "-5", "-1+2", "－", 'a,\n"b"')).decode("utf-8-sig")
    assert lines == '値\r\n\'=1+1\r\n\'\'=1\r\n-5\r\n\'-1+2\r\n－\r\n"a,\n""b"""\r\n'
    assert read_back_csv(one_column(*DANGEROUS, *HARMLESS)) == [*DANGEROUS, *HARMLESS]


def test_csv_begins_with_the_mark_excel_needs():
    assert write_csv(one_column("あ")).startswith(b"\xef\xbb\xbf")
    assert read_workbook(write_csv(one_column("あ")), name="a.csv").encoding == "utf-8-sig"


def test_numbers_stay_numbers_and_codes_stay_codes():
    values = [12, -3.5, Decimal("45.2"), 1234567890123456789, True, None, float("inf")]
    assert read_back(one_column(*values)) == [12, -3.5, 45.2, "1234567890123456789", True, None, "inf"]
    assert read_back_csv(one_column(*values)) == [
        "12", "-3.5", "45.2", "1234567890123456789", "TRUE", None, "inf",
    ]  # fmt: skip


def test_dates_and_moments():
    moment = dt.datetime(2026, 11, 23, 0, 30, tzinfo=dt.UTC)
    values = [dt.date(2026, 4, 1), moment, dt.time(9, 30), dt.date(1868, 10, 23)]
    local = dt.datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001 - in the time of the town
    assert read_back(one_column(*values)) == [dt.date(2026, 4, 1), local, dt.time(9, 30), "1868-10-23"]
    assert read_back_csv(one_column(*values)) == ["2026-04-01", "2026-11-23 09:30:00", "09:30:00", "1868-10-23"]


def test_a_percent_column_reads_back_as_percent():
    book = read_workbook(write_workbook([one_column(0.452, number_format="0.0%")]), name="a.xlsx")
    assert book.sheets[0].cell("A2").text == "45.2%"


def plan() -> OutputSheet:
    columns = [
        OutputColumn("施策", note="計画書の名称"),
        OutputColumn("所管課", choices=("市民課", "人事課"), locked=False),
        OutputColumn("令和7年度", group="目標値", number_format="0.0%"),
        OutputColumn("令和8年度", group="目標値", number_format="0.0%"),
    ]
    rows = [["窓口改革", "市民課", 0.5, None], ["人材", "人事課", None, 0.6]]
    return OutputSheet("計画", columns, rows, title="ＤＸ推進計画", notes=["※ 年度末時点"], protected=True)


def test_what_was_written_is_recognised_again():
    table = find_table(
        read_workbook(write_workbook([plan()]), name="a.xlsx").sheets[0],
        {"policy": ["施策"], "department": ["所管課"], "target": ["目標値"]},
    )
    assert (table.header_rows, table.titles, table.notes) == ((3, 4), ("ＤＸ推進計画",), ("※ 年度末時点",))
    assert [column.key for column in table.columns] == ["policy", "department", "target@FY2025", "target@FY2026"]
    assert [[cell.text for cell in record.series("target").values()] for record in table.records] == [
        ["50%", ""], ["", "60%"],
    ]  # fmt: skip


def test_the_workbook_is_made_for_people():
    page = openpyxl.load_workbook(BytesIO(write_workbook([plan()])))["計画"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A5", "A4:D6")
    assert sorted(str(merged) for merged in page.merged_cells.ranges) == ["A3:A4", "B3:B4", "C3:D3"]
    assert (page["A3"].comment.text, page["A3"].font.bold) == ("計画書の名称", True)
    assert [(page[ref].number_format, page[ref].protection.locked) for ref in ("A5", "B5", "C5", "D5")] == [
        ("General", True), ("General", False), ("0.0%", True), ("0.0%", True),
    ]  # fmt: skip
    assert page.protection.sheet
    validation = page.data_validations.dataValidation[0]
    assert (validation.formula1, str(validation.sqref)) == ('"市民課,人事課"', "B5:B208")


def test_columns_are_wide_enough_for_full_width_characters():
    sheet = OutputSheet(
        "a", [OutputColumn("施策の名称"), OutputColumn("x"), OutputColumn("y", width=33)], [["窓口", "1", "2"]]
    )
    page = openpyxl.load_workbook(BytesIO(write_workbook([sheet]))).active
    assert [page.column_dimensions[letter].width for letter in "ABC"] == [12, 6, 33]


def test_long_or_comma_choices_live_on_a_hidden_sheet():
    choices = tuple(f"第{number}課" for number in range(100))
    book = openpyxl.load_workbook(
        BytesIO(
            write_workbook(
                [OutputSheet("a", [OutputColumn("x", choices=choices), OutputColumn("y", choices=("a,b", "=c"))], [])]
            )
        )
    )
    formulas = [validation.formula1 for validation in book["a"].data_validations.dataValidation]
    assert formulas == ["'選択肢'!$A$1:$A$100", "'選択肢'!$B$1:$B$2"]
    assert (book["選択肢"].sheet_state, book["選択肢"]["A100"].value, book["選択肢"]["B2"].value) == (
        "hidden",
        "第99課",
        "=c",
    )


def test_sheet_names_are_made_possible_and_unique():
    names = ["a/b[c]", "計画", "計画", "長" * 40, "", "'x'"]
    book = read_workbook(write_workbook([OutputSheet(name, [OutputColumn("x")], []) for name in names]), name="a.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["a・b・c・", "計画", "計画 (2)", "長" * 31, "Sheet", "x"]


def test_a_text_longer_than_excel_allows_is_refused_and_not_cut():
    with pytest.raises(DomainError) as refusal:
        write_workbook([one_column("x" * 40_000)])
    assert refusal.value.message == (
        "The text for the cell A2 is longer than Excel allows (32,767 characters). Shorten it."
    )


def test_control_characters_are_dropped():
    assert read_back(one_column("a\x00b\x0bc\ud800d\r\ne\ufffef")) == ["abcd\nef"]


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=30)
STARTS = st.sampled_from(["", "=", "+", "-", "@", "'", "''=", "＝", "_x0041_"])
CELLS = st.one_of(
    st.tuples(STARTS, TEXTS).map("".join),
    st.integers(-(2**53), 2**53),
    st.integers(-(10**15), 10**15).map(lambda number: number / 1000),  # Excel keeps 15 digits
    st.booleans(),
    st.dates(dt.date(1900, 3, 1), dt.date(2199, 12, 31)),
)


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_a_workbook_reads_back_what_was_written(values: list[object]):
    assert read_back(one_column(*values)) == values


@given(st.lists(st.tuples(STARTS, TEXTS).map("".join), min_size=2, max_size=6))
def test_a_csv_reads_back_what_was_written(values: list[str]):
    assert read_back_csv(one_column(*values)) == values


@given(st.tuples(STARTS, st.text(max_size=10)).map("".join))
def test_the_guard_is_undone_exactly(text: str):
    assert restored(guarded(text)) == text
