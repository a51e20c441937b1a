from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiun.kernel.errors import DomainError
from kiun.kernel.fiscal_year import (
    FiscalYear,
    Period,
    Quarter,
    find_period,
    fiscal_year_of,
    parse_date,
    parse_fiscal_year,
    parse_period,
    quarter_of,
    split_period,
    wareki,
    wareki_short,
    wareki_year,
)

THIS_YEAR = FiscalYear(2026)


def test_a_fiscal_year_runs_from_april_to_march():
    assert (THIS_YEAR.start, THIS_YEAR.end) == (date(2026, 4, 1), date(2027, 3, 31))
    assert date(2027, 3, 31) in THIS_YEAR
    assert date(2027, 4, 1) not in THIS_YEAR
    assert (THIS_YEAR.previous(), THIS_YEAR.next()) == (FiscalYear(2025), FiscalYear(2027))
    assert FiscalYear(2025) < THIS_YEAR
    assert str(THIS_YEAR) == "令和8年度"


@pytest.mark.parametrize(
    ("year", "label", "short"),
    [
        (2026, "令和8年度", "R8"),
        (2019, "令和元年度", "R1"),
        (2018, "平成30年度", "H30"),
        (1989, "平成元年度", "H1"),
        (1988, "昭和63年度", "S63"),
        (1926, "大正15年度", "T15"),
        (1912, "明治45年度", "M45"),
    ],
)
def test_labels_of_fiscal_years(year: int, label: str, short: str):
    assert (FiscalYear(year).label, FiscalYear(year).short_label) == (label, short)


def test_a_year_out_of_range_is_refused():
    with pytest.raises(DomainError) as refusal:
        FiscalYear(1500)
    assert refusal.value.message == "The fiscal year 1500 is out of range. Write a year from 1868 to 2199."


def test_quarters():
    third = THIS_YEAR.quarter(3)
    assert (third.start, third.end, third.label) == (date(2026, 10, 1), date(2026, 12, 31), "令和8年度第3四半期")
    assert (third.next().start, third.next().next()) == (date(2027, 1, 1), Quarter(FiscalYear(2027), 1))
    assert third.previous() == Quarter(THIS_YEAR, 2)
    assert quarter_of(date(2027, 3, 31)) == Quarter(THIS_YEAR, 4)
    with pytest.raises(DomainError, match="no quarter 5"):
        THIS_YEAR.quarter(5)


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2026, 11, 23), "令和8年11月23日", "R8.11.23"),
        (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
        (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
        (date(1989, 1, 8), "平成元年1月8日", "H1.1.8"),
        (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
        (date(1926, 12, 25), "昭和元年12月25日", "S1.12.25"),
        (date(1926, 12, 24), "大正15年12月24日", "T15.12.24"),
        (date(1912, 7, 30), "大正元年7月30日", "T1.7.30"),
        (date(1912, 7, 29), "明治45年7月29日", "M45.7.29"),
        (date(1873, 1, 1), "明治6年1月1日", "M6.1.1"),
        (date(1872, 12, 31), "1872年12月31日", "1872.12.31"),
    ],
)
def test_wareki_changes_on_the_true_days(day: date, long: str, short: str):
    assert (wareki(day), wareki_short(day)) == (long, short)


def test_a_year_with_two_eras_carries_both_names():
    assert [wareki_year(year) for year in (2026, 2019, 1989, 1500)] == [
        "令和8年",
        "平成31（令和元）年",
        "昭和64（平成元）年",
        "1500年",
    ]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和7年度", 2025),
        ("令和 ７ 年度", 2025),
        ("R7", 2025),
        ("Ｒ７年度", 2025),
        ("r7", 2025),
        ("令7", 2025),
        ("㋿7年度", 2025),
        ("令和七年度", 2025),
        ("令和元年度", 2019),
        ("2025年度", 2025),
        ("２０２５", 2025),
        (2025, 2025),
        (2025.0, 2025),
        (date(2026, 3, 31), 2025),
        ("H31/R1", 2019),
        ("平成31（令和元）年度", 2019),
        ("平成31年度（令和元年度）", 2019),
        ("令和7年度（2025年度）", 2025),
        ("平成37(2025)年", 2025),
        ("令和7年度末", 2025),
        ("'25", 2025),
        ("’98", 1998),
        ("25年度", 2025),
        ("昭和64年度", 1989),
    ],
)
def test_fiscal_years_are_read_as_people_write_them(text: object, year: int):
    assert parse_fiscal_year(text) == FiscalYear(year)


@pytest.mark.parametrize(
    ("text", "year"), [("7年度", 2025), ("7", 2025), ("10年度", 2028), ("25年度", 2025), ("30", 2030), ("20年度", 2020)]
)
def test_a_bare_year_is_read_near_the_context(text: str, year: int):
    assert parse_fiscal_year(text, context=THIS_YEAR) == FiscalYear(year)


