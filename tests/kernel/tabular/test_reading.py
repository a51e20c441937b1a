import datetime as dt
import zipfile
from contextlib import suppress
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook as ExcelWorkbook

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import CellProblem, FileRefusedError, Limits, Quantity, read_workbook
from tests.kernel.tabular.workbooks import MAIN, OFFICE, rows_as_xlsx, saved, with_part, xlsx_of, zipped


def refusal_of(data: bytes, name: str, limits: Limits | None = None) -> str:
    with pytest.raises(FileRefusedError) as refusal:
        read_workbook(data, name=name, limits=limits or Limits())
    return refusal.value.message


def test_values_keep_their_types_and_places():
    day, moment = dt.date(2026, 11, 23), dt.datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001 - as a cell has it
    data = rows_as_xlsx(["施策", None, 12], [], [1.5, True, day, moment, dt.time(9, 30), "　窓口 "])
    book = read_workbook(data, name="plan.xlsx")
    assert (book.name, book.kind, [sheet.name for sheet in book.sheets]) == ("plan.xlsx", "xlsx", ["計画"])
    sheet = book.sheet("計画")
    assert sheet.rows == (
        ("施策", None, 12, None, None, None),
        (None,) * 6,
        (1.5, True, day, moment, dt.time(9, 30), "　窓口 "),
    )
    assert (sheet.cell("C1").ref, sheet.cell("C1").text, sheet.cell("F3").text) == ("C1", "12", "窓口")
    assert (sheet.cell("Z99").is_blank, sheet.cell("Z99").text) == (True, "")
    assert book.problems == ()


def test_a_missing_sheet_names_the_ones_there_are():
    with pytest.raises(DomainError, match="There is no sheet “様式”"):
        read_workbook(rows_as_xlsx(["a"]), name="a.xlsx").sheet("様式")


