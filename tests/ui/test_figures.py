from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.ui.figures import as_decimal, decimal_places, figure, percent, percent_of, signed


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1240, "件", "1,240件"),
        (Decimal("46.20"), "%", "46.2%"),
        (Decimal(100), "", "100"),
        (Decimal("1E+3"), "", "1,000"),
        (Decimal("0.050"), "", "0.05"),
        (-3120.5, "時間", "−3,120.5時間"),
        (12, "hours", "12 hours"),
        (Decimal("-0.00"), "", "0"),
        ("評価できない", "%", "評価できない"),
        (None, "件", "—"),
        ("", "件", "—"),
        (0, "件", "0件"),
        (float("nan"), "", "nan"),
    ],
)
def test_figure(value, unit, shown):
    assert figure(value, unit) == shown


@pytest.mark.parametrize(("value", "shown"), [(4, "+4"), (-3, "−3"), (0, "±0"), (Decimal("1.50"), "+1.5"), (None, "—")])
def test_signed(value, shown):
    assert signed(value) == shown


@pytest.mark.parametrize(("share", "shown"), [(Decimal("0.462"), "46.2%"), (1, "100%"), (None, "—")])
def test_percent(share, shown):
    assert percent(share) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_a_figure_read_back_is_the_same_number(value):
    assert Decimal(figure(value).replace(",", "").replace("−", "-")) == value


@pytest.mark.parametrize("value", [True, None, "", "三割", float("inf")])
def test_what_is_no_number_is_none(value):
    assert as_decimal(value) is None


@pytest.mark.parametrize(("number", "places"), [("46.20", 1), ("100", 0), ("0.05", 2), ("0", 0)])
def test_decimal_places(number, places):
    assert decimal_places(Decimal(number)) == places


@pytest.mark.parametrize(
    ("part", "whole", "places", "shown"),
    [
        (0, 598, 0, "0"),
        (1, 598, 0, "1"),
        (1, 8, 0, "13"),
        (435, 598, 0, "73"),
        (597, 598, 0, "99"),
        (598, 598, 0, "100"),
        (0.545, 1, 0, "55"),
        (1, 16, 1, "6.3"),
        (1999, 2000, 1, "99.9"),
        (1, 3000, 1, "0.1"),
        (3, 3, 1, "100.0"),
    ],
)
def test_a_share_is_rounded_but_all_and_nothing_are_said_only_where_they_are(part, whole, places, shown):
    assert str(percent_of(part, whole, places)) == shown
