from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from kiun.ui.charts import Bar, BarChart, ChartSeries, FanPoint, LineChart, TargetLine


@pytest.fixture(autouse=True)
def _japanese():
    with override("ja"):
        yield


def line_chart(**changes):
    values = {
        "id": "c",
        "title": "オンライン申請の割合",
        "unit": "%",
        "series": (
            ChartSeries(
                name="実績",
                points=((date(2024, 4, 1), 28), (date(2025, 4, 1), None), (date(2026, 3, 31), Decimal("46.20"))),
            ),
        ),
        "target": TargetLine(value=60, on=date(2028, 3, 31)),
        "fan": (FanPoint(on=date(2027, 3, 31), low=48, middle=52, high=57),),
    }
    return LineChart(**{**values, **changes})


def test_numbers_for_the_script():
    assert line_chart().as_json() == {
        "kind": "line",
        "unit": "%",
        "from": "2024-02-17",
        "to": "2028-05-14",
        "ticks": [
            {"on": "2024-04-01", "label": "R6年度", "labelOn": "2024-09-30"},
            {"on": "2025-04-01", "label": "R7年度", "labelOn": "2025-09-30"},
            {"on": "2026-04-01", "label": "R8年度", "labelOn": "2026-09-30"},
            {"on": "2027-04-01", "label": "R9年度", "labelOn": "2027-09-30"},
        ],
        "labels": {
            "2024-04-01": "令和6年4月1日",
            "2025-04-01": "令和7年4月1日",
            "2026-03-31": "令和8年3月31日",
            "2027-03-31": "令和9年3月31日",
            "2028-03-31": "令和10年3月31日",
        },
        "series": [{"name": "実績", "data": [["2024-04-01", 28.0], ["2025-04-01", None], ["2026-03-31", 46.2]]}],
        "target": {"value": 60.0, "label": "目標 60%", "on": "2028-03-31"},
        "fan": [{"on": "2027-03-31", "low": 48.0, "middle": 52.0, "high": 57.0}],
        "words": {"forecast": "見込み", "range": "幅", "noValue": "値なし"},
    }


def test_table_holds_what_the_picture_shows():
    table = line_chart().table
    assert table.head == ("時点", "実績", "見込み（幅）", "目標")
    assert table.rows == (
        ("令和6年4月1日", "28%", "", ""),
        ("令和7年4月1日", "—", "", ""),
        ("令和8年3月31日", "46.2%", "", ""),
        ("令和9年3月31日", "", "52（48〜57）", ""),
        ("令和10年3月31日", "", "", "60%"),
    )


def test_table_names_the_end_of_the_forecast_and_no_day_before_it():
    fan = tuple(FanPoint(on=day, low=48, middle=52, high=57) for day in (date(2027, 1, 13), date(2028, 3, 31)))
    assert [row[0] for row in line_chart(fan=fan).table.rows] == [
        "令和6年4月1日",
        "令和7年4月1日",
        "令和8年3月31日",
        "令和10年3月31日",
    ]


def test_sentence_is_made_from_the_numbers_unless_it_is_given():
    assert line_chart().sentence == "28%（令和6年4月1日）から46.2%（令和8年3月31日）になりました。目標は60%です。"
    assert line_chart(summary="横ばいです。").sentence == "横ばいです。"
    with override("en"):
        assert line_chart().sentence == "From 28% (1 April 2024) to 46.2% (31 March 2026). The target is 60%."


def test_sentence_names_the_series_where_there_are_several():
    days = (date(2025, 4, 1), date(2026, 4, 1))
    chart = line_chart(
        unit="件",
        target=None,
        series=(
            ChartSeries(name="窓口", points=tuple(zip(days, (9120, 7320), strict=True))),
            ChartSeries(name="電話", points=tuple(zip(days, (500, 500), strict=True))),
            ChartSeries(name="郵送", points=((days[0], None), (days[1], 12))),
        ),
    )
    assert chart.sentence == (
        "窓口は9,120件（令和7年4月1日）から7,320件（令和8年4月1日）になりました。"
        "電話は令和8年4月1日に500件で、令和7年4月1日と同じです。"
        "郵送は値が1つで、令和8年4月1日に12件でした。"
    )


def test_a_chart_without_a_value_says_so():
    chart = line_chart(series=(ChartSeries(name="実績", points=((date(2026, 4, 1), None),)),), target=None, fan=())
    assert chart.is_empty
    assert chart.sentence == "まだ値がありません。"


def test_long_series_keep_at_most_ten_ticks_and_the_last_year():
    points = tuple((date(year, 4, 1), year) for year in range(2001, 2027))
    ticks = line_chart(series=(ChartSeries(name="実績", points=points),), target=None, fan=()).as_json()["ticks"]
    assert [tick["label"] for tick in ticks] == [
        "H14年度",
        "H17年度",
        "H20年度",
        "H23年度",
        "H26年度",
        "H29年度",
        "R2年度",
        "R5年度",
        "R8年度",
    ]


def test_a_forecast_is_told_no_finer_than_the_values():
    fan = (FanPoint(on=date(2027, 3, 31), low=48.0491, middle=52.5, high=57.98212),)
    assert line_chart(fan=fan).as_json()["fan"] == [{"on": "2027-03-31", "low": 48.0, "middle": 52.5, "high": 58.0}]
    assert line_chart(fan=fan).table.rows[3] == ("令和9年3月31日", "", "52.5（48〜58）", "")


def test_bars_in_three_forms():
    chart = BarChart(
        id="b", title="課ごと", unit="%", bars=(Bar("税務課", 72.4, "on_track"), Bar("市民課", 31), Bar("選管", None))
    )
    assert chart.sentence == "最も高いのは税務課の72.4%、最も低いのは市民課の31%です。"
    assert chart.table.head == ("項目", "値")
    assert chart.table.rows == (("税務課", "72.4%"), ("市民課", "31%"), ("選管", "—"))
    assert chart.as_json() == {
        "kind": "bar",
        "unit": "%",
        "bars": [
            {"label": "税務課", "value": 72.4, "text": "72.4%", "status": "on_track"},
            {"label": "市民課", "value": 31.0, "text": "31%", "status": ""},
            {"label": "選管", "value": None, "text": "—", "status": ""},
        ],
        "target": None,
    }


def test_a_value_with_an_interval_says_it_in_the_table_and_gives_it_to_the_picture():
    day, later = date(2026, 3, 31), date(2026, 9, 30)
    series = ChartSeries(name="職員", points=[(day, 58), (later, 61)], spread=[(day, 55, 61), (later, 61, 61)])
    chart = LineChart(id="momentum", title="機運", series=[series], unit="点", x="date")
    assert chart.table.rows == (("令和8年3月31日", "58 (55–61)点"), ("令和8年9月30日", "61点"))
    assert chart.as_json()["series"][0]["spread"] == [["2026-03-31", 55.0, 61.0], ["2026-09-30", 61.0, 61.0]]
