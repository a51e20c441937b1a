import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.kernel.tabular import CellProblem, FileRefusedError, Limits, read_workbook

TEXT = "施策,目標値\r\n窓口改革,５０％\r\n"


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter"),
    [
        (TEXT.encode(), "utf-8", ","),
        (TEXT.encode("utf-8-sig"), "utf-8-sig", ","),
        (TEXT.encode("cp932"), "cp932", ","),
        (TEXT.replace(",", "\t").encode("utf-16"), "utf-16", "\t"),
        (b"\xfe\xff" + TEXT.replace(",", "\t").encode("utf-16-be"), "utf-16", "\t"),
        (TEXT.replace(",", ";").encode(), "utf-8", ";"),
        (TEXT.replace("\r\n", "\r").encode(), "utf-8", ","),
    ],
)
def test_encoding_and_delimiter_are_found(data: bytes, encoding: str, delimiter: str):
    book = read_workbook(data, name="計画.csv")
    assert (book.kind, book.encoding, book.delimiter) == ("csv", encoding, delimiter)
    assert book.sheets[0].name == "計画.csv"
    assert book.sheets[0].rows == (("施策", "目標値"), ("窓口改革", "５０％"))


def test_characters_of_windows_are_read():
    text = "①㈱髙﨑～Ⅳ"
    assert read_workbook(text.encode("cp932"), name="a.csv").sheets[0].cell("A1").value == text


def test_quoted_cells_hold_line_ends_commas_and_quotes():
    data = '名称,説明\n"窓口, 改革","一行目\n二行目は""引用"""\n次,値\n'.encode()
    assert read_workbook(data, name="a.csv").sheets[0].rows == (
        ("名称", "説明"),
        ("窓口, 改革", '一行目\n二行目は"引用"'),
        ("次", "値"),
    )


def test_texts_with_commas_do_not_hide_the_tabs():
    data = "名称\t説明\nA\t一,二,三\nB\t四,五\n".encode()
    assert read_workbook(data, name="a.txt").delimiter == "\t"


def test_short_rows_are_filled_and_codes_stay_text():
    assert read_workbook(b"code,name,note\n0123,x\n", name="a.csv").sheets[0].rows == (
        ("code", "name", "note"),
        ("0123", "x", None),
    )


def test_a_quote_that_is_never_closed_is_reported():
    book = read_workbook('名称,説明\nA,"開いたまま\nB,2\n'.encode(), name="a.csv")
    assert book.problems == (
        CellProblem(
            "a.csv",
            "B2",
            "A double quotation mark is opened here and never closed.",
            'Close it, or write "" for a quotation mark inside a text.',
        ),
    )


def test_an_unknown_encoding_names_the_line():
    with pytest.raises(FileRefusedError) as refusal:
        read_workbook("名称\n".encode("cp932") + b"\x81\x20\n", name="a.csv")
    assert refusal.value.message == (
        "Line 2 has characters of an unknown encoding. Save the file in Excel as “CSV UTF-8”, and upload that."
    )


def test_limits_hold_for_text():
    with pytest.raises(FileRefusedError, match=r"a\.csv A3: The sheet has more than 2 rows"):
        read_workbook(b"a\nb\nc\n", name="a.csv", limits=Limits(rows=2))
    with pytest.raises(FileRefusedError, match=r"a\.csv C1: The sheet has more than 2 columns"):
        read_workbook(b"a,b,c\n", name="a.csv", limits=Limits(columns=2))
    with pytest.raises(FileRefusedError, match=r"a\.csv: The file has more than 5 cells"):
        read_workbook(b"a,b,c\na\n", name="a.csv", limits=Limits(cells=5))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data: bytes):
    try:
        book = read_workbook(data, name="a.csv")
    except FileRefusedError:
        return
    assert {len(row) for row in book.sheets[0].rows} <= {book.sheets[0].width}
