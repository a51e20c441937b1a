import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiun.analysis.goal_text import MAX_CHARACTERS, answer, read_goal

TODAY = date(2026, 11, 23)
WORDS = """
令和 7年度 R8 '25年度 までに 現状値 目標値 ( ) （ 【 】 → ~ 〜 から に増やす を 全ての 手続 をオンライン化
半減 ゼロ 30% 3割 1,240件 １２ 万 億 人 / 年 月 末 。 、 時点 比 した ﾞ ㎡ ① ▲ 十分の一 99年間で 3月末まで 10位以内
"""
FRAGMENTS = st.sampled_from(WORDS.split())
HUGE_UNITS = "あ 1 ( 1, 令和 年度 2025年度から 1人 現状値 全ての 半減 目標値(2026年)5件 、 →3% 万 9月"


def check(text: str) -> None:
    reading = read_goal(text, today=TODAY)
    json.dumps(reading.as_dict())
    for span in reading.spans:
        assert 0 <= span.start < span.end <= len(text)
    answer(reading, baseline=10, unit="件", deadline=TODAY)


@given(st.text())
def test_reads_any_text(text: str) -> None:
    check(text)


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=25).map("".join))
def test_reads_any_mixture_of_goal_words(text: str) -> None:
    check(text)


@given(st.lists(FRAGMENTS, max_size=12).map("".join), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_reads_on_any_day(text: str, today: date) -> None:
    first, second = read_goal(text, today=today), read_goal(text, today=today)
    assert first == second


# How fast, says benchmarks/goal_lint.py.
@pytest.mark.parametrize("unit", HUGE_UNITS.split())
def test_of_ten_megabytes_the_beginning_is_read(unit: str) -> None:
    text = unit * (10_000_000 // len(unit))
    spans = read_goal(text, today=TODAY).spans
    assert spans == read_goal(text[:MAX_CHARACTERS], today=TODAY).spans
    assert all(span.end <= MAX_CHARACTERS for span in spans)
