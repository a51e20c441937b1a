"""The oddities of real municipal files, read where they lie."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import parse_date, parse_fiscal_year, parse_period
from kiun.kernel.tabular import FileRefusedError, Sheet, find_table, parse_quantity, read_workbook

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "opendata"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the folder of real files, ../shared/data/opendata, is absent"
)

TEXT_FILES = {
    "cp932_and_dirty/hachijo_sightseeing.csv": ("cp932", ",", 21, 7),
    "cp932_and_dirty/katsushika_tourism.csv": ("cp932", ",", 4, 30),
    "cp932_and_dirty/kyotenbyoinlist20220101.csv": ("cp932", ",", 90, 7),
    "cp932_and_dirty/onsen.csv": ("cp932", ",", 10, 13),
    "cp932_and_dirty/shimabara_tourism.csv": ("utf-8-sig", ",", 29, 30),
    "cp932_and_dirty/yanai_tourism.csv": ("utf-8-sig", ",", 19, 30),
    "cp932_and_dirty/yanai_tourism_tsv.txt": ("cp932", "\t", 19, 30),
    "cp932_and_dirty/【さいたま市】AED設置場所一覧.csv": ("utf-8-sig", ",", 393, 6),
    "cp932_and_dirty/火山被害.csv": ("utf-8", ",", 22, 4),
    "localgov/2017_localgovjp-sjis.csv": ("cp932", ",", 1917, 9),
    "localgov/2019_localgovjp-sjis.csv": ("cp932", ",", 1917, 9),
    "localgov/localgovjp-utf8.csv": ("utf-8-sig", ",", 1917, 10),
    "localgov/municipalities.csv": ("utf-8", ",", 1964, 13),
    "localgov/prefjp-utf8.csv": ("utf-8", ",", 48, 13),
    "machine_readability_rules_short.csv": ("utf-8", ",", 31, 5),
    "noto_shelters/open_shelter_Nanao-shi_2024-09-02-1800.csv": ("utf-8", ",", 2, 26),
    "noto_shelters/reference_data.csv": ("utf-8", ",", 113, 26),
    "shelters/ishikawa_emergency.csv": ("utf-8", ",", 1537, 18),
    "shelters/ishikawa_evacuation.csv": ("utf-8", ",", 942, 12),
    "standard20.csv": ("utf-8", ",", 21, 5),
    "standard_templates/xxxxxx_aed.csv": ("utf-8-sig", ",", 20, 22),
    "standard_templates/xxxxxx_care_service.csv": ("utf-8-sig", ",", 20, 22),
    "standard_templates/xxxxxx_cultural_property.csv": ("utf-8-sig", ",", 20, 34),
    "standard_templates/xxxxxx_evacuation_space.csv": ("utf-8-sig", ",", 20, 26),
    "standard_templates/xxxxxx_event.csv": ("utf-8-sig", ",", 20, 32),
    "standard_templates/xxxxxx_fire_hydrant.csv": ("utf-8-sig", ",", 20, 11),
    "standard_templates/xxxxxx_food_business_all.csv": ("utf-8-sig", ",", 1, 24),
    "standard_templates/xxxxxx_food_business_new_yyyymmdd_yyyymmdd.csv": ("utf-8-sig", ",", 1, 24),
    "standard_templates/xxxxxx_hospital.csv": ("utf-8-sig", ",", 20, 26),
    "standard_templates/xxxxxx_open_data_list.csv": ("utf-8-sig", ",", 20, 15),
    "standard_templates/xxxxxx_population_yyyymmdd.csv": ("utf-8-sig", ",", 1, 47),
    "standard_templates/xxxxxx_preschool.csv": ("utf-8-sig", ",", 20, 28),
    "standard_templates/xxxxxx_public_facility.csv": ("utf-8-sig", ",", 20, 24),
    "standard_templates/xxxxxx_public_toilet.csv": ("utf-8-sig", ",", 20, 32),
    "standard_templates/xxxxxx_public_wireless_lan.csv": ("utf-8-sig", ",", 20, 18),
    "standard_templates/xxxxxx_tourism.csv": ("utf-8-sig", ",", 20, 30),
    "takamatsu/events_linkdata_header_bom.csv": ("utf-8-sig", ",", 952, 16),
    "takamatsu/public_toilet.csv": ("utf-8", ",", 170, 33),
}
WORKBOOKS = {
    "kami_excel/jl_1-9a.xls": [(f"表1-9A({number})", 34 if number == 6 else 60, 8) for number in range(1, 7)],
    "kami_excel/jl_10-1.xls": [("表10-1", 57, 11)],
    "kami_excel/major_results_2020.xlsx": [("第１面事項_2020年", 1974, 49), ("第２面事項_2020年", 1974, 57)],
    "takamatsu/aed.xlsx": [("Sheet1", 451, 12)],
    "takamatsu/births_deaths_2025.xlsx": [("Sheet0", 13, 8)],
    "takamatsu/building_age.xlsx": [("Sheet1", 245, 19)],
    "takamatsu/city_tax_wareki.xlsx": [("Sheet1", 22, 11)],
    "takamatsu/community_center.xlsx": [("Sheet1", 53, 8)],
    "takamatsu/evacuation_space_v3_dup.xlsx": [("Sheet1", 194, 19)],
    "takamatsu/future_population.xlsx": [("Sheet1", 12, 10)],
    "takamatsu/garbage.xlsx": [("Sheet1", 9, 7)],
    "takamatsu/hospital_v_data_PSEUDONYMISED.xlsx": [("Sheet1", 618, 16)],
    "takamatsu/hostels_wareki_fullwidth_PSEUDONYMISED.xlsx": [("Sheet1", 530, 15)],
    "takamatsu/kaigo_insured.xlsx": [("Sheet1", 10, 5)],
    "takamatsu/municipal_housing.xlsx": [("Sheet1", 31, 8)],
    "takamatsu/open_data_list.xlsx": [("Sheet1", 114, 11)],
    "takamatsu/park.xlsx": [("Sheet1", 311, 8)],
    "takamatsu/population_202303.xlsx": [("Sheet1", 236, 49)],
    "takamatsu/school_lunch_202103_mdY.xlsx": [("Sheet1", 517, 5)],
}


def sheet_of(path: str, number: int = 0) -> Sheet:
    return read_workbook(FOLDER / path).sheets[number]


def test_every_file_of_the_folder_is_covered():
    found = {
        str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.suffix in {".csv", ".txt", ".xls", ".xlsx"}
    }
    assert found == {*TEXT_FILES, *WORKBOOKS}


@pytest.mark.parametrize("path", TEXT_FILES)
def test_text_files_show_their_encoding_delimiter_and_size(path: str):
    book = read_workbook(FOLDER / path)
    sheet = book.sheets[0]
    assert (book.encoding, book.delimiter, sheet.height, sheet.width) == TEXT_FILES[path]
    assert book.problems == ()


@pytest.mark.parametrize("path", WORKBOOKS)
def test_workbooks_show_their_sheets_and_sizes(path: str):
    book = read_workbook(FOLDER / path)
    assert [(sheet.name, sheet.height, sheet.width) for sheet in book.sheets] == WORKBOOKS[path]
    assert book.problems == ()


def test_a_census_sheet_with_a_header_spread_over_five_rows():
    table = find_table(
        sheet_of("kami_excel/major_results_2020.xlsx"),
        {
            "prefecture": ["都道府県名"],
            "name": ["都道府県・市区町村名"],
            "total": ["総数"],
            "area": ["面積"],
            "density": ["人口密度"],
        },
    )
    assert table.header_rows == (5, 9)
    assert [(column.letter, column.header, column.unit) for column in table.columns if column.field] == [
        ("A", "地域 / 都道府県名", ""),
        ("B", "地域 / 都道府県・市区町村名", ""),
        ("E", "総人口（男女別） / 総数 / （人）", "人"),
        ("K", "総人口（男女別） / 面積（参考） / （km2）", "km2"),
        ("L", "総人口（男女別） / 人口密度 / （人/km2）", "人/km2"),
    ]
    first = table.records[0]
    assert (first.row, first.text("name"), first["total"].quantity().value, first["area"].ref) == (
        10, "00000_全国", Decimal(126146099), "K10",
    )  # fmt: skip
    assert len(table.records) == 1965


SOURCE = (
    "各年10月1日現在の総人口(日本における外国人を含む).平成27(2015)年は,総務省統計局『平成27年国勢調査　"
    "年齢・国籍不詳をあん分した人口(参考表)』による."
)
TITLE = "表1-9A(1)　男女年齢5歳階級別人口,年齢構造係数および性比(総人口)：出生中位(死亡中位)推計"


def test_an_old_xls_with_merged_headers_footnote_marks_and_units():
    table = find_table(
        sheet_of("kami_excel/jl_1-9a.xls"),
        {"age": ["年齢階級"], "total": ["人口総数"], "share": ["総人口に占める割合総数"], "ratio": ["性比"]},
    )
    assert (table.header_rows, table.titles) == ((4, 5), (TITLE,))
    assert [(column.letter, column.field, column.unit) for column in table.columns if column.field] == [
        ("A", "age", ""), ("B", "total", "1,000人"), ("E", "share", "%"), ("H", "ratio", ""),
    ]  # fmt: skip
    assert [(record.row, record.text("age"), record.text("total")) for record in table.records[:3]] == [
        (6, "(1)平成27(2015)年", ""),
        (7, "総　数", "127094.745"),
        (8, "0～ 4", "5006.217"),
    ]
    assert [parse_fiscal_year(sheet_of("kami_excel/jl_1-9a.xls", n).cell("A6").text[3:]).year for n in range(4)] == [
        2015, 2025, 2035, 2045,
    ]  # fmt: skip
    assert table.notes == (
        SOURCE,
        "1) 女100に対する男の数.",
    )


def test_an_old_xls_with_numbers_shown_in_brackets():
    sheet = sheet_of("kami_excel/jl_10-1.xls")
    assert [sheet.cell(ref).text for ref in ("A5", "A6", "B5", "B6", "C5")] == [
        "平成 27", "28", "(2015)", "(2016)", "127094.745",
    ]  # fmt: skip
    assert sheet.cell("C4").text == sheet.cell("F4").text == "出生中位"
    table = find_table(sheet, {"year": ["年次"], "middle": ["死亡中位仮定出生中位"], "low": ["死亡低位仮定出生中位"]})
    assert (table.header_rows, [column.letter for column in table.columns if column.field]) == ((3, 4), ["A", "C", "I"])
    assert len(table.records) == 51


def test_a_cp932_list_with_title_date_blank_areas_and_a_total():
    table = find_table(
        sheet_of("cp932_and_dirty/kyotenbyoinlist20220101.csv"),
        {
            "area": ["二次保健医療圏"],
            "name": ["施設名"],
            "address": ["所在地"],
            "beds": ["病床数"],
            "emergency": ["三次救急"],
        },
        fill_down=["area"],
    )
    assert (table.header_rows, table.titles) == ((3, 3), ("東京都災害拠点病院一覧", "令和4年1月1日現在"))
    assert parse_date(table.titles[1]) == date(2022, 1, 1)
    assert [(record.text("area"), record.text("name"), record.text("emergency")) for record in table.records[:2]] == [
        ("区中央部", "日本大学病院", "○"),
        ("区中央部", "三井記念病院", ""),
    ]
    total = table.records[-1]
    assert (total.row, total.text("area"), total["beds"].quantity().value) == (89, "合計", Decimal(44745))
    assert [note[:12] for note in table.notes] == ["★印は広域基幹災害拠点病"]


def test_short_wareki_of_529_permits():
    table = find_table(
        sheet_of("takamatsu/hostels_wareki_fullwidth_PSEUDONYMISED.xlsx"),
        {"name": ["施設名称1"], "address": ["施設所在地1"], "permitted": ["許可日"]},
    )
    assert [(column.letter, column.field) for column in table.columns if column.field] == [
        ("B", "name"), ("D", "address"), ("N", "permitted"),
    ]  # fmt: skip
    days = [record["permitted"].date() for record in table.records]
    assert (len(days), days[0], table.records[0].text("permitted")) == (529, date(1963, 1, 14), "S38.01.14")


@pytest.mark.parametrize(
    ("path", "column", "first", "kind", "count"),
    [
        ("city_tax_wareki.xlsx", "year", date(2025, 3, 31), "fiscal_year", 21),
        ("future_population.xlsx", "era", date(2016, 3, 31), "fiscal_year", 11),
        ("kaigo_insured.xlsx", "date", date(2017, 10, 1), "day", 9),
        ("school_lunch_202103_mdY.xlsx", "lunchDay", date(2021, 3, 1), "day", 516),
        ("population_202303.xlsx", "surveyDate", date(2023, 3, 1), "day", 235),
        ("hospital_v_data_PSEUDONYMISED.xlsx", "openingDate", date(1947, 4, 1), "day", 617),
    ],
)
def test_columns_of_dates_are_read_whole(path: str, column: str, first: date, kind: str, count: int):
    sheet = sheet_of(f"takamatsu/{path}")
    place = sheet.rows[0].index(column)
    periods = [parse_period(row[place]) for row in sheet.rows[1:]]
    assert (periods[0].end, {period.kind for period in periods}, len(periods)) == (first, {kind}, count)


def test_dirty_dates_and_counts_are_read_or_refused_one_by_one():
    rows = sheet_of("cp932_and_dirty/火山被害.csv").rows[1:]
    read, refused = {}, []
    for row in rows:
        try:
            read[row[0]] = parse_date(row[0])
        except DomainError:
            refused.append(row[0])
    assert (len(read), len(refused)) == (9, 12)
    assert (read["明治21年7月15日"], read["大正15年5月24日"], read["平成26年9月27日"]) == (
        date(1888, 7, 15), date(1926, 5, 24), date(2014, 9, 27),
    )  # fmt: skip
    assert refused == [row[0] for row in rows[:11]] + ["明治35年8月上旬(7日～9日のいつか)"]
    counts = {}
    for row in rows:
        try:
            counts[row[2]] = parse_quantity(row[2])
        except DomainError:
            counts[row[2]] = None
    assert [text for text, quantity in counts.items() if quantity is None] == [
        "多数", "8、不明7", "130～140", "19～27", "58～59",
    ]  # fmt: skip
    assert (counts["150余"].approximate, counts["461（477とも）"].note, counts["約15000"].value) == (
        True, "477とも", Decimal(15000),
    )  # fmt: skip


def test_a_header_below_six_lines_of_machine_notes():
    table = find_table(
        sheet_of("takamatsu/events_linkdata_header_bom.csv"),
        {"name": ["eventName"], "venue": ["venue"], "town": ["cityName"]},
    )
    assert (table.header_rows, [column.letter for column in table.columns if column.field]) == ((7, 7), ["E", "I", "J"])
    assert table.records[2].text("town") == "高松市"


def test_the_tab_separated_twin_holds_the_same_table():
    tabs, commas = sheet_of("cp932_and_dirty/yanai_tourism_tsv.txt"), sheet_of("cp932_and_dirty/yanai_tourism.csv")
    assert tabs.rows[0] == commas.rows[0]
    assert [row[4] for row in tabs.rows] == [row[4] for row in commas.rows]
    assert tabs.cell("B2").value == "0000000001"


def test_line_ends_inside_quoted_cells():
    texts = [row[5] for row in sheet_of("cp932_and_dirty/hachijo_sightseeing.csv").rows]
    assert sum(str(text).count("\n") for text in texts) == 11
    assert sheet_of("cp932_and_dirty/kyotenbyoinlist20220101.csv").cell("G3").value == "三次\n救急"


def test_templates_have_a_header_and_no_records():
    for path in TEXT_FILES:
        if path.startswith("standard_templates/"):
            sheet = sheet_of(path)
            vocabulary = {f"field{index}": [str(word)] for index, word in enumerate(sheet.rows[0])}
            table = find_table(sheet, vocabulary)
            assert (table.header_rows, table.missing, len(table.records)) == ((1, 1), (), 0)


OLD = "kami_excel/jl_10-1.xls"
PASSWORD = "The file is protected with a password. Remove the password in Excel (File > Info), and upload it again."


def renamed_stream(name: str) -> bytes:
    """The directory entry of the workbook stream under another name."""
    old, new = ("Workbook\0".encode("utf-16-le"), (name + "\0").encode("utf-16-le"))
    data = (FOLDER / OLD).read_bytes()
    place = data.index(old)
    entry = new.ljust(64, b"\0") + len(new).to_bytes(2, "little")
    return data[:place] + entry + data[place + 66 :]


MACROS = "The file contains macros. Save it as “Excel Workbook (.xlsx)”, without macros, and upload that."
NO_WORKBOOK = "The file is not an Excel workbook, or a very old one. Save the table as .xlsx, and upload that."


@pytest.mark.parametrize(
    ("stream", "name", "message"),
    [
        ("EncryptedPackage", "a.xlsx", PASSWORD),
        ("EncryptedPackage", "a.xls", PASSWORD),
        ("_VBA_PROJECT_CUR", "a.xls", MACROS),
        ("WordDocument", "a.xls", NO_WORKBOOK),
    ],
)
def test_what_an_old_container_may_hold(stream: str, name: str, message: str):
    with pytest.raises(FileRefusedError) as refusal:
        read_workbook(renamed_stream(stream), name=name)
    assert refusal.value.message == message


def test_an_old_workbook_under_a_new_name_is_told():
    with pytest.raises(FileRefusedError) as refusal:
        read_workbook((FOLDER / OLD).read_bytes(), name="a.xlsx")
    assert refusal.value.message == (
        "The name ends with .xlsx, but the content is an Excel workbook (.xls). "
        "Change the end of the name to .xls, and upload it again."
    )


def test_an_old_workbook_with_a_lying_size_is_refused():
    data = (FOLDER / OLD).read_bytes()
    place = data.index(b"\x00\x02\x0e\x00", data.index(b"\x09\x08", 2000))
    lying = data[: place + 4] + b"\0\0\0\0\xff\xff\xff\xff\0\0\xff\xff" + data[place + 16 :]
    with pytest.raises(FileRefusedError, match="The file is damaged"):
        read_workbook(lying, name="a.xls")
