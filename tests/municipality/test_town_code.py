"""全国地方公共団体コード: the check digit fits every code in force."""

import csv
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from kiun.municipality.models.towns import check_digit, validate_town_code

TABLE = Path(__file__).parents[3] / "shared/data/opendata/localgov/municipalities.csv"


@pytest.mark.skipif(not TABLE.exists(), reason="the table of municipalities in ../shared/data is not here")
def test_every_code_of_the_official_table_fits():
    with TABLE.open(encoding="utf-8-sig") as file:
        codes = [row["lgcode"].zfill(6) for row in csv.DictReader(file)]
    assert len(codes) > 1700
    assert [code for code in codes if check_digit(code[:5]) != int(code[5])] == []


@given(st.integers(1000, 47999), st.integers(1, 9))
def test_a_wrong_last_digit_is_found(number, error):
    five = f"{number:05d}"
    right = check_digit(five)
    validate_town_code(f"{five}{right}")
    with pytest.raises(ValidationError):
        validate_town_code(f"{five}{(right + error) % 10}")


@pytest.mark.parametrize("code", ["", "12345", "1234567", "01100２", "abcdef"])
def test_six_digits(code):
    with pytest.raises(ValidationError):
        validate_town_code(code)