def test_a_path_and_an_upload_know_their_name(tmp_path: Path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(rows_as_xlsx(["a"]))
    with path.open("rb") as upload:
        assert read_workbook(path).name == read_workbook(upload).name == "plan.xlsx"


def test_merged_cells_carry_the_value_of_their_first_cell():
    sheet = read_workbook(rows_as_xlsx(["窓口改革", "x"], [None, "y"], merges=("A1:A2",)), name="a.xlsx").sheets[0]
    assert sheet.rows == (("窓口改革", "x"), (None, "y"))
    assert (sheet.cell("A2").value, sheet.cell("A2").merged_from, sheet.cell("A1").merged_from) == (
        "窓口改革",
        "A1",
        "",
    )


def test_number_formats_count():
    book = ExcelWorkbook()
    formats = {"A1": (0.452, "0.0%"), "A2": (0.1, "0%"), "A3": (1234, '#,##0"件"'), "A4": (7, '"令和"0"年度"')}
    for ref, (value, number_format) in formats.items():
        book.active[ref] = value
        book.active[ref].number_format = number_format
    book.active["A5"] = 0.452
    sheet = read_workbook(saved(book), name="a.xlsx").sheets[0]
    assert [sheet.cell(f"A{row}").text for row in range(1, 6)] == ["45.2%", "10%", "1234件", "令和7年度", "0.452"]
    assert [sheet.cell(ref).quantity() for ref in ("A1", "A2", "A3", "A5", "A9")] == [
        Quantity(Decimal("45.2"), "%"),
        Quantity(Decimal(10), "%"),
        Quantity(Decimal(1234), "件"),
        Quantity(Decimal("0.452")),
        Quantity(None, marker="empty"),
    ]
    assert sheet.cell("A4").period().key == "FY2025"


def test_noise_of_binary_floats_is_not_shown():
    sheet = read_workbook(rows_as_xlsx([0.1 + 0.2, 45.199999999999996]), name="a.xlsx").sheets[0]
    assert (sheet.cell("A1").text, sheet.cell("B1").quantity().value) == ("0.3", Decimal("45.2"))


def test_a_date_is_no_number_and_a_truth_no_date():
    sheet = read_workbook(rows_as_xlsx([dt.date(2026, 4, 1), True]), name="a.xlsx").sheets[0]
    assert sheet.cell("A1").date() == dt.date(2026, 4, 1)
    with pytest.raises(DomainError, match="“2026-04-01” is not a number"):
        sheet.cell("A1").quantity()
    with pytest.raises(DomainError, match="“TRUE” is not a date"):
        sheet.cell("B1").date()


def test_a_formula_without_result_and_an_error_are_reported_at_their_cell():
    data = xlsx_of(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f><v></v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f>SUM(A1)</f></c></row>'
        '<row r="2"><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C2"><v>5</v></c></row>'
    )
    book = read_workbook(data, name="a.xlsx")
    assert book.sheets[0].rows == ((2.0, None, None), (None, None, 5.0))
    unsaved = ("The formula has no saved result.", "Open the file in Excel and save it once, or type the value.")
    assert book.problems == (
        CellProblem("計画", "B1", *unsaved),
        CellProblem("計画", "D1", *unsaved),
        CellProblem("計画", "B2", "The formula gives the error #DIV/0!.", "Correct the formula or type the value."),
    )
    assert str(book.problems[0]) == "計画 B1: The formula has no saved result. " + unsaved[1]


def test_hidden_sheets_are_marked():
    book = ExcelWorkbook()
    book.active["A1"] = 1
    book.create_sheet("一覧").sheet_state = "hidden"
    assert [(sheet.name, sheet.hidden) for sheet in read_workbook(saved(book), name="a.xlsx").sheets] == [
        ("Sheet", False),
        ("一覧", True),
    ]


MACROS = "The file contains macros. Save it as “Excel Workbook (.xlsx)”, without macros, and upload that."
DAMAGED = "The file is damaged and cannot be read. Open it in Excel, save it again as .xlsx, and upload that."
TOO_LARGE = "The file becomes too large when it is unpacked. Delete unused sheets, rows and pictures, and save again."


def test_macros_are_refused_by_name_and_by_content():
    plain = rows_as_xlsx(["a"])
    assert refusal_of(plain, "a.xlsm") == MACROS
    assert refusal_of(with_part(plain, "xl/vbaProject.bin", b"x"), "a.xlsx") == MACROS
    assert refusal_of(with_part(plain, "xl/other/VBAPROJECT.BIN", b"x"), "a.xlsx") == MACROS
    assert refusal_of(with_part(plain, "xl/macrosheets/sheet1.xml", b"<a/>"), "a.xlsx") == MACROS


def test_entities_are_refused_wherever_they_are_declared():
    entity = '<!DOCTYPE x [<!ENTITY a "AAAA"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    assert refusal_of(xlsx_of(cell, prolog=entity), "a.xlsx") == DAMAGED
    for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
        assert refusal_of(xlsx_of(cell, extra={part: f"{entity}<x>&a;</x>"}), "a.xlsx") == DAMAGED


def test_two_cells_in_opposite_corners_do_not_take_all_memory():
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refusal_of(xlsx_of(corners), "a.xlsx") == (
        "計画 XFD1048576: The sheet has more than 100,000 rows. Delete everything below the table, or divide the file."
    )
    wide = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
    assert refusal_of(xlsx_of(wide), "a.xlsx") == (
        "計画 XFD1: The sheet has more than 500 columns. "
        "Delete everything to the right of the table, or divide the file."
    )
    large = '<row r="1"><c r="A1"><v>1</v></c></row><row r="90000"><c r="CV90000"><v>1</v></c></row>'
    assert refusal_of(xlsx_of(large), "a.xlsx") == (
        "計画: The file has more than 5,000,000 cells. Delete what lies far from the tables, or divide the file."
    )


def test_one_part_under_many_sheet_names_is_not_scanned_again_and_again():
    sheets = "".join(f'<sheet name="s{number}" sheetId="{number}" r:id="r1"/>' for number in range(1, 4))
    workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
    data = xlsx_of('<row r="1"><c r="A1"><v>1</v></c></row>', extra={"xl/workbook.xml": workbook})
    assert refusal_of(data, "a.xlsx") == DAMAGED


def test_an_encoding_nobody_knows_is_refused():
    assert refusal_of(xlsx_of("", prolog='<?xml version="1.0" encoding="UTF-88"?>'), "a.xlsx") == DAMAGED


def test_far_cells_that_are_only_formatted_do_no_harm():
    data = xlsx_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert read_workbook(data, name="a.xlsx").sheets[0].rows == ((1.0,),)


def test_cells_without_places_are_counted():
    limits = Limits(columns=3)
    data = xlsx_of("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    assert read_workbook(data, name="a.xlsx", limits=limits).sheets[0].rows == ((1.0, 2.0), (3.0, None))
    too_wide = xlsx_of("<row>" + "<c><v>1</v></c>" * 4 + "</row>")
    assert "計画 D1: The sheet has more than 3 columns." in refusal_of(too_wide, "a.xlsx", limits)


def test_a_zip_bomb_is_refused_by_what_it_promises():
    bomb = with_part(rows_as_xlsx(["a"]), "xl/media/image1.bin", bytes(30_000_000))
    assert refusal_of(bomb, "a.xlsx") == TOO_LARGE
    assert refusal_of(rows_as_xlsx(["a"]), "a.xlsx", Limits(unpacked_bytes=100)) == TOO_LARGE


@pytest.mark.parametrize("promised", [10, 10_000_000])
def test_a_header_that_lies_about_the_size_is_refused(promised: int):
    name, size = b"xl/sharedStrings.xml", 1_000_000
    data = bytearray(xlsx_of("", extra={name.decode(): f"<sst>{' ' * (size - 11)}</sst>"}))
    assert len(f"<sst>{' ' * (size - 11)}</sst>") == size
    for place in (i for i in range(len(data)) if data[i : i + 4] == size.to_bytes(4, "little")):
        data[place : place + 4] = promised.to_bytes(4, "little")
    assert refusal_of(bytes(data), "a.xlsx") == (TOO_LARGE if promised < size else DAMAGED)


def test_a_part_that_is_there_twice_is_refused():
    content = BytesIO(rows_as_xlsx(["a"]))
    with zipfile.ZipFile(content, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert refusal_of(content.getvalue(), "a.xlsx") == DAMAGED


def test_merged_ranges_that_overlap_are_refused():
    merges = "</sheetData><mergeCells>" + '<mergeCell ref="A1:B2"/>' * 3 + "</mergeCells><sheetData>"
    data = xlsx_of(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>{merges}')
    assert refusal_of(data, "a.xlsx") == DAMAGED


def test_limits_of_sheets_rows_and_text():
    book = ExcelWorkbook()
    book.create_sheet("b")
    assert refusal_of(saved(book), "a.xlsx", Limits(sheets=1)).startswith("The file has more than 1 sheets.")
    assert refusal_of(rows_as_xlsx(["a"], ["b"], ["c"]), "a.xlsx", Limits(rows=2)).startswith(
        "計画 A3: The sheet has more"
    )
    assert refusal_of(rows_as_xlsx(["a", "x" * 50]), "a.xlsx", Limits(cell_characters=40)) == (
        "計画 B1: The cell has more than 40 characters. Shorten the text in this cell."
    )


def test_a_cell_of_ten_megabytes_is_named():
    huge = "あ" * 3_500_000
    assert refusal_of(f"名称,説明\n窓口,{huge}\n".encode(), "a.csv") == (
        "a.csv B2: The cell has more than 32,767 characters. Shorten the text in this cell."
    )
    cell = f'<row r="2"><c r="B2" t="inlineStr"><is><t>{huge}</t></is></c></row>'
    assert refusal_of(xlsx_of(cell), "a.xlsx", Limits(unpack_ratio=2000)) == (
        "計画 B2: The cell has more than 32,767 characters. Shorten the text in this cell."
    )


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.xlsx", "The file is empty. Check that you chose the right file."),
        (b"\r\n \n", "a.csv", "The file is empty. Check that you chose the right file."),
        (
            b"%PDF-1.7",
            "a.pdf",
            "Files of the kind “.pdf” cannot be read. Save the table as .xlsx or .csv, and upload that.",
        ),
        (b"a,b", "a", "Files of the kind “?” cannot be read. Save the table as .xlsx or .csv, and upload that."),
        (
            b"a,b\n1,2",
            "a.xlsx",
            (
                "The name ends with .xlsx, but the content is not an Excel workbook. "
                "Open it in Excel, save it as .xlsx, and upload that."
            ),
        ),
        (
            b"<html><table></table></html>",
            "a.csv",
            "The file is a web page or XML, not a table. Open it in Excel, save it as .xlsx, and upload that.",
        ),
        (
            b"\x00\x01\x02",
            "a.csv",
            "The file is neither a table nor text. Save the table as .xlsx or .csv, and upload that.",
        ),
        (
            zipped({"word/document.xml": "<a/>"}),
            "a.xlsx",
            "The file is not an Excel workbook (.xlsx). Save the table as .xlsx or .csv, and upload that.",
        ),
        (b"PK\x03\x04 broken", "a.xlsx", DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "a.xls", DAMAGED),
    ],
)
def test_a_wrong_file_says_what_to_do(data: bytes, name: str, message: str):
    assert refusal_of(data, name) == message


def test_a_workbook_under_a_wrong_name_is_told():
    for name in ("a.csv", "a.xls"):
        assert refusal_of(rows_as_xlsx(["a"]), name) == (
            f"The name ends with {name[1:]}, but the content is an Excel workbook (.xlsx). "
            "Change the end of the name to .xlsx, and upload it again."
        )


def test_a_file_that_is_too_large_is_not_read_to_the_end():
    class Endless(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size == 1001
            return b"x" * 1001

    with pytest.raises(FileRefusedError, match="larger than 0 MB"):
        read_workbook(Endless(), name="a.csv", limits=Limits(file_bytes=1000))


@given(st.data())
def test_a_damaged_workbook_is_refused_or_read(data: st.DataObject):
    content = bytearray(WHOLE)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)) | st.just(len(content)))
    with suppress(FileRefusedError):
        read_workbook(bytes(content[:cut]), name="a.xlsx")


@given(st.text(alphabet="<>/ crvfist=\"'0123456789ABXrow&;:xml!-[]", max_size=80))
def test_any_sheet_xml_is_refused_or_read(sheet_data: str):
    with suppress(FileRefusedError):
        read_workbook(xlsx_of(sheet_data), name="a.xlsx")


WHOLE = rows_as_xlsx(["施策", "目標値"], ["窓口改革", 0.5], merges=("A2:A3",))


def test_a_nul_that_excel_has_written_as_a_code_does_not_come_through():
    """PostgreSQL stores it in no text: a staff list or a table of figures would fail halfway."""
    cells = "".join(
        f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in (("A1", "氏_x0000_名"), ("B1", "_x0000_"), ("C1", "部署"))
    )
    workbook = read_workbook(xlsx_of(f'<row r="1">{cells}</row>'), name="list.xlsx")
    assert workbook.sheets[0].rows == (("氏名", None, "部署"),)
