"""Sentences from figures: what the reader of a page is told first."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from kiun.goals.models import Indicator
from kiun.goals.queries import StatusCounts, indicator_rows
from kiun.goals.wording import say_as_of, say_day, say_indicator, say_pace, say_plan
from tests.factories import TODAY, make_goal, make_indicator

RISING = {"2023-03-31": 28, "2024-03-31": 35, "2025-03-31": 43, "2026-03-31": 51}


def row_for(plan, today=TODAY, **fields):
    make_indicator(make_goal(plan), today=today, **fields)
    return indicator_rows(Indicator.objects.all(), today)[0]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2029, 3, 31), "令和10年度末"),
        (date(2026, 9, 30), "令和8年9月末"),
        (date(2028, 2, 29), "令和10年2月末"),
        (date(2027, 2, 28), "令和9年2月末"),
        (date(2028, 2, 28), "令和10年2月28日"),
        (date(2026, 9, 12), "令和8年9月12日"),
        (date(2020, 3, 31), "令和元年度末"),
    ],
)
def test_days_are_called_by_their_names(day, said):
    assert say_day(day) == said


def test_days_in_english():
    with override("en"):
        assert say_day(date(2029, 3, 31)) == "31 March 2029"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"readings": RISING}, "令和7年度末は51%。令和10年度末の目標（60%）に届く見込みは高いです（確率67〜90%）。"),
        (
            {"readings": dict(zip(RISING, (40, 38, 35, 33), strict=True))},
            "令和7年度末は33%。令和10年度末の目標（60%）に届く見込みは低いです（確率10〜33%）。",
        ),
        ({}, "まだ値がありません。令和6年度末の値がまだありません。"),
        ({"readings": {"2025-03-31": 43}}, "令和6年度末は43%。令和7年度末の値がまだありません。"),
        ({"readings": {"2026-03-31": 43}}, "令和7年度末は43%。値が4回に満たないため、見通しはまだ判定できません。"),
        (
            {"readings": RISING, "terms": {"target": None}},
            "令和7年度末は51%。目標値か期限がないため、見通しは判定できません。",
        ),
        (
            {"readings": {**RISING, "2026-09-30": None}},
            "令和7年度末は51%。最新の記録は「評価できない」です。",
        ),
        (
            {"readings": RISING, "terms": {"target": Decimal(50), "deadline": date(2026, 3, 31)}},
            "令和7年度末は51%。目標50%に届いています。",
        ),
        (
            {"readings": RISING, "terms": {"deadline": date(2026, 3, 31)}},
            "令和7年度末は51%。令和7年度末の目標60%に届きませんでした。",
        ),
        ({"readings": RISING, "ended_on": date(2026, 10, 1)}, "令和7年度末は51%。令和8年10月1日に終えました。"),
    ],
)
def test_an_indicator_in_one_sentence(plan, fields, said):
    assert str(say_indicator(row_for(plan, **fields))) == said


def test_only_what_is_late_or_missing_is_marked_as_wrong(plan):
    assert say_indicator(row_for(plan, readings=RISING)).wrong == ""
    Indicator.objects.all().delete()
    late = say_indicator(row_for(plan, readings=dict(zip(RISING, (40, 38, 35, 33), strict=True))))
    assert late.wrong == "令和10年度末の目標（60%）に届く見込みは低いです（確率10〜33%）"


def test_the_pace_that_is_needed_beside_the_one_so_far(plan):
    said = say_pace(row_for(plan, readings=dict(zip(RISING, (28, 30, 32, 34), strict=True))))
    assert (
        said == "これまでは、1年に+2ポイントでした。 期限までには、1年に+8.66ポイントが必要です。 今の4.3倍の歩みです。"
    )


def test_a_plan_in_one_sentence():
    counts = StatusCounts(on_track=34, even=0, late=9, stale=12, unknown=5)
    assert str(say_plan(counts)) == "60の指標のうち34が順調です。9指標が遅れています。"
    assert say_as_of(counts, TODAY) == (
        "令和8年11月23日 現在 · 12指標は更新が遅れており、順調とは数えていません · 5指標はまだ判定できません"
    )
    assert str(say_plan(StatusCounts(on_track=3))) == "3の指標のうち3が順調です。遅れはありません。"
    assert str(say_plan(StatusCounts(on_track=1, late=2), 3)) == (
        "3の指標のうち1が順調です。2指標が遅れ、判断を待つことが3件あります。"
    )
    assert str(say_plan(StatusCounts(on_track=1), 1)) == "1の指標のうち1が順調です。判断を待つことが1件あります。"
    assert str(say_plan(StatusCounts())) == "指標はまだありません。"


def test_where_some_cannot_be_judged_it_is_not_said_that_none_is_late():
    assert str(say_plan(StatusCounts(on_track=1, unknown=2, stale=1))) == (
        "4の指標のうち1が順調です。判定できる指標に遅れはありません。"
    )


def test_where_nothing_is_judged_nothing_is_called_on_track_or_late():
    assert str(say_plan(StatusCounts(unknown=5))) == "5指標は、まだ判定できません。"
    assert str(say_plan(StatusCounts(unknown=2, stale=1), 1)) == (
        "3指標は、まだ判定できません。判断を待つことが1件あります。"
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((28, 35, 43, 51), "令和7年度末は51%。令和10年度末の目標（60%）に届く見込みは高いです（10回に7〜9回ほど）。"),
        ((40, 38, 35, 33), "令和7年度末は33%。令和10年度末の目標（60%）に届く見込みは低いです（10回に1〜3回ほど）。"),
    ],
)
def test_residents_read_no_second_percentage(plan, values, said):
    row = row_for(plan, readings=dict(zip(RISING, values, strict=True)))
    assert str(say_indicator(row, to_residents=True)) == said


def test_english_sentences_stand_apart(plan):
    with override("en"):
        assert str(say_indicator(row_for(plan, readings=RISING))) == (
            "51% at 31 March 2026. The target of 60% by 31 March 2029 is likely to be reached (probability 67–90%)."
        )
        assert str(say_plan(StatusCounts(on_track=1, late=2), 3)) == (
            "1 of 3 indicators are on track. 2 are late, and 3 wait for a decision."
        )
        assert str(say_plan(StatusCounts(on_track=1, late=2))) == "1 of 3 indicators are on track. 2 are late."