def test_a_bare_year_in_the_time_of_heisei():
    assert parse_fiscal_year("28年度", context=FiscalYear(2017)) == FiscalYear(2016)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("7年度", "“7年度” does not say which era. Write it like 令和8年度, R8 or 2026."),
        ("令和0年度", "There is no year 令和 0: the first year is 令和元年. Write 令和元年 or a later year."),
        ("平成40年", "There is no year 平成 40: 平成 has no year after 31. Write 令和10年."),
        ("昭和65年", "There is no year 昭和 65: 昭和 has no year after 64. Write 平成2年."),
        ("2025/2026", "“2025/2026” names two different years. Write only one, such as 令和8年度."),
        ("H30/R1", "“H30/R1” names two different years. Write only one, such as 令和元年度."),
        ("来年", "“来年” cannot be read as a fiscal year. Write it like 令和8年度, R8 or 2026."),
        ("", "“” cannot be read as a fiscal year. Write it like 令和8年度, R8 or 2026."),
        (3000, "“3000” lies outside 1868 to 2199. Check the year."),
    ],
)
def test_an_impossible_fiscal_year_says_what_to_write(text: object, message: str):
    with pytest.raises(DomainError) as refusal:
        parse_fiscal_year(text)
    assert refusal.value.message == message


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("令和8年11月23日", date(2026, 11, 23)),
        ("令和八年十一月二十三日", date(2026, 11, 23)),
        ("令和8年11月23日（月）", date(2026, 11, 23)),
        ("令和8年11月23日現在", date(2026, 11, 23)),
        ("R8.11.23", date(2026, 11, 23)),
        ("R081123", date(2026, 11, 23)),
        ("S38.01.14", date(1963, 1, 14)),
        ("平成元.8.1", date(1989, 8, 1)),
        ("2026/11/23", date(2026, 11, 23)),
        ("２０２６－１１－２３", date(2026, 11, 23)),
        ("2026-11-23T10:00:00+09:00", date(2026, 11, 23)),
        ("2026/11/23 9:30", date(2026, 11, 23)),
        ("令和6年9月2日午後6時", date(2024, 9, 2)),
        ("令和6年9月2日 18時30分現在", date(2024, 9, 2)),
        ("2026年（令和8年）4月1日", date(2026, 4, 1)),
        ("20261123", date(2026, 11, 23)),
        (20261123, date(2026, 11, 23)),
        (46349, date(2026, 11, 23)),
        (46349.75, date(2026, 11, 23)),
        ("46349", date(2026, 11, 23)),
        ("10/1/2017", date(2017, 10, 1)),
        ("'25/11/23", date(2025, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 8), date(2026, 11, 23)),  # noqa: DTZ001 - as a cell has it
        ("平成31年4月30日", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("昭和64年1月", date(1989, 1, 31)),
        ("明治21年7月15日", date(1888, 7, 15)),
    ],
)
def test_dates_are_read_as_people_write_them(value: object, day: date):
    assert parse_date(value) == day


@pytest.mark.parametrize(
    ("text", "last", "key"),
    [
        ("令和8年11月", date(2026, 11, 30), "2026-11"),
        ("令和8年11月末", date(2026, 11, 30), "2026-11"),
        ("令和8年11月(月末)", date(2026, 11, 30), "2026-11"),
        ("2024/2", date(2024, 2, 29), "2024-02"),
        ("R8.11", date(2026, 11, 30), "2026-11"),
        ("令和7年度3月", date(2026, 3, 31), "2026-03"),
        ("令和7年度末", date(2026, 3, 31), "FY2025"),
        ("令和7年度", date(2026, 3, 31), "FY2025"),
        ("R7", date(2026, 3, 31), "FY2025"),
        (2025, date(2026, 3, 31), "FY2025"),
        ("令和7年", date(2025, 12, 31), "2025"),
        ("令和7年末まで", date(2025, 12, 31), "2025"),
        ("令和8年度第3四半期", date(2026, 12, 31), "FY2026Q3"),
        ("令和8年度上半期", date(2026, 9, 30), "FY2026H1"),
        ("令和8年11月中旬", date(2026, 11, 20), "2026-11-20"),
    ],
)
def test_a_longer_span_gives_its_last_day(text: object, last: date, key: str):
    period = parse_period(text)
    assert (period.end, period.key) == (last, key)
    assert parse_date(text) == last
    assert Period.from_key(period.key) == period


