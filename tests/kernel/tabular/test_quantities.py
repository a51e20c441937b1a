from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.kernel.errors import DomainError
from kiun.kernel.tabular import EMPTY, UNOBTAINABLE, Quantity, parse_quantity
from kiun.kernel.tabular.number_formats import NumberFormat, parse_number_format


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("45.2％", Quantity(Decimal("45.2"), "%")),
        ("1,234件", Quantity(Decimal(1234), "件")),
        ("１，２３４", Quantity(Decimal(1234))),
        ("約3,000人", Quantity(Decimal(3000), "人", approximate=True)),
        ("3,000人程度", Quantity(Decimal(3000), "人", approximate=True)),
        ("150余", Quantity(Decimal(150), approximate=True)),
        ("▲5.2", Quantity(Decimal("-5.2"))),
        ("△3", Quantity(Decimal(-3))),
        ("－５", Quantity(Decimal(-5))),
        ("＋3.2", Quantity(Decimal("3.2"))),
        ("(累計) 12", Quantity(Decimal(12), cumulative=True)),
        ("累計75人", Quantity(Decimal(75), "人", cumulative=True)),
        ("75人（累計）", Quantity(Decimal(75), "人", cumulative=True)),
        ("63（不明を含む）", Quantity(Decimal(63), note="不明を含む")),
        ("50%以上", Quantity(Decimal(50), "%", bound="at_least")),
        ("15件以下", Quantity(Decimal(15), "件", bound="at_most")),
        ("30分未満", Quantity(Decimal(30), "分", bound="under")),
        ("100人超", Quantity(Decimal(100), "人", bound="over")),
        ("1.2万人", Quantity(Decimal(12000), "人")),
        ("3億5,000万円", Quantity(Decimal(350_000_000), "円")),
        ("1万5千人", Quantity(Decimal(15000), "人")),
        ("120千円", Quantity(Decimal(120_000), "円")),
        ("12百万円", Quantity(Decimal(12_000_000), "円")),
        ("年間120件", Quantity(Decimal(120), "件/年")),
        ("1,000人/年", Quantity(Decimal(1000), "人/年")),
        ("全20業務", Quantity(Decimal(20), "業務")),
        ("12.5㎡", Quantity(Decimal("12.5"), "㎡")),
        ("3km2", Quantity(Decimal(3), "km2")),
        ("ゼロ", Quantity(Decimal(0))),
        ("0", Quantity(Decimal(0))),
        ("", Quantity(None, marker=EMPTY)),
        ("　 ", Quantity(None, marker=EMPTY)),
        ("－（集計中）", Quantity(None, note="集計中", marker=UNOBTAINABLE)),
    ],
)
def test_numbers_are_read_as_officers_write_them(text: str, quantity: Quantity):
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize(
    "text",
    ["－", "―", "-", "ー", "…", "・・・", "n/a", "Ｎ／Ａ", "未実施", "集計中", "調査中", "***", "X", "評価できない"],
)
def test_a_sign_of_no_value_is_not_an_empty_cell(text: str):
    assert parse_quantity(text) == Quantity(None, marker=UNOBTAINABLE)


@pytest.mark.parametrize(
    "text",
    [
        "多数",
        "8、不明7",
        "10～15",
        "5/10",
        "3校中2校",
        "1,2345",
        "12,34",
        "1.5.2",
        "2026/11/23",
        "約",
        "人/年",
        "1e5",
        "なし",
    ],
)
def test_what_is_not_one_number_is_refused(text: str):
    with pytest.raises(DomainError) as refusal:
        parse_quantity(text)
    assert refusal.value.message == (
        f"“{text}” is not a number. Write one number, such as 45.2%, or “－” when there is none."
    )


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("0%", NumberFormat(percent=True)),
        ("0.00%;[Red]-0.00%", NumberFormat(percent=True)),
        ('#,##0"件"', NumberFormat(suffix="件")),
        ('"約"0\\人', NumberFormat(prefix="約", suffix="人")),
        ('"令和"0"年度"', NumberFormat(prefix="令和", suffix="年度")),
        ('#,##0,"千円"', NumberFormat(suffix="千円", thousands=1)),
        ('0.0"%"', NumberFormat(suffix="%")),
        ('General"人"', NumberFormat(suffix="人")),
        ("General", None),
        ("#,##0", None),
        ('#,##0;"▲ "#,##0', None),
        ("0.00E+00", None),
        ('[$-411]ggge"年"m"月"d"日"', None),
        ("yyyy/m/d", None),
        ("@", None),
        ("¥#,##0", None),
    ],
)
def test_number_formats_that_change_the_meaning(code: str, found: NumberFormat | None):
    assert parse_number_format(code) == found


def test_a_format_shows_the_number_as_the_sheet_does():
    assert NumberFormat(percent=True).show(Decimal("0.452")) == "45.2%"
    assert NumberFormat(suffix="千円", thousands=1).show(Decimal(120_000)) == "120千円"


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from("0123456789,.万億千%％約▲-()（累計）人件/以上~ 　"), max_size=12).map("".join)
)
def test_a_quantity_is_read_or_refused(text: str):
    try:
        quantity = parse_quantity(text)
    except DomainError:
        return
    assert (quantity.value is None) == (quantity.marker in {EMPTY, UNOBTAINABLE})


@given(st.integers(-(10**15), 10**15), st.sampled_from(["", "人", "件", "%"]))
def test_whole_numbers_survive_their_written_forms(number: int, unit: str):
    wide = str.maketrans("0123456789,", "０１２３４５６７８９，")
    for text in (f"{number}{unit}", f"{number:,}{unit}", f"{number:,}".translate(wide) + unit):
        assert parse_quantity(text) == Quantity(Decimal(number), unit)


@given(st.text(max_size=40))
def test_any_number_format_is_understood_or_ignored(code: str):
    assert parse_number_format(code) is None or isinstance(parse_number_format(code), NumberFormat)