def test_a_period_knows_its_fiscal_year_and_label():
    assert [(parse_period(text).fiscal_year.year, parse_period(text).label) for text in ("R7年", "R8.2", "R8/2/1")] == [
        (2025, "令和7年"),
        (2025, "令和8年2月"),
        (2025, "令和8年2月1日"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("令和8年13月", "“令和8年13月” does not exist: there is no month 13. Write a month from 1 to 12."),
        ("令和8年2月30日", "“令和8年2月30日” does not exist: that month has 28 days. Write a day from 1 to 28."),
        ("令和8年2月0日", "“令和8年2月0日” does not exist: that month has 28 days. Write a day from 1 to 28."),
        ("令和0年1月1日", "There is no year 令和 0: the first year is 令和元年. Write 令和元年 or a later year."),
        ("平成40年1月1日", "There is no year 平成 40: 平成 has no year after 31. Write 令和10年."),
        (
            "平成31年5月1日",
            "“平成31年5月1日” does not exist: that day belongs to another era. Write 令和元年5月1日.",
        ),
        (
            "令和元年4月30日",
            "“令和元年4月30日” does not exist: that day belongs to another era. Write 平成31年4月30日.",
        ),
        ("平成31年5月", "“平成31年5月” does not exist: that day belongs to another era. Write 令和元年5月."),
        (
            "明治3年5月1日",
            "“明治3年5月1日” is a date of the old calendar (before 明治6年). Write the western date, such as 1870/3/1.",
        ),
        ("享保6年6月22日", "“享保6年6月22日” cannot be read as a date. Write it like 令和8年11月23日 or 2026/11/23."),
        ("25/11/23", "“25/11/23” cannot be read as a date. Write it like 令和8年11月23日 or 2026/11/23."),
        (float("nan"), "“nan” cannot be read as a date. Write it like 令和8年11月23日 or 2026/11/23."),
        (-1, "“-1” cannot be read as a date. Write it like 令和8年11月23日 or 2026/11/23."),
    ],
)
def test_an_impossible_date_says_what_to_write(text: object, message: str):
    with pytest.raises(DomainError) as refusal:
        parse_date(text)
    assert refusal.value.message == message


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("目標値（R7）", "FY2025"),
        ("目標値 / 令和7年度", "FY2025"),
        ("実績値H30", "FY2018"),
        ("現状値(2024)", "FY2024"),
        ("基準値（令和５年度末）", "FY2023"),
        ("2015年（平成27年）の人口", "2015"),
        ("令和２年国勢調査", "2020"),
        ("令和7年4月1日現在の職員数", "2025-04-01"),
        ("令和7～9年度", None),
        ("令和7年度～令和9年度", None),
        ("15歳以上", None),
        ("2000人", None),
        ("1,000人", None),
        ("AWS S3", None),
        ("PR7", None),
    ],
)
def test_a_time_is_found_inside_a_longer_text(text: str, key: str | None):
    period = find_period(text)
    assert (period.key if period else None) == key


def test_the_words_beside_the_time_remain():
    assert split_period("令和７年度目標値") == (parse_period("令和7年度"), "目標値")
    assert split_period("担当課") == (None, "担当課")


@given(st.dates(date(1873, 1, 1), date(2199, 12, 31)))
def test_every_day_survives_the_way_through_wareki(day: date):
    assert parse_date(wareki(day)) == day
    assert parse_date(wareki_short(day)) == day
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day:%Y%m%d}") == day
    if date(1927, 5, 18) <= day <= date(2173, 10, 13):  # serial numbers of five digits
        assert parse_date((day - date(1899, 12, 30)) // timedelta(days=1)) == day


@given(st.integers(1868, 2198))
def test_every_fiscal_year_survives_its_labels(year: int):
    fiscal_year = FiscalYear(year)
    assert parse_fiscal_year(fiscal_year.label) == fiscal_year
    assert parse_fiscal_year(fiscal_year.short_label) == fiscal_year
    assert parse_fiscal_year(f"{year}年度") == fiscal_year
    assert fiscal_year_of(fiscal_year.start) == fiscal_year_of(fiscal_year.end) == fiscal_year
    assert Period.from_key(Period.of_fiscal_year(fiscal_year).key).fiscal_year == fiscal_year


_PIECES = st.lists(
    st.sampled_from(
        [*"0123456789０９元七十〇", *"年度月日末/.-'（）()～第上半期四", "令和", "平成", "昭和", "R", "H", "S", "M"]
    ),
    max_size=9,
).map("".join)
_ANYTHING = st.one_of(
    _PIECES,
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.dates(date(1868, 4, 1), date(2199, 12, 31)),
)


@given(_ANYTHING, st.none() | st.just(THIS_YEAR))
def test_parsers_answer_or_refuse_but_never_break(value: object, context: FiscalYear | None):
    for parse in (parse_date, parse_fiscal_year, parse_period):
        with suppress(DomainError):
            parse(value, context=context)


@given(_PIECES | st.text(max_size=40), st.none() | st.just(THIS_YEAR))
def test_searching_a_text_never_breaks(text: str, context: FiscalYear | None):
    with suppress(DomainError):
        find_period(text, context=context)


@given(st.text(max_size=12) | st.from_regex(r"FY\d{4}[QH]?\d?|\d{4}(-\d{2}){0,2}", fullmatch=True))
@example("0001")
@example("0012-03")
@example("FY0099Q2")
def test_a_key_from_a_form_is_a_period_or_refused(key: str):
    with suppress(DomainError):
        assert Period.from_key(key).key == key
